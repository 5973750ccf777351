"""What the parts of the reader ask of the one that follows the source: it evaluates, they know what things mean."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, Protocol

from cnnbuilder.network.importing.network_builder import NetworkBuilder
from cnnbuilder.network.importing.values import Function, Instance, Layer, TensorValue, Unknown


class Evaluator(Protocol):
    """Follows source node by node; `value` of a node is whatever a name can stand for (values.py)."""

    builder: NetworkBuilder
    lines: list[str]
    """The source, line by line."""
    made: list[Layer]
    """Every layer that the source has made so far."""

    def value(self, node: ast.expr, names: dict[str, Any]) -> Any:
        """What an expression stands for."""

    def run(self, statements: Iterable[ast.stmt], names: dict[str, Any]) -> None:
        """Follows statements one after another."""

    def enter(self, node: ast.AST, function: Function, positional: list[Any], named: dict[str, Any]) -> Any:
        """Follows a function of the file with these arguments; its value."""

    def hold(self, owner: Instance, name: str, value: Any) -> None:
        """self.name = value."""

    def tensor(self, value: Any, node: ast.AST) -> TensorValue:
        """Something as what flows; what could not be read gets a place of its own."""

    def sizes(self, value: TensorValue) -> Any:
        """x.shape."""

    def unknown(self, node: ast.AST, reason: str, arguments: Iterable[Any] = ()) -> Unknown:
        """What cannot be read, with what flows into it."""
