"""Which of the networks in a file is meant: those that it makes, its functions and classes that give one."""

from __future__ import annotations

import ast
from typing import Any, NamedTuple

from cnnbuilder.network.importing.module_tree import is_module, is_module_class, walk
from cnnbuilder.network.importing.parsing import all_nodes
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.values import Container, Function, Instance, Layer, Template

_TRYING = ("test", "main", "demo", "run", "check", "example", "debug")
"""How functions begin that try a network out."""
MADE, MADE_INSIDE, TRIED, GIVEN, CLASS, NEEDS_ARGUMENTS = range(6)
"""Where a network was found, the likeliest first."""


class Candidate(NamedTuple):
    """A network of the file. `call`: how a person writes it, "ResNet18()"."""

    call: str
    found: int
    line: int
    module: Any = None
    """Made already; None: the call makes it."""
    template: Template | None = None


def has_weights(module: Any) -> bool:
    """Whether a module holds a layer with weights."""
    return any(isinstance(part, Layer) and LAYERS[part.called].learns for _path, part in walk(module)) or any(
        isinstance(part, Instance) and part.unread for _path, part in walk(module)
    )


def used_names(tree: ast.Module) -> set[str]:
    """Names that classes and functions of the file use, besides their own and those that only try networks out."""
    found: set[str] = set()
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or is_trying(node.name):
            continue
        gives = {id(call.func) for call in _returned(node)} if isinstance(node, ast.FunctionDef) else set()
        gives |= _annotations(node)
        found |= {
            part.id
            for part in all_nodes(node)
            if isinstance(part, ast.Name) and part.id != node.name and id(part) not in gives
        }
    return found


def _annotations(node: ast.AST) -> set[int]:
    """Names in annotations, which use nothing."""
    written: list[ast.expr | None] = []
    for part in all_nodes(node):
        if isinstance(part, ast.FunctionDef):
            written.append(part.returns)
        elif isinstance(part, ast.arg | ast.AnnAssign):
            written.append(part.annotation)
    return {id(name) for annotation in written if annotation is not None for name in ast.walk(annotation)}


def _returned(node: ast.FunctionDef) -> list[ast.Call]:
    """Calls whose value a function gives: the network of a function that makes one."""
    names = {
        part.value.id
        for part in all_nodes(node)
        if isinstance(part, ast.Return) and isinstance(part.value, ast.Name)
    }
    found = []
    for part in all_nodes(node):
        if (isinstance(part, ast.Return) and isinstance(part.value, ast.Call)) or (
            isinstance(part, ast.Assign)
            and isinstance(part.value, ast.Call)
            and any(isinstance(target, ast.Name) and target.id in names for target in part.targets)
        ):
            found.append(part.value)
    return found


def makers(node: ast.FunctionDef) -> set[str]:
    """The names of what a function calls to make what it gives."""
    return {ast.unparse(call.func) for call in _returned(node)}


def is_trying(name: str) -> bool:
    """Whether a function is there to try something out."""
    return name.lower().lstrip("_").startswith(_TRYING)


def is_given_all(function: Function) -> bool:
    """Whether a function can be called without arguments."""
    arguments = function.definition.args
    needed = len(arguments.posonlyargs) + len(arguments.args) - len(arguments.defaults)
    bound = 1 if function.template is not None else 0
    return needed <= bound and None not in arguments.kw_defaults


def needs_nothing(template: Template) -> bool:
    """Whether a class makes its instances without arguments."""
    beginning = template.names.get("__init__")
    return not isinstance(beginning, Function) or is_given_all(beginning)


def calls_in(node: ast.AST) -> list[ast.Call]:
    """The calls in a function with literal arguments, or with names of the file, outermost first, in order."""
    found = [
        part
        for part in all_nodes(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name | ast.Attribute) and _is_plain(part)
    ]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _is_plain(call: ast.Call) -> bool:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return all(_is_literal(value) for value in given)


def _is_literal(node: ast.expr) -> bool:
    if isinstance(node, ast.List | ast.Tuple):
        return all(_is_literal(part) for part in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_literal(node.operand)
    return isinstance(node, ast.Constant | ast.Name)


def top_modules(names: Scope) -> list[tuple[str, Any]]:
    """The modules that have a name in the file, each once, by their last name."""
    found: dict[int, tuple[str, Any]] = {}
    for name, value in names.items():
        held = isinstance(value, Instance) and is_module(value)
        if name != "self" and (held or (isinstance(value, Container) and value.called)):
            found.pop(id(value), None)
            found[id(value)] = (name, value)
    return list(found.values())


def classes(names: Scope, tree: ast.Module) -> list[Template]:
    """The file's own classes that can be a network."""
    own = {id(node) for node in all_nodes(tree) if isinstance(node, ast.ClassDef)}
    return [
        value
        for value in dict.fromkeys(v for v in names.values() if isinstance(v, Template))
        if id(value.definition) in own and (is_module_class(value) or "forward" in value.names)
    ]


def choose(found: list[Candidate], used: set[str]) -> list[Candidate]:
    """The candidates, the likeliest first."""

    def outer(candidate: Candidate) -> bool:
        module = candidate.module
        template = module.template if isinstance(module, Instance) else candidate.template
        return template is None or template.definition.name not in used

    def rank(at: int) -> tuple[bool, int, int]:
        candidate = found[at]
        forwards = candidate.found in (TRIED, MADE_INSIDE)
        return (not outer(candidate), candidate.found, at if forwards else -at)

    return [found[at] for at in sorted(range(len(found)), key=rank)]
