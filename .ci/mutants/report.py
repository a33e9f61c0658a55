"""Mutants by part of the rule book, and each survivor as the line before and after.

python report.py SESSION
"""

import sys
from collections import Counter
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome


def part(path: Path) -> str:
    return path.parent.name if path.parent.name != "rules" else path.name


def main(session: str) -> None:
    made, tested, killed = Counter(), Counter(), Counter()
    survivors = []
    with use_db(session, WorkDB.Mode.open) as db:
        results = dict(db.results)
        for item in db.work_items:
            mutation = item.mutations[0]
            folder = part(Path(mutation.module_path))
            result = results.get(item.job_id)
            if result is not None and result.output == "Filtered operator":
                continue
            made[folder] += 1
            if result is None or result.worker_outcome != WorkerOutcome.NORMAL:
                continue
            tested[folder] += 1
            if result.test_outcome == TestOutcome.SURVIVED:
                survivors.append((str(mutation.module_path), mutation.start_pos, mutation.operator_name, result.diff))
            else:
                killed[folder] += 1
    print("| part | mutants | tested | killed | survived |\n|---|---|---|---|---|")
    for folder in sorted(made):
        print(f"| {folder} | {made[folder]} | {tested[folder]} | {killed[folder]} | {tested[folder] - killed[folder]} |")
    print(f"| all | {made.total()} | {tested.total()} | {killed.total()} | {tested.total() - killed.total()} |\n")
    for path, (line, _), operator, diff in sorted(survivors):
        changed = [x for x in diff.splitlines() if x[:1] in "+-" and x[:3] not in ("---", "+++")]
        print(f"{path}:{line} {operator.removeprefix('core/')}")
        for x in changed:
            print(f"    {x[0]} {x[1:].strip()}")


if __name__ == "__main__":
    main(sys.argv[1])
