"""From how near the canvas is looked at, and what is painted then."""

from __future__ import annotations

NEAR = 0.6
"""From this zoom on, cards and wires are painted with all that they say."""
MIDDLING = 0.3
"""From this zoom on, cards bear their names and wires their shapes in large type; below it cards are plain coloured
blocks, which paint some ten times faster, and the changes of size are written beside the volumes."""
