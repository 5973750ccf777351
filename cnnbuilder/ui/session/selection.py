"""Which blocks are selected: one value that canvas, inspector, outline and code share."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The ids of the selected blocks. Views listen to `changed` and set it through `select`."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ids: frozenset[str] = frozenset()

    @property
    def ids(self) -> frozenset[str]:
        """The selected ids."""
        return self._ids

    @property
    def single(self) -> str | None:
        """The one selected id, or None where none or several are."""
        return next(iter(self._ids)) if len(self._ids) == 1 else None

    def select(self, ids: Iterable[str]) -> None:
        """Selects exactly these."""
        new = frozenset(ids)
        if new != self._ids:
            self._ids = new
            self.changed.emit()
