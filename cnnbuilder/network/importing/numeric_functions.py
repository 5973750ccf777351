"""math, numpy, itertools and operator, as far as source computes widths and depths with them."""

from __future__ import annotations

import ast
import itertools
import math
from typing import Any

from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.values import UNDECIDED, SizeNumber
from cnnbuilder.text import _

Positional = list[Any]
Named = dict[str, Any]
_NOT = arithmetic.NOT_KNOWN
_OF_MATH = frozenset(
    {"ceil", "floor", "sqrt", "log2", "log", "log10", "pow", "gcd", "trunc", "exp", "fabs", "isclose"}
)


def items_or_fail(value: Any) -> list[Any]:
    """What a loop over this goes through. Raises `ValueError` where that is not known."""
    found = arithmetic.items_of(value)
    if found is None:
        raise ValueError
    return found


def known_or_fail(values: list[Any]) -> list[Any]:
    """The values as they are. Raises `ValueError` where one is not known."""
    if any(isinstance(value, UNDECIDED) for value in values):
        raise ValueError
    return values


def linspace(run: Evaluator, node: ast.Call, positional: Positional, named: Named) -> Any:
    """torch.linspace and numpy.linspace as a list, as torch counts in float32."""
    start, end, *rest = [*positional, *(named[key] for key in ("steps", "num") if key in named)]
    steps = rest[0] if rest else 50
    plain = all(type(value) in (int, float) for value in (start, end)) and type(steps) is int
    if not plain or not 0 <= steps <= arithmetic.MOST_ITEMS:
        return run.unknown(node, _("this is not understood"))
    if steps == 1:
        return [float(start)]
    return [start + (end - start) * number / (steps - 1) for number in range(steps)]


def of_numbers(name: str, positional: Positional, named: Named) -> Any:
    """A function of math's, or of numpy's by the same name, of plain numbers."""
    if name == "prod" and len(positional) == 1:
        product: Any = 1
        for item in items_or_fail(positional[0]):
            product = arithmetic.binary(ast.Mult(), product, item)
        return product
    if name in ("arange", "array", "asarray", "cumsum", "mean", "sum", "max", "min", "linspace"):
        return _of_numpy(name, positional, named)
    values = [int(value) if isinstance(value, SizeNumber) else value for value in positional]
    plain = all(type(value) in (int, float) and abs(value) < 1e12 for value in values)
    return getattr(math, name)(*values) if name in _OF_MATH and plain and not named else _NOT


def _of_numpy(name: str, positional: Positional, named: Named) -> Any:
    if named or not positional:
        return _NOT
    if name == "arange":
        return list(range(*known_or_fail(positional))) if all(type(v) is int for v in positional) else _NOT
    if name in ("array", "asarray"):
        return list(items_or_fail(positional[0]))
    items = known_or_fail(items_or_fail(positional[0]))
    if not all(type(item) in (int, float) for item in items) or len(positional) > 1:
        return _NOT
    if name == "cumsum":
        return list(itertools.accumulate(items))
    if name == "mean":
        return sum(items) / len(items)
    return max(items) if name == "max" else min(items) if name == "min" else sum(items)


def of_library(run: Evaluator, node: ast.Call, path: str, positional: Positional, named: Named) -> Any:
    """itertools and operator, as far as they go through lists that are known."""
    name = path.rpartition(".")[2]
    if name == "chain":
        return [item for value in positional for item in items_or_fail(value)]
    if name == "from_iterable":
        return [item for value in items_or_fail(positional[0]) for item in items_or_fail(value)]
    if name == "product":
        rows = [items_or_fail(value) for value in positional] * named.get("repeat", 1)
        return list(itertools.product(*rows)) if math.prod(map(len, rows)) <= arithmetic.MOST_ITEMS else _NOT
    if name == "repeat" and len(positional) == 2 and positional[1] <= arithmetic.MOST_ITEMS:
        return [positional[0]] * positional[1]
    if name == "accumulate" and len(positional) == 1:
        return list(itertools.accumulate(known_or_fail(items_or_fail(positional[0]))))
    if name == "pairwise":
        return list(itertools.pairwise(items_or_fail(positional[0])))
    signs = {
        "add": ast.Add(),
        "mul": ast.Mult(),
        "sub": ast.Sub(),
        "floordiv": ast.FloorDiv(),
        "truediv": ast.Div(),
    }
    if path.startswith("operator.") and name in signs and len(positional) == 2:
        return run.operate(node, signs[name], positional)
    return _NOT
