"""What is written in a figure: over a step what is done, under its solid how large it is."""

from __future__ import annotations

from typing import NamedTuple

from cnnbuilder.blocks.base import Shape
from cnnbuilder.blocks.writing import by_text
from cnnbuilder.network.operations import Step
from cnnbuilder.text import _, number
from cnnbuilder.ui.figures.marks import LINE, Words, text_width

WIDEST_LINE = 78.0
"""An operation that is longer is broken between words."""


class Label(NamedTuple):
    """Lines of text below one another, all with one middle; (text, strong)."""

    lines: tuple[tuple[str, bool], ...]

    @property
    def width(self) -> float:
        """That of the longest line."""
        return max((text_width(text, strong) for text, strong in self.lines), default=0.0)

    def at(self, middle: float, baseline: float) -> list[Words]:
        """The lines in their place; `baseline` is that of the first."""
        return [
            Words(middle, baseline + place * LINE, text, strong)
            for place, (text, strong) in enumerate(self.lines)
        ]


def operation_label(step: Step) -> Label:
    """What is done, strong; what is said besides, below it."""
    lines: list[tuple[str, bool]] = []
    if len(step.operations) > 1:
        lines += [(times_text(step.times), False)] if step.times > 1 else []
        for operation in step.operations:
            lines.append((operation.name, True))
            lines += [(" · ".join(operation.settings), False)] if operation.settings else []
    else:
        (operation,) = step.operations
        if step.times > 1:
            lines.append((_("{n} × {operation}").format(n=step.times, operation=operation.name), True))
        else:
            lines += [(piece, True) for piece in _broken(operation.name)]
        lines += [(setting, False) for setting in operation.settings]
    return Label((*lines, *((text, False) for text in step.following)))


def size_label(shape: Shape) -> Label:
    """Channels, and below them height × width; the features of a vector; the sizes of anything else."""
    if not shape.is_image:
        return Label(((str(shape), True),))
    channels, height, width = shape.sizes
    return Label(((number(channels), True), (by_text((height, width)), False)))


def times_text(times: int) -> str:
    """How often something is repeated."""
    return _("{n} times").format(n=times)


def _broken(text: str) -> list[str]:
    """An operation on two lines where it is too long: its window below its name, or two halves."""
    if text_width(text, True) <= WIDEST_LINE or " " not in text:
        return [text]
    words = text.split(" ")
    cuts = [[" ".join(words[:cut]), " ".join(words[cut:])] for cut in range(1, len(words))]
    if text_width(cuts[-1][0], True) <= WIDEST_LINE:
        return cuts[-1]
    return min(cuts, key=lambda cut: abs(len(cut[0]) - len(cut[1])))
