"""A SLURM of one node on this machine, for a test: its own keys, ports and folders, nothing outside them."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel", "srun", "sinfo")
CORES, MEMORY = 4, 6000  # as SLURM is told, whatever the machine has
CONF = """
ClusterName=one
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmdPort={port_of_node}
SlurmUser={user}
SlurmdUser={user}
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
MpiDefault=none
ReturnToService=2
KillWait=5
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=small Nodes=ALL Default=YES MaxTime=60 State=UP
"""


def lacking():
    """Programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None]


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class OneNode:
    """A running SLURM.

    Attributes
    ----------
    env : dict
        Environment in which the commands of SLURM speak to it.
    """

    def __init__(self, folder):
        self.folder = folder
        self.env = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf"), "PATH": f"{os.environ['PATH']}:/usr/sbin:/sbin"}
        self.env = {key: value for key, value in self.env.items() if not key.startswith(("SLURM_JOB", "SLURM_ARRAY", "SBATCH_"))}

    def says(self, *command):
        """What a command prints."""
        done = subprocess.run(command, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}{self.logs()}"
        return done.stdout.strip()

    def is_up(self):
        """Whether the node takes jobs."""
        asked = ["sinfo", "--noheader", "-o", "%T"]
        return subprocess.run(asked, env=self.env, capture_output=True, text=True, check=False).stdout.strip() == "idle"

    def queue(self, states="PENDING,RUNNING,COMPLETING"):
        """State of each job that is in the queue."""
        return self.says("squeue", "--noheader", f"--states={states}", "-o", "%T").split()

    def wait_for(self, reached, what, seconds=300):
        """Wait until something is so; fails loudly if that never comes."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, f"{what}: not in {seconds} s\n{self.logs()}"
            time.sleep(0.2)

    def logs(self):
        """Ends of the logs."""
        return "\n".join(f"{path.name}: {path.read_text(errors='replace')[-1500:]}" for path in self.folder.rglob("*log"))


@contextlib.contextmanager
def one_node(folder: Path):
    """Start munge and SLURM in a folder, and end them with every job."""
    for name in ("munge", "state", "spool"):
        (folder / name).mkdir(mode=0o700)
    key = folder / "munge" / "key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    user, ports = getpass.getuser(), {"port": free_port(), "port_of_node": free_port()}
    about = {"host": socket.gethostname().split(".")[0], "user": user, "cores": CORES, "memory": MEMORY, **ports}
    (folder / "slurm.conf").write_text(CONF.format(folder=folder, **about))
    slurm = OneNode(folder)
    files = {"socket": "socket", "pid-file": "pid", "log-file": "munge.log", "seed-file": "seed", "key-file": "key"}
    munge = ["munged", "--foreground", "--force", *(f"--{option}={folder / 'munge' / name}" for option, name in files.items())]
    with contextlib.ExitStack() as ending:

        def start(*command):
            with (folder / f"{command[0]}.outlog").open("w") as out:
                process = subprocess.Popen(command, env=slurm.env, stdout=out, stderr=out)
            ending.callback(process.wait)
            ending.callback(process.terminate)

        start(*munge)
        slurm.wait_for((folder / "munge" / "socket").exists, "munge")
        start("slurmctld", "-D")
        start("slurmd", "-D")
        slurm.wait_for(slurm.is_up, "the node")
        try:
            yield slurm
        finally:
            slurm.says("scancel", f"--user={user}")
            slurm.wait_for(lambda: not slurm.queue(), "an empty queue")
