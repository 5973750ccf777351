"""The choices that the training settings offer, and that each has its row in the table that says what it is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args, get_type_hints

from cnnbuilder.network.project import Training


def choices(field: str) -> tuple[str, ...]:
    """The words that a field of `Training` takes, in order: "adamw", "sgd"."""
    return get_args(get_type_hints(Training)[field])


def require_rows(field: str, table: str, names: Iterable[str]) -> None:
    """Raises `TypeError` unless the table has exactly the choices of the field.

    Asked when the table is imported: a choice without a row would be trained as something else.
    """
    offered, found = set(choices(field)), set(names)
    if missing := sorted(offered - found):
        raise TypeError(
            f"Training.{field} offers {', '.join(missing)}, of which {table} has no row: add one."
        )
    if unknown := sorted(found - offered):
        raise TypeError(f"{table} has a row of {', '.join(unknown)}, which Training.{field} does not offer.")
