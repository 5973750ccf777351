"""Where a name of the source is looked for: in the function, in the functions around it, in the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_MISSING = object()


class Scope(dict[str, Any]):
    """The names of one function, or of the file."""

    __slots__ = ("_elsewhere", "comprehends", "enclosing")

    def __init__(
        self,
        names: Mapping[str, Any] | None = None,
        enclosing: Scope | None = None,
        comprehends: bool = False,
    ) -> None:
        """`enclosing`: where names are looked for that are not here; `comprehends`: those of [… for x in …] alone."""
        super().__init__(names or {})
        self.enclosing = enclosing
        self.comprehends = comprehends
        self._elsewhere: dict[str, Scope] = {}

    def find(self, name: str, missing: Any = None) -> Any:
        """What a name stands for here, or `missing`."""
        scope: Scope | None = self
        while scope is not None:
            value = scope.get(name, _MISSING)
            if value is not _MISSING:
                return value
            scope = scope.enclosing
        return missing

    def knows(self, name: str) -> bool:
        """Whether a name stands for something here."""
        return self.find(name, _MISSING) is not _MISSING

    @property
    def outermost(self) -> Scope:
        """The names of the file."""
        scope = self
        while scope.enclosing is not None:
            scope = scope.enclosing
        return scope

    def say_global(self, name: str) -> None:
        """What `global name` does: assignments go to the file."""
        self._elsewhere[name] = self.outermost

    def say_nonlocal(self, name: str) -> None:
        """What `nonlocal name` does: assignments go to the function around that has the name."""
        scope = self.enclosing
        while scope is not None and name not in scope:
            scope = scope.enclosing
        if scope is not None:
            self._elsewhere[name] = scope

    def put(self, name: str, value: Any) -> None:
        """name = value."""
        self._elsewhere.get(name, self)[name] = value

    def remove(self, name: str) -> None:
        """del name."""
        self._elsewhere.get(name, self).pop(name, None)
