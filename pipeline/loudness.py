"""Programme loudness and silences from momentary loudness (ITU-R BS.1770-4), sample-free.

The momentary loudness of a reel is measured once, with 300 ms of silence before and after it.
Reels are parted by longer silences, so the gating blocks of a programme are those of its reels.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STEP_S = 0.1
"""Seconds from one momentary value to the next."""
BLOCK_S = 0.4
"""Seconds that one momentary value stands for."""
EDGE_S = BLOCK_S - STEP_S
"""Silence measured before and after a reel, so that no block is missed."""
SILENCE_LUFS = -70.0
"""Absolute gate: what is quieter is not programme."""
RELATIVE_GATE_LU = -10.0
"""Blocks this far below the mean of the others do not count."""
QUIET_LUFS = -60.0
"""Below this a listener hears nothing."""


def integrated(momentary: Iterable[float]) -> float:
    """Gated programme loudness in LUFS of momentary values in LUFS; -inf where all is silent."""
    blocks = [value for value in momentary if value > SILENCE_LUFS]
    if not blocks:
        return -math.inf
    gate = _mean(blocks) + RELATIVE_GATE_LU
    return _mean([value for value in blocks if value > gate])


def _mean(blocks: Sequence[float]) -> float:
    return 10 * math.log10(sum(10 ** (value / 10) for value in blocks) / len(blocks))


def silences(momentary: Sequence[float], longest_s: float) -> list[tuple[float, float]]:
    """Stretches quieter than -60 LUFS for more than `longest_s`: (start, end) in seconds.

    A block of 400 ms that touches sound is not quiet, so edges are right within 100 ms.
    """
    found = []
    start: int | None = None
    for index, value in enumerate([*momentary, 0.0]):
        if value <= QUIET_LUFS:
            start = index if start is None else start
        elif start is not None:
            first, end = round(max(0.0, start * STEP_S - EDGE_S), 1), round(index * STEP_S, 1)
            if round(end - first, 1) > longest_s:
                found.append((first, end))
            start = None
    return found
