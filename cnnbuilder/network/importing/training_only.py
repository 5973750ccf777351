"""What stands under `if self.training`: dropout switched by hand, or something that only training computes."""

from __future__ import annotations

import ast

from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.values import Known, Layer


def drops(run: Evaluator, statements: list[ast.stmt], names: Scope) -> bool:
    """Whether these lines do nothing but drop values at random."""
    return bool(statements) and all(
        isinstance(line, ast.Assign) and len(line.targets) == 1 and is_dropout(run, line.value, names)
        for line in statements
    )


def is_dropout(run: Evaluator, node: ast.expr, names: Scope) -> bool:
    """Whether an expression is one dropout of what flows."""
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Name):
        return False
    called = run.value(node.func, names)
    if isinstance(called, Layer):
        return LAYERS[called.called].family == "regularisation"
    if not isinstance(called, Known):
        return False
    kinds = FUNCTIONS.get(called.path.rpartition(".")[2], ())
    return bool(kinds) and all(kind.family == "regularisation" for kind in kinds)


def mentions_training(test: ast.expr) -> bool:
    """Whether a test asks for self.training."""
    return any(isinstance(part, ast.Attribute) and part.attr == "training" for part in ast.walk(test))
