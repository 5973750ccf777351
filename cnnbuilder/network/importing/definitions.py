"""What source imports and defines: modules beside the file, classes, functions and their decorators."""

from __future__ import annotations

import ast
from typing import Any

from cnnbuilder.network.importing import calls, classes, records
from cnnbuilder.network.importing.control_flow import ControlFlow
from cnnbuilder.network.importing.network_builder import TooLargeError
from cnnbuilder.network.importing.parsing import CannotReadError, all_nodes, parsed
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.signatures import FUNCTIONS, LAYERS
from cnnbuilder.network.importing.statements import Names
from cnnbuilder.network.importing.values import (
    Computed,
    Function,
    Instance,
    Known,
    Open,
    Template,
    Unknown,
)
from cnnbuilder.text import _

STARS = {
    "torch.nn": (*LAYERS, "Sequential", "Module", "ModuleList", "ModuleDict", "Parameter"),
    "torch.nn.functional": tuple(FUNCTIONS),
    "math": ("sqrt", "floor", "ceil", "log", "log2", "pi"),
}
"""What a star brings from where it is known."""
PLAIN_DECORATORS = frozenset(
    {"staticmethod", "property", "cached_property", "abstractmethod", "override", "classmethod", "no_grad"}
    | {"autocast", "lru_cache", "cache", "wraps", "total_ordering", "final", "typechecked", "dataclass"}
    | {"ignore", "unused", "inference_mode"}
)
"""Decorators of functions and classes that are followed, or that change nothing."""
PACKAGE_MARK = "# package\n"
"""What stands before the text of a package's __init__.py, so that its imports begin in its folder."""
MOST_FILES = 60
"""Files beside the source that are read for its imports."""


