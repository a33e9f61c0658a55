"""Keep a random sample of the mutants of sim/rules/processes, and every mutant elsewhere.

    python sample.py SESSION N

The seed is fixed, so the same source and the same N give the same mutants.
"""

import random
import sys
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import WorkerOutcome, WorkResult


def main(session: str, n: int) -> None:
    with use_db(session, WorkDB.Mode.open) as db:
        many = [
            (str(m.module_path), m.operator_name, m.occurrence, item.job_id)
            for item in db.pending_work_items
            for m in item.mutations
            if "processes" in Path(m.module_path).parts
        ]
        many.sort()
        if n < len(many):
            for *_, job in set(many) - set(random.Random(1).sample(many, n)):
                db.set_result(job, WorkResult(output="not in the sample", worker_outcome=WorkerOutcome.SKIPPED))
    print(f"{min(n, len(many))} of {len(many)} mutants of processes")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
