"""What chance settles before the first month: the initial world of a replicate."""

from __future__ import annotations

from .compiled import rule
from .draws import INITIAL, normal, pair_uniforms
from .ties import set_rapport


@rule
def draw_initial(s, key):
    """Draw each dyad's rapport: what no coder sees of it (standard normal, fixed over the run).

    Writes  s.tie.rapport
    Draws   INITIAL, one block a dyad; the stream has no other use, so dynamics never shift it
    """
    n = s.faction.shape[0]
    for i in range(n):
        for j in range(i + 1, n):
            u, v, _, _ = pair_uniforms(key, INITIAL, 0, s.faction[i].key, s.faction[j].key, 0)
            set_rapport(s, i, j, normal(u, v))
