"""The program's own functions as a script has them: what runs here and what leaves with a network are one text.

The text is read, not loaded, so a module that needs torch costs nothing. It is found in a checkout, an installed
package, a zip, and in a bundle that carries the sources of these modules beside their compiled form.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from importlib.util import find_spec

from cnnbuilder.text import _


class SourceMissingError(Exception):
    """The text of a module did not come with the program. Carries one sentence."""


def functions_of(module: str, *names: str) -> str:
    """Functions of a module as a script has them, in that order, two empty lines between them.

    `module`: its whole name, "cnnbuilder.engine.training_step". Raises `SourceMissingError`.
    """
    text = module_text(module)
    lines = text.splitlines()
    found = {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)}
    return without_types("\n\n".join(_lines_of(lines, found[name]) for name in names))


def module_without(module: str, leave_out: frozenset[str]) -> str:
    """A module as a script has it: without docstring, imports, types and the names that are left out.

    Raises `SourceMissingError`.
    """
    text = module_text(module)
    lines = text.splitlines()
    kept = []
    before: ast.stmt | None = None
    left_out = True  # what a docstring below says goes with what stands above it
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Expr):
            left_out = isinstance(node, ast.Import | ast.ImportFrom) or bool(_names(node) & leave_out)
        if not left_out:
            kept.append(_gap(before, node) + _with_comments(lines, node))
            before = node
    return without_types("".join(kept))


@cache
def module_text(module: str) -> str:
    """The source of a module of the program, which is not loaded for it. Raises `SourceMissingError`."""
    text = _from_its_loader(module) or _from_its_package(module)
    if text is None:
        raise SourceMissingError(
            _(
                "This installation has no source of {module}, of which training scripts are made: "
                "install cnnbuilder anew."
            ).format(module=module)
        )
    return text


def _from_its_loader(module: str) -> str | None:
    """As whatever loads the module has it: from a file, out of a zip."""
    try:
        spec = find_spec(module)
        read: Callable[[str], str | None] | None = getattr(spec.loader if spec else None, "get_source", None)
        return read(module) if read is not None else None
    except (ImportError, OSError):
        return None


def _from_its_package(module: str) -> str | None:
    """As a file that lies in the package: a bundle's loader knows only the compiled form."""
    package, _dot, stem = module.rpartition(".")
    try:
        return resources.files(package).joinpath(f"{stem}.py").read_text(encoding="utf-8")
    except (ImportError, OSError):
        return None


def without_types(text: str) -> str:
    """The source without its annotations and what is said to the type checker, which a short script does not need."""
    lines = [line.encode() for line in text.splitlines()]  # ast counts in bytes
    spans: list[tuple[int, int, int]] = []
    defaults: set[tuple[int, int]] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arg) and node.annotation is not None:
            start = node.col_offset + len(node.arg.encode())
            spans.append((node.annotation.lineno, start, node.annotation.end_col_offset or 0))
            defaults.add(spans[-1][:2])
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            start = node.target.end_col_offset or 0
            spans.append((node.annotation.lineno, start, node.annotation.end_col_offset or 0))
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            line = lines[node.returns.lineno - 1]
            start = line.rindex(b" -> ", 0, node.returns.col_offset)
            spans.append((node.returns.lineno, start, node.returns.end_col_offset or 0))
    for number, start, end in sorted(spans, reverse=True):
        rest = lines[number - 1][end:]
        if (number, start) in defaults and rest.startswith(b" = "):
            rest = b"=" + rest[3:]  # as formatters have a default without a type
        lines[number - 1] = lines[number - 1][:start] + rest
    return "".join(f"{_SAID_TO_MYPY.sub('', line.decode())}\n" for line in lines)


_SAID_TO_MYPY = re.compile(r"  # type: ignore\[[\w, -]+\]")


def _names(node: ast.stmt) -> set[str]:
    """What a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _lines_of(lines: list[str], node: ast.FunctionDef) -> str:
    """The lines of a function, its decorators among them."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "\n".join(lines[first - 1 : node.end_lineno]) + "\n"


def _with_comments(lines: list[str], node: ast.stmt) -> str:
    """The lines of a statement, and of the comments right above and beside it."""
    first = node.lineno - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno]) + "\n"


def _gap(before: ast.stmt | None, node: ast.stmt) -> str:
    """Two empty lines around functions and classes."""
    apart = ast.FunctionDef | ast.ClassDef
    return "\n\n" if before is not None and (isinstance(before, apart) or isinstance(node, apart)) else ""
