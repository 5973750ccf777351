"""Breaks lines that are too long, as `ruff format` (and black) would, so that code leaves the program formatted."""

from __future__ import annotations

import ast

WIDTH = 88
"""The columns of a line: ruff's and black's own choice."""


def wrapped(line: str) -> list[str]:
    """One statement, or one item of a list with its comma, in as many lines as it takes. Indentation is kept."""
    if len(line) <= WIDTH:
        return [line]
    text = line.lstrip()
    indent = " " * (len(line) - len(text))
    item = text.removesuffix(",")
    statement = ast.parse(item).body[0]
    match statement:
        case ast.Assign(targets=[target], value=value):
            return _Layout(item).assignment(indent, target, value)
        case ast.Return(value=ast.expr() as value):
            return _Layout(item).lines(indent, "return ", value, "", parentheses=True)
        case ast.Expr(value=value):
            return _Layout(item).lines(indent, "", value, text[len(item) :])
    return [line]


def string(text: str) -> str:
    """A string as formatters write it: in double quotes, unless single ones save escapes."""
    single = repr('"' + text)[2:-1]  # repr takes single quotes where there are double ones
    if text.count('"') > text.count("'"):
        return f"'{single}'"
    double = single.replace("\\'", "'").replace('"', '\\"')
    return f'"{double}"'


class _Layout:
    """Lays out the expressions of one source text."""

    def __init__(self, text: str) -> None:
        self._bytes = text.encode()  # ast counts in bytes

    def assignment(self, indent: str, target: ast.expr, value: ast.expr) -> list[str]:
        """`target = value`. Parentheses go around a value that is far right, where all of it fits between them."""
        before = f"{self._text(target)} = "
        if len(f"{indent}{before}{self._beginning(value)}") > WIDTH:
            inner = self.lines(indent + "    ", "", value, "")
            around = [f"{indent}{before}(", *inner, f"{indent})"]
            several = isinstance(target, ast.Tuple)
            if all(len(line) <= WIDTH for line in (around[:1] if several else around)):
                return around
            if isinstance(target, ast.Tuple):
                names = [f"{indent}    {self._text(name)}," for name in target.elts]
                return [f"{indent}(", *names, *self.lines(indent, ") = ", value, "")]
        return self.lines(indent, before, value, "", parentheses=True)

    def lines(
        self, indent: str, before: str, node: ast.expr, behind: str, parentheses: bool = False
    ) -> list[str]:
        """An expression with what stands before and behind it. `parentheses`: they may be put around it."""
        flat = f"{indent}{before}{self._text(node)}{behind}"
        if len(flat) <= WIDTH:
            return [flat]
        deeper = indent + "    "
        match node:
            case ast.Subscript(value=ast.Call() as call):
                if len(start := f"{indent}{before}{self._text(call)}[") <= WIDTH:
                    return [start, deeper + self._text(node.slice), f"{indent}]{behind}"]
                return self.lines(indent, before, call, f"[{self._text(node.slice)}]{behind}")
            case ast.Call() if node.args or node.keywords:
                opening, closing = f"{indent}{before}{self._text(node.func)}(", f"{indent}){behind}"
                named: list[tuple[str, ast.expr]] = [("", argument) for argument in node.args]
                named += [(f"{word.arg}=", word.value) for word in node.keywords]
                together = deeper + ", ".join(f"{name}{self._text(value)}" for name, value in named)
                if len(together) <= WIDTH:
                    return [opening, together, closing]
                comma = "," if len(named) > 1 else ""
                inner = [line for name, value in named for line in self.lines(deeper, name, value, comma)]
                return [opening, *inner, closing]
            case ast.Tuple() | ast.List():
                inner = [line for item in node.elts for line in self.lines(deeper, "", item, ",")]
                opens, closes = "()" if isinstance(node, ast.Tuple) else "[]"
                return [f"{indent}{before}{opens}", *inner, f"{indent}{closes}{behind}"]
            case ast.BinOp():
                fits = parentheses and len(deeper + self._text(node)) <= WIDTH
                inner = (
                    [deeper + self._text(node)]
                    if fits
                    else self._terms(deeper if parentheses else indent, node)
                )
                if parentheses:
                    return [f"{indent}{before}(", *inner, f"{indent}){behind}"]
                return [*inner[:-1], inner[-1] + behind]
            case ast.Name() if parentheses and len(deeper + self._text(node)) <= WIDTH:
                return [f"{indent}{before}(", deeper + self._text(node), f"{indent}){behind}"]
        return [flat]

    def _terms(self, indent: str, node: ast.BinOp) -> list[str]:
        """a + b + c, a line each."""
        sign = "+" if isinstance(node.op, ast.Add) else "*"
        left = self._terms(indent, node.left) if isinstance(node.left, ast.BinOp) else None
        return [
            *(left or self.lines(indent, "", node.left, "")),
            *self.lines(indent, f"{sign} ", node.right, ""),
        ]

    def _beginning(self, node: ast.expr) -> str:
        """What has to stand on the line where an expression begins."""
        while isinstance(node, ast.Subscript):
            node = node.value
        if isinstance(node, ast.Call) and (node.args or node.keywords):
            return f"{self._text(node.func)}("
        if isinstance(node, ast.List | ast.Tuple):
            return "["
        return self._text(node)

    def _text(self, node: ast.expr) -> str:
        return self._bytes[node.col_offset : node.end_col_offset].decode()
