"""Classes that hold values by name: namedtuple, NamedTuple, dataclass, and the options of argparse."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing import arithmetic
from cnnbuilder.network.importing.evaluator import Evaluator
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.values import (
    ORDER,
    REQUIRED,
    Instance,
    Known,
    Open,
    Record,
    Template,
    Unknown,
    line_of,
)
from cnnbuilder.text import _


def named(name: str, fields: dict[str, Any], template: Template | None = None) -> Record:
    """A record of these fields."""
    return Record(name, fields, template or Template(ast.ClassDef(name, [], [], [], []), Scope(), ()))


def of_class(run: Evaluator, node: ast.ClassDef, bases: tuple[Any, ...], names: Scope) -> Record | None:
    """The record that a class is, or None where it is another kind of class."""
    decorated = any(
        ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator).endswith("dataclass")
        for decorator in node.decorator_list
    )
    tuples = any(isinstance(base, Known) and base.path.endswith("NamedTuple") for base in bases)
    if not decorated and not tuples:
        return None
    fields: dict[str, Any] = {}
    for base in bases:
        if isinstance(base, Record):
            fields.update(base.fields)
    inner = Scope(enclosing=names)
    template = Template(node, inner, bases)
    methods: list[ast.stmt] = []
    for statement in node.body:
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            fields[statement.target.id] = (
                REQUIRED if statement.value is None else _default(run, statement.value, inner)
            )
        elif isinstance(statement, ast.FunctionDef):
            if statement.name == "__init__" or any(
                isinstance(base, Template) and "forward" in base.names for base in bases
            ):
                return None
            methods.append(statement)
    for method in methods:
        made = ast.ClassDef(node.name, [], [], [method], [])
        made.lineno = line_of(node)
        holder = Scope(enclosing=names)
        run.run([made], holder)
        if isinstance(found := holder.get(node.name), Template):
            inner.update(found.names)
    return named(node.name, fields, template)


def _default(run: Evaluator, node: ast.expr, names: Scope) -> Any:
    """The default of a dataclass's field: a value, field(default=…) or field(default_factory=…)."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("field"):
        for keyword in node.keywords:
            if keyword.arg == "default":
                return run.value(keyword.value, names)
            if keyword.arg == "default_factory":
                call = ast.copy_location(ast.Call(keyword.value, [], []), node)
                return run.value(call, names)
        return REQUIRED
    return run.value(node, names)


def declared(run: Evaluator, node: ast.Call, positional: list[Any], given: dict[str, Any]) -> Any:
    """namedtuple("Row", "width stride")."""
    match positional:
        case [str() as name, str() as words, *_rest]:
            fields = words.replace(",", " ").split()
        case [str() as name, (list() | tuple()) as listed, *_rest]:
            fields = [item[0] if type(item) is tuple and item else item for item in listed]
        case _:
            return run.unknown(node, _("this is not understood"))
    if not all(isinstance(field, str) for field in fields):
        return run.unknown(node, _("this is not understood"))
    values: dict[str, Any] = dict.fromkeys(fields, REQUIRED)
    defaults = arithmetic.items_of(given.get("defaults", ())) or []
    if defaults:
        values.update(zip(fields[-len(defaults) :], defaults, strict=False))
    return named(name, values)


def make(run: Evaluator, node: ast.AST, record: Record, positional: list[Any], given: dict[str, Any]) -> Any:
    """A record with these values."""
    values: dict[str, Any] = {}
    for index, (name, default) in enumerate(record.fields.items()):
        value = positional[index] if index < len(positional) else given.get(name, default)
        values[name] = Open(name) if value is REQUIRED else value
    made = Instance(record.template, values)
    values[ORDER] = tuple(record.fields)
    if "__post_init__" in record.template.names:
        found = record.template.names["__post_init__"]
        run.enter(node, found._replace(owner=made), [], {})
    return made


def add_argument(parser: Instance, positional: list[Any], given: dict[str, Any]) -> None:
    """parser.add_argument("--width", default=12): the option's value is its default."""
    flags = [flag for flag in positional if isinstance(flag, str)]
    if not flags:
        return
    longest = next((flag for flag in flags if flag.startswith("--")), flags[0])
    name = given.get("dest", longest.lstrip("-").replace("-", "_"))
    action = given.get("action")
    if "default" in given:
        value = given["default"]
    elif action in ("store_true", "store_false"):
        value = action == "store_false"
    else:
        value = Open(str(name))
    kind = given.get("type")
    if isinstance(value, str) and isinstance(kind, Known) and kind.path in ("int", "float"):
        value = _number(value, kind.path)
    if isinstance(name, str):
        parser.attributes[name] = value


def _number(text: str, kind: str) -> Any:
    try:
        return int(text) if kind == "int" and len(text) < 30 else float(text)
    except ValueError:
        return Open(text[:30])


def parser() -> Instance:
    """An argparse.ArgumentParser without options."""
    return Instance(
        Template(ast.ClassDef("ArgumentParser", [], [], [], []), Scope(), (Known("argparse.ArgumentParser"),))
    )


def is_parser(value: Instance) -> bool:
    """Whether this is an argparse.ArgumentParser, or a group of one."""
    return Known("argparse.ArgumentParser") in value.template.bases


def options(values: dict[str, Any]) -> Instance:
    """What parse_args() gives: the defaults."""
    return Instance(Template(ast.ClassDef("Namespace", [], [], [], []), Scope(), ()), values)


def of_parser(
    run: Evaluator, node: ast.Call, owner: Instance, name: str, positional: list[Any], given: dict[str, Any]
) -> Any:
    """A method of an argparse.ArgumentParser."""
    match name:
        case "add_argument":
            add_argument(owner, positional, given)
            return None
        case "set_defaults":
            owner.attributes.update(given)
            return None
        case "parse_args":
            return options(owner.attributes)
        case "parse_known_args":
            return (options(owner.attributes), [])
        case "add_argument_group" | "add_mutually_exclusive_group":
            return owner
    return Unknown(line_of(node), "", _("this is not understood"))
