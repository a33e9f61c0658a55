"""A digest of the evidence, by which a run says what it rests on."""

from __future__ import annotations

import hashlib

from ..paths import SEEDS


def evidence_digest() -> str:
    """Digest of every file of evidence: claims, ledger, data."""
    digest = hashlib.sha256()
    for path in sorted(SEEDS.rglob("*")):
        if path.suffix in {".yaml", ".csv"}:
            digest.update(path.relative_to(SEEDS).as_posix().encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
