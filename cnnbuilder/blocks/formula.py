"""A law in letters and with a block's numbers put in, as the inspector and the table show it."""

from __future__ import annotations

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


def fill(line: str, *values: int | tuple[str, int]) -> tuple[FormulaPart, ...]:
    """Puts numbers into the places {} of a line; (field, number) says which field a number comes from."""
    pieces = line.split("{}")
    parts = [FormulaPart(pieces[0])]
    for value, piece in zip(values, pieces[1:], strict=True):
        field, number = value if isinstance(value, tuple) else ("", value)
        parts.append(FormulaPart(f"{number:,}".replace("-", "−"), field))
        parts.append(FormulaPart(piece))
    return tuple(part for part in parts if part.text)
