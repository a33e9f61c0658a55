#!/bin/sh
# Use an installed package as a newcomer would, in an empty folder. Usage: try.sh BIN, where the environment's commands lie.
set -eux
PATH=$1:$PATH
port=$(python -c "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])")  # a free one
python -c "import sim, sim.views.stepper; assert 'site-packages' in sim.__file__; sim.load_world('talks_2018', thesis='consensus')"
alliances --help
alliances doctor
alliances evidence check
alliances run scenario=sahel_2020 replicates=50 months=24
alliances survival runs/sahel_2020-*
alliances run -m scenario=talks_2018 thesis=consensus design=morris design.n=4 design.over=ledger:bond,brand replicates=8
alliances results runs/talks_2018-sweep-* --check
alliances sensitivity runs/talks_2018-sweep-*
alliances compare scenario=talks_2018 wedge=offer replicates=100 draws=0 --report
alliances explain scenario=talks_2018 pair=haqqani-al_qaeda replicate=3
alliances figures triangle quality=draft
alliances figures trace figures/draft/triangle/triangle.pdf
alliances figures export archive triangle
alliances figures export archive --check
alliances lab step --help
alliances lab port=$port >lab.txt 2>&1 &
trap 'kill $!' EXIT
python - <<END
import json, time, urllib.request
web = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # this machine itself
for attempt in range(240):
    time.sleep(0.5)
    try:
        print("the lab gives", *json.load(web.open("http://127.0.0.1:$port/api/overview")))
        break
    except OSError:
        continue
else:
    raise SystemExit(open("lab.txt").read())
END
