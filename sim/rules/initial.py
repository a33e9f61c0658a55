"""What chance settles before the first month: the initial world of a replicate."""

from __future__ import annotations

from .compiled import rule
from .draws import INITIAL, normal, pair_uniforms


@rule
def draw_initial(s, w, key):
    """Draw each dyad's rapport: what no coder sees of it (standard normal, fixed over the run).

    Writes  s.tie.rapport
    Draws   INITIAL, one block a dyad; the stream has no other use, so dynamics never shift it
    """
    for d in range(w.dyad.shape[0]):
        u, v, _, _ = pair_uniforms(key, INITIAL, 0, s.faction[w.dyad[d].first].key, s.faction[w.dyad[d].second].key, 0)
        s.tie[d].rapport = normal(u, v)
