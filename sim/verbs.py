"""The verbs of the command, and where their functions stand: each takes the words after the verb, returns the exit code."""

from __future__ import annotations

VERBS = {
    "run": "views.app:run_command",
    "evidence": "views.evidence:evidence_command",
    "results": "views.results:results_command",
    "replay": "views.results:replay_command",
    "sensitivity": "views.analyses:sensitivity_command",
    "discover": "views.analyses:discover_command",
    "map": "views.analyses:map_command",
    "survival": "views.survival:survival_command",
    "calibrate": "views.calibration:calibrate_command",
    "theses": "views.theses:theses_command",
    "assertions": "views.assertions:assertions_command",
    "scorecard": "views.scorecard:scorecard_command",
    "validate": "views.validation:validate_command",
    "compare": "views.compare:compare_command",
    "explain": "views.explain:explain_command",
    "search": "views.search:search_command",
    "figures": "papers.command:figures_command",
    "trace": "papers.command:trace_command",
    "export": "papers.export:export_command",
    "lab": "lab.command:lab_command",
    "step": "views.step:step_command",
    "bench": "bench.command:bench_command",
    "doctor": "views.doctor:doctor_command",
    "completion": "views.doctor:completion_command",
}
