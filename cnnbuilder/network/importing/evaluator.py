"""What the parts of the reader ask of the one that follows the source: it evaluates, they know what things mean."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any, Protocol

from cnnbuilder.network.importing.network_builder import NetworkBuilder
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.values import Function, Instance, TensorValue, Unknown


class Evaluator(Protocol):
    """Follows source node by node; `value` of a node is whatever a name can stand for (values.py)."""

    builder: NetworkBuilder
    lines: list[str]
    """The source, line by line."""
    most_steps: int
    steps: int
    under_training: int
    weights_asked: bool
    """Whether the source asks for weights of torchvision's, which reading cannot bring."""

    def value(self, node: ast.expr, names: Scope) -> Any:
        """What an expression stands for."""

    def attribute(self, node: ast.AST, owner: Any, name: str) -> Any:
        """owner.name."""

    def set_attribute(self, node: ast.AST, owner: Any, name: str, value: Any) -> None:
        """owner.name = value."""

    def truth(self, value: Any) -> bool | None:
        """Whether this counts as true; None where the source does not say."""

    def operate(self, node: ast.AST, op: ast.operator, values: list[Any]) -> Any:
        """A sum or product of what flows is a block; numbers are computed."""

    def module_beside(self, path: str, node: ast.AST) -> Instance | None:
        """A module of the file's own folder with its names as attributes, or None where there is none."""

    def made_module(self, node: ast.AST, module: Instance) -> None:
        """A module of a class of the file was made, and no other holds it so far."""

    def tried(self, module: Any, sizes: tuple[int, ...]) -> None:
        """The source gives a module images of its own making: with the batch, this large."""

    def run(self, statements: Iterable[ast.stmt], names: Scope) -> None:
        """Follows statements one after another."""

    def call(self, node: ast.Call, called: Any, positional: list[Any], named: dict[str, Any]) -> Any:
        """The value of a call."""

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
