"""Jobs of a SLURM queue as workers of a sweep: submitted, asked why they do not start, and cancelled."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InputError, notice
from .optional import needed

RUNNING = ("RUNNING", "COMPLETING", "CONFIGURING", "STAGE_OUT")
WAITING = ("PENDING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "SPECIAL_EXIT", "SUSPENDED", "STOPPED", "RESIZING")
HOPELESS = re.compile(r"PartitionConfig|PartitionTimeLimit|BadConstraints|InvalidAccount|InvalidQOS|\w*Max\w*PerJob\w*")
"""Reasons of a queue that waiting does not mend: the job as it is can never start."""
CHOICES = "executor.cores, executor.memory, executor.walltime, executor.queue, executor.account"


def slurm_cluster(conf: Mapping[str, Any], refusals: list[str] | None = None) -> Any:
    """A cluster whose workers are jobs of a SLURM queue; nothing is submitted before it is scaled.

    What `sbatch` says of a job that it refuses is added to `refusals`; Dask would log it, and try no other job.
    """
    jobqueue = needed("dask_jobqueue")
    base: Any = jobqueue.slurm.SLURMJob

    class Job(base):
        async def _submit_job(self, script_filename: str) -> str:
            try:
                return str(await super()._submit_job(script_filename))
            except (OSError, RuntimeError) as error:
                if refusals is None:
                    raise
                refusals.append(str(error))
                return ""

        def _job_id_from_submit_output(self, out: str) -> Any:
            return super()._job_id_from_submit_output(out) if out else None

    return jobqueue.SLURMCluster(
        job_cls=Job,
        cores=int(conf["cores"]),
        processes=int(conf["cores"]),
        memory=str(conf["memory"]),
        walltime=str(conf["walltime"]),
        queue=conf.get("queue"),
        account=conf.get("account"),
        job_extra_directives=list(conf.get("directives") or []),
        job_script_prologue=["export NUMBA_NUM_THREADS=1"],
        job_name="alliances",
    )


def job_script(conf: Mapping[str, Any]) -> str:
    """The job script that `executor=slurm` would submit."""
    with slurm_cluster(conf) as cluster:
        return str(cluster.job_script())


def _asked(command: Sequence[str]) -> list[list[str]]:
    """Lines of what a command of SLURM says, cut at `|`; none where it fails."""
    try:
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return []
    return [line.split("|") for line in said.splitlines() if line.strip()]


def partitions(queue: str | None) -> str:
    """What a node of the partitions offers, in words; empty where SLURM does not say."""
    which = ["-p", str(queue)] if queue else []
    rows = _asked(["sinfo", "--noheader", *which, "-o", "%P|%c|%m|%l"])
    return "; ".join(
        f"partition {name} has nodes of {cpus} cores and {memory} MB, for {time}" for name, cpus, memory, time in rows[:5]
    )


class SlurmJobs:
    """The jobs of one sweep.

    Parameters
    ----------
    conf : mapping
        `conf/executor/slurm.yaml`.

    Attributes
    ----------
    cluster : dask_jobqueue.SLURMCluster
    """

    def __init__(self, conf: Mapping[str, Any]) -> None:
        self.conf, self.jobs = conf, int(conf["jobs"])
        self.refusals: list[str] = []
        self.cluster = slurm_cluster(conf, self.refusals)

    def submit(self) -> None:
        """Submit the jobs; say it where SLURM refuses some of them.

        Raises
        ------
        InputError
            SLURM is not there, or refuses them all; in its words.
        """
        self.cluster.scale(jobs=self.jobs)
        while len(self.cluster.workers) < self.jobs:  # Dask submits them in its own time
            time.sleep(0.05)
        if not self.refusals:
            return
        words = re.search(r"sbatch: error: (?:Batch job submission failed: )?(.+)", self.refusals[0])
        said = f"sbatch refuses {len(self.refusals)} of {self.jobs} jobs ({words.group(1) if words else self.refusals[0]})"
        if not self.ids():
            raise InputError("executor", "slurm", said, self.choices())
        notice(said)

    def choices(self) -> str:
        """What a job asks for, what the partitions offer, and where to change it."""
        asks = f"it asks for {self.conf['cores']} cores and {self.conf['memory']} for {self.conf['walltime']}"
        offers = partitions(self.conf.get("queue"))
        return "; ".join(part for part in ("a job that a node can take", asks, offers, f"change {CHOICES}") if part)

    def ids(self) -> list[str]:
        """Numbers of the jobs that the queue has accepted."""
        return [str(job.job_id) for job in self.cluster.workers.values() if getattr(job, "job_id", None)]

    def states(self) -> dict[str, tuple[str, str]]:
        """State and reason of each job by its number, as the queue gives them; a job that it has forgotten is left out."""
        rows = _asked(["squeue", "--noheader", "--states=all", f"--jobs={','.join(self.ids())}", "-o", "%i|%T|%r"])
        return {job: (state, reason) for job, state, reason in rows}

    def without_work(self, seconds: float) -> str:
        """Why no worker has been there for some seconds, in a sentence.

        Raises
        ------
        InputError
            Waiting longer is of no use: no job is left, or none can ever start.
        """
        found = self.states()
        if not found and self.ids():
            return f"no worker for {seconds:.0f} s, and squeue does not say what became of the jobs {', '.join(self.ids())}"
        running = [job for job, (state, _) in found.items() if state in RUNNING]
        reasons = [reason for state, reason in found.values() if state in WAITING]
        said = f"{len(running)} of {self.jobs} jobs started"
        if reasons:
            said += f" ({', '.join(sorted(set(reasons)))})"
        if running:
            where = self.cluster.scheduler_address
            return f"{said}, but none of their workers has reached {where} for {seconds:.0f} s; slurm-{running[0]}.out says more"
        if not reasons:
            ends = ", ".join(sorted({state for state, _ in found.values()}))
            raise InputError(
                "executor", "slurm", f"none of the {self.jobs} jobs is left ({ends})",
                "jobs that last (executor.walltime), and slurm-….out says more; "
                "what is complete is kept, and the same command goes on from there",
            )  # fmt: skip
        if all(HOPELESS.fullmatch(reason) for reason in reasons):
            raise InputError("executor", "slurm", f"{said}, and after {seconds:.0f} s none ever will", self.choices())
        return f"{said} for {seconds:.0f} s; waiting for the queue (Ctrl-C cancels the jobs)"

    def cancel(self) -> None:
        """Take the jobs out of the queue, and stop the scheduler. Ctrl-C in a terminal does not reach this `scancel`."""
        if self.ids():
            subprocess.run(["scancel", *self.ids()], stderr=subprocess.DEVNULL, check=False, start_new_session=True)
        self.cluster.close()
