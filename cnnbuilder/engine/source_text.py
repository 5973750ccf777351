"""The program's own functions as a script has them: what runs here and what leaves with a network are one text."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import ModuleType


def source_of(module: ModuleType, leave_out: frozenset[str]) -> str:
    """A module as a script has it: without docstring, imports, types and the names that are left out.

    Needs the module's file.
    """
    text = inspect.getsource(module)
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


def text_of(function: Callable[..., object]) -> str:
    """A function of the program as a script has it. Needs the file that it stands in."""
    return without_types(inspect.getsource(function))


def without_types(text: str) -> str:
    """The source without its annotations, which a short script does not need."""
    lines = [line.encode() for line in text.splitlines()]  # ast counts in bytes
    spans: list[tuple[int, int, int]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arg) and node.annotation is not None:
            start = node.col_offset + len(node.arg.encode())
            spans.append((node.annotation.lineno, start, node.annotation.end_col_offset or 0))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            start = node.target.end_col_offset or 0
            spans.append((node.annotation.lineno, start, node.annotation.end_col_offset or 0))
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            line = lines[node.returns.lineno - 1]
            start = line.rindex(b" -> ", 0, node.returns.col_offset)
            spans.append((node.returns.lineno, start, node.returns.end_col_offset or 0))
    for number, start, end in sorted(spans, reverse=True):
        lines[number - 1] = lines[number - 1][:start] + lines[number - 1][end:]
    return "".join(f"{line.decode()}\n" for line in lines)


def _names(node: ast.stmt) -> set[str]:
    """What a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


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
