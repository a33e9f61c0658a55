"""Writing an event into the journal."""

from __future__ import annotations

from .compiled import rule

NOBODY = -1


@rule
def record(journal, t, kind, i, j, before, after, lead, second, value):
    """Append an event. When the journal is full the event is only counted, and the driver starts again larger."""
    n = journal.used[0]
    if n < journal.rows.shape[0]:
        row = journal.rows[n]
        row.month = t
        row.kind = kind
        row.i = i
        row.j = j
        row.before = before
        row.after = after
        row.lead = lead
        row.second = second
        row.value = value
    journal.used[0] = n + 1
