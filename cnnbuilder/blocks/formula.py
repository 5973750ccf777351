"""A law in letters and with a block's numbers put in, as the inspector and the table show it."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class FormulaPart(NamedTuple):
    """A piece of a formula with numbers; `field` names the field that the number comes from, if any."""

    text: str
    field: str = ""


class Formula(NamedTuple):
    """A law in letters, and the same with this block's numbers put in. `title`: what is computed."""

    title: str
    letters: str
    parts: tuple[FormulaPart, ...]

    @property
    def numbers(self) -> str:
        """The line with the numbers: "⌊(130 − 3 + 2·0) / 1⌋ + 1 = 128"."""
        return "".join(part.text for part in self.parts)


def fill(
    line: str, *values: int | Fraction | tuple[str, int] | tuple[str, int | Fraction]
) -> tuple[FormulaPart, ...]:
    """Puts numbers into the places {} of a line; (field, number) says which field a number comes from."""
    pieces = line.split("{}")
    parts = [FormulaPart(pieces[0])]
    for value, piece in zip(values, pieces[1:], strict=True):
        field, number = value if isinstance(value, tuple) else ("", value)
        text = str(number) if isinstance(number, Fraction) else f"{number:,}"
        parts.append(FormulaPart(text.replace("-", "−"), field))
        parts.append(FormulaPart(piece))
    return tuple(part for part in parts if part.text)