class Definitions(ControlFlow):
    """Statements that give names to what stands elsewhere."""

    sources: calls.Sources | None = None
    """The text of a module beside the file, by its dotted name; None: nothing but the file is read."""

    def __init__(self, text: str, rank: int | None = 3) -> None:
        """`rank`: how many axes arrive, without the batch, where that is known."""
        super().__init__(text, rank)
        self.files: dict[str, Instance | None] = {}
        """The modules beside the file that were read, by their dotted names."""
        self.from_elsewhere = 0
        self.undecorated: set[int] = set()
        """Functions with a decorator that is not followed, which is said where they are used."""
        self.package = ""
        """Where relative imports begin: the folder of the module that is being read."""

    def _follow_import(self, node: ast.Import, names: Names) -> None:
        for alias in node.names:
            first = alias.name.partition(".")[0]
            beside = self.module_beside(alias.name if alias.asname else first, node)
            known = Known(alias.name if alias.asname else first)
            names.put(alias.asname or first, beside or known)

    def _follow_importfrom(self, node: ast.ImportFrom, names: Names) -> None:
        if node.module == "__future__":
            return
        path = self._absolute(node.level, node.module or "")
        beside = self.module_beside(path, node)
        for alias in node.names:
            if beside is not None and alias.name == "*":
                names.update(
                    (name, value) for name, value in beside.attributes.items() if not name.startswith("_")
                )
            elif beside is not None and alias.name in beside.attributes:
                names.put(alias.asname or alias.name, beside.attributes[alias.name])
            elif (inner := self.module_beside(_joined(path, alias.name), node)) is not None:
                names.put(alias.asname or alias.name, inner)
            elif (template := self.class_of_torchvision(_joined(path, alias.name), node)) is not None:
                names.put(alias.asname or alias.name, template)
            elif alias.name == "*" and node.module in STARS:
                names.update({name: Known(f"{node.module}.{name}") for name in STARS[node.module]})
            elif alias.name == "*":
                text = _("a star import does not say which names it brings: {text}")
                self.builder.remark(node.lineno, text.format(text=self.text(node)))
            else:
                names.put(alias.asname or alias.name, Known(f"{path}.{alias.name}".lstrip(".")))

    def _absolute(self, level: int, module: str) -> str:
        """The dotted name of a module that an import means."""
        if not level:
            return module
        parts = self.package.split(".") if self.package else []
        if level - 1 > len(parts):
            return "." * level + module
        return ".".join([*parts[: len(parts) - level + 1], *([module] if module else [])])

    def module_beside(self, path: str, node: ast.AST) -> Instance | None:
        """A module of the file's own folder with its names as attributes, or None where there is none."""
        if self.sources is None or not path.strip("."):
            return None
        if path not in self.files:
            self.files[path] = None  # for files that import each other
            text = self.sources(path)
            if text is None or len(self.files) > MOST_FILES:
                return None
            scope = Scope({"__name__": path})
            self.files[path] = module = Instance(
                Template(ast.ClassDef(path, [], [], [], []), Scope(), ()), scope
            )
            try:
                tree = parsed(text)
            except CannotReadError:
                self.files[path] = None
                return None
            # Its lines are not lines of this file: they stand where it is imported.
            for inner in all_nodes(tree):
                if hasattr(inner, "lineno"):
                    inner.lineno = getattr(node, "lineno", 0)
            self.from_elsewhere += 1
            package, self.package = self.package, _package_of(path, text)
            steps = self.steps
            try:
                self.run(tree.body, scope)
            except TooLargeError:
                pass
            finally:
                self.from_elsewhere -= 1
                self.package = package
                self.steps = steps
            module.attributes = scope
        return self.files[path]

    def class_of_torchvision(self, path: str, node: ast.AST) -> Template | None:
        """The class behind torchvision.models.ResNet, where its source is on the machine."""
        package, _dot, name = path.rpartition(".")
        if package != "torchvision.models" or not name[:1].isupper():
            return None
        module = self.module_beside(f"{package}:{name}", node)
        found = None if module is None else module.attributes.get(name)
        return found if isinstance(found, Template) else None

    def _follow_classdef(self, node: ast.ClassDef, names: Names) -> None:
        bases = tuple(self.value(base, names) for base in node.bases)
        record = records.of_class(self, node, bases, names)
        if record is not None:
            names.put(node.name, record)
            return
        inner = Scope(enclosing=names)
        template = Template(node, inner, bases)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef):
                self._method(statement, template, names)
            elif isinstance(statement, ast.Pass) or (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            ):
                continue
            elif not isinstance(statement, ast.AnnAssign) or statement.value is not None:
                self.run([statement], inner)
        classes.inherit(template)
        names.put(node.name, template)
        decorated = self._decorated(node, template, names)
        if isinstance(decorated, Template):
            names.put(node.name, decorated)

    def _method(self, node: ast.FunctionDef, template: Template, names: Names) -> None:
        kinds = {_last_name(decorator) for decorator in node.decorator_list}
        static = "staticmethod" in kinds
        defaults = self._defaults(node.args, template.names)
        made = Function(node, names, template=None if static else template, defaults=defaults)
        if "classmethod" in kinds:
            made = made._replace(owner=template)
        if kinds & {"property", "cached_property"}:
            template.names[node.name] = Computed(made)
        elif not kinds & {"setter", "deleter"}:
            template.names[node.name] = self._decorated(node, made, names)

    def _follow_functiondef(self, node: ast.FunctionDef, names: Names) -> None:
        made = Function(node, names, defaults=self._defaults(node.args, names))
        names.put(node.name, self._decorated(node, made, names))

    def _follow_asyncfunctiondef(self, node: ast.AsyncFunctionDef, names: Names) -> None:
        names.put(node.name, self.unknown(node, _("this is not followed")))

    def _defaults(self, arguments: ast.arguments, names: Names) -> tuple[Any, ...]:
        """The values of default arguments, as Python finds them where a function is defined."""
        nodes = [*arguments.defaults, *(default for default in arguments.kw_defaults if default is not None)]
        return tuple([self.value(node, names) for node in nodes])

    def _decorated(
        self, node: ast.FunctionDef | ast.ClassDef, made: Function | Template, names: Names
    ) -> Any:
        """A function or class behind its decorators: those of the file are followed, others said not to be."""
        value: Any = made
        for decorator in reversed(node.decorator_list):
            if _last_name(decorator) in PLAIN_DECORATORS or self.package.startswith("torchvision"):
                continue
            called = self.value(decorator, names)
            if isinstance(called, Function | Template):
                call = ast.copy_location(ast.Call(decorator, [], []), decorator)
                result = calls.call(self, call, called, [value], {})
                if not isinstance(result, Unknown | Open) and not _wraps(result, made):
                    value = result
                    continue
            if not self.from_elsewhere and isinstance(made, Template):
                self.builder.remark(
                    node.lineno, _("the decorator of {name} is not followed").format(name=node.name)
                )
            elif not self.from_elsewhere:
                self.undecorated.add(id(node))
        return value


def _wraps(result: Any, made: Function | Template) -> bool:
    """Whether a decorator put a function of its own around a plain one, only to look at its arguments or its value."""
    return (
        isinstance(result, Function)
        and isinstance(made, Function)
        and made.template is None
        and isinstance(result.definition, ast.FunctionDef)
        and any(_last_name(decorator) == "wraps" for decorator in result.definition.decorator_list)
    )


def _last_name(decorator: ast.expr) -> str:
    """The name of a decorator without its path and its arguments."""
    node = decorator.func if isinstance(decorator, ast.Call) else decorator
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _package_of(path: str, text: str) -> str:
    """The folder of a module, dotted; a package's own file stands in the folder of its name."""
    return path.partition(":")[0] if ":" in path or text.startswith(PACKAGE_MARK) else path.rpartition(".")[0]


def _joined(path: str, name: str) -> str:
    return f"{path}{name}" if path.endswith(".") or not path else f"{path}.{name}"
