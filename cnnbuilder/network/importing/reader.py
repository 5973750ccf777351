"""Finds what in a file is the network: a module that it makes, a class, or a fragment of one."""

from __future__ import annotations

import ast
import re
from typing import Any

from cnnbuilder.network.importing import arithmetic, candidates, leftovers, several_outputs
from cnnbuilder.network.importing.calls import Sources, call
from cnnbuilder.network.importing.candidates import Candidate
from cnnbuilder.network.importing.interpreter import Interpreter
from cnnbuilder.network.importing.module_tree import LAYER, MEMBERS, is_module, is_module_class, walk
from cnnbuilder.network.importing.modules import initialise, is_ours
from cnnbuilder.network.importing.network_builder import Arriving, NetworkBuilder, Remark, TooLargeError
from cnnbuilder.network.importing.parsing import CannotReadError
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.statements import MOST_STEPS, Names, Returned, Stopped
from cnnbuilder.network.importing.values import (
    Container,
    Function,
    Instance,
    Known,
    Layer,
    PartialOp,
    Template,
    TensorValue,
    Unknown,
)
from cnnbuilder.network.nearest import nearest
from cnnbuilder.text import _

_LAYER = re.compile(r"\b(nn|F|torch|torchvision)\.|\b[A-Z]\w+\(")
"""What a line with a layer on it looks like."""


MOST_STEPS_OF_A_LOOP = 25_000
"""Of a loop outside every class: training goes round for long, and makes no network."""


_LITERALS = (int, float, str, type(None))


class Reader(Interpreter):
    """Finds what in a file is the network, and follows it."""

    def __init__(self, text: str, rank: int | None = 3, sources: Sources | None = None) -> None:
        """`rank`: how many axes arrive in a fragment. `sources`: what lies beside the file."""
        super().__init__(text, rank)
        self.sources = sources
        self.self_ = Instance(Template(ast.ClassDef("", [], [], [], [], lineno=1), Scope(), ()))
        self.loose: list[Any] = []
        self.fragment = False
        self.tree = ast.Module([], [])
        self.spent = 0
        """Steps that the last look at a network took."""
        self.made: list[tuple[Instance, ast.AST, bool]] = []
        """Modules that no other holds: where they were made, and whether in a function."""
        self.expressions: dict[int, str] = {}
        """Modules by how a person can ask for them again: EfficientNetB0()."""
        self._tried: dict[int, tuple[int, ...]] = {}
        self._said: list[Remark] = []

    # --- the file ---------------------------------------------------------------------------------

    def evaluate(self, tree: ast.Module, shape: Arriving | None = None) -> None:
        """Follows a file; a fragment, which has no class, is drawn right away. `shape`: of what comes in there."""
        self.tree = tree
        self.names["self"] = self.self_
        self.names["__name__"] = "__main__"
        self.fragment = _is_fragment(tree)
        if self.fragment:
            if shape is not None:
                self.builder = NetworkBuilder(len(shape), shape)
            self.names["x"] = self.builder.image
        imports = any("import" in line for line in self.lines)
        if not imports or not any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(tree)):
            # Lines out of a file whose imports stayed behind.
            self.names.update({name: Known(f"torch.nn.{name}") for name in (*LAYERS, "Module")})
        try:
            for statement in tree.body:
                self._top(statement)
        except Returned as returned:
            # Lines out of forward, with its last.
            if self.fragment:
                self.names["x"] = returned.value
        except Stopped:
            pass  # break outside of a loop: a slip that ends nothing
        if self.fragment and not self._transfers():
            self._follow_fragment(tree)
        self._said = list(self.builder.remarks)

    def _transfers(self) -> bool:
        """Whether a file without a class makes its network out of one from elsewhere: models.resnet18()."""
        drawn = bool(self.loose or self.self_.attributes) or len(self.builder.blocks) > 1
        named = any(isinstance(value, Layer | Container) for value in self.names.values())
        if drawn or named or {"forward", "__init__"} & self.names.keys():
            made = [value for value in self.names.values() if isinstance(value, Instance)]
            self.fragment = drawn or not any(is_module(module) for module in made)
            return not self.fragment
        self.fragment = False
        self.fragment = all(it.found > candidates.GIVEN for it in self.candidates())
        return not self.fragment

    def _top(self, statement: ast.stmt) -> None:
        """A statement of the file itself; a loop that goes on and on is left, unless it is all there is."""
        if self.fragment or not isinstance(
            statement, ast.For | ast.While | ast.If | ast.With | ast.Try | ast.Expr
        ):
            self.run([statement], self.names)
            return
        before, most = self.steps, self.most_steps
        self.most_steps = min(most, self.steps + MOST_STEPS_OF_A_LOOP)
        try:
            self.run([statement], self.names)
        except TooLargeError:
            self.steps, self.most_steps, self.depth, self.inside = before + 1, most, 0, 0
            self.give_up(statement, self.names, _("this goes on for longer than making a network takes"))
        except Returned:
            pass
        finally:
            self.most_steps = most

    def made_module(self, node: ast.AST, module: Instance) -> None:
        """A module of a class of the file was made, and no other holds it so far."""
        if not self.inside and not self.from_elsewhere:
            self.made.append((module, node, self.depth > 0))

    def tried(self, module: Any, sizes: tuple[int, ...]) -> None:
        """The source gives a module images of its own making: with the batch, this large."""
        if len(sizes) == 4 and isinstance(module, Instance | Container | Layer | Template):
            self._tried[id(module)] = sizes[1:]
            if isinstance(module, Instance):
                self._tried[id(module.template)] = sizes[1:]

    def enter(self, node: ast.AST, function: Function, positional: list[Any], named: dict[str, Any]) -> Any:
        """Follows a function of the file with these arguments; its value."""
        method = function.template is not None and is_module_class(function.template)
        self.inside += method
        try:
            return super().enter(node, function, positional, named)
        finally:
            self.inside -= method

    def call(self, node: ast.Call, called: Any, positional: list[Any], named: dict[str, Any]) -> Any:
        """The value of a call; of a module, how it was asked for is kept."""
        value = super().call(node, called, positional, named)
        if not self.inside and isinstance(value, Instance) and isinstance(called, Function):
            name = getattr(called.definition, "name", "")
            literal = all(_is_literal(given) for given in (*positional, *named.values()))
            if literal and self.names.get(name) == called:
                said = [*map(repr, positional), *(f"{key}={part!r}" for key, part in named.items())]
                self.expressions[id(value)] = f"{name}({', '.join(said)})"[:200]
        if not self.inside and isinstance(value, Instance) and isinstance(node.func, ast.Name):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            if node.func.id in self.names and all(isinstance(part, ast.Constant) for part in given):
                self.expressions[id(value)] = ast.unparse(node)[:200]
        return value

    def assign(self, target: ast.expr, value: Any, names: Names) -> None:
        """Gives a name, an attribute, an element or several of them a value; a module outside all keeps its name."""
        if (
            isinstance(target, ast.Name)
            and isinstance(value, Unknown)
            and not self.inside
            and not self.fragment
        ):
            before = names.find(target.id)
            if isinstance(before, Instance) and is_module(before):
                message = _("what this makes of {name} is not followed: {name} is read as before")
                self.builder.remark(value.line, message.format(name=target.id))
                return
        super().assign(target, value, names)

    # --- its networks -----------------------------------------------------------------------------

    def candidates(self) -> list[Candidate]:
        """The networks of the file, the likeliest first."""
        found: list[Candidate] = []
        for name, module in candidates.top_modules(self.names):
            if candidates.has_weights(module):
                found.append(Candidate(name, candidates.MADE, self._line(module), module))
        held = {
            id(part)
            for candidate in found
            for path, part in walk(candidate.module)
            if path and part is not candidate.module
        }
        found = [candidate for candidate in found if id(candidate.module) not in held]
        known = {id(candidate.module) for candidate in found}
        own = {id(node) for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)}
        made = [row for row in self.made if id(row[0].template.definition) in own] or self.made
        for module, node, inside in made:
            if inside and id(module) not in known and candidates.has_weights(module):
                name = module.template.definition.name
                written = ast.unparse(node)[:80] if isinstance(node, ast.Call) else name
                call = self.expressions.get(id(module), written)
                found.append(Candidate(call, candidates.MADE_INSIDE, self._line(module), module))
        used = candidates.used_names(self.tree)
        seen = {candidate.call for candidate in found}
        for candidate in (*self._tried_out(), *self._given(used, known=bool(found))):
            if candidate.call not in seen:
                seen.add(candidate.call)
                found.append(candidate)
        for template in candidates.classes(self.names, self.tree):
            name = template.definition.name
            open_ = not candidates.needs_nothing(template)
            kind = candidates.NEEDS_ARGUMENTS if open_ else candidates.CLASS
            if f"{name}()" not in seen:
                found.append(Candidate(f"{name}()", kind, template.definition.lineno, None, template))
        return candidates.choose(found, used)

    def _line(self, module: Any) -> int:
        return (
            module.template.definition.lineno
            if isinstance(module, Instance) and hasattr(module.template.definition, "lineno")
            else 1
        )

    def _tried_out(self) -> list[Candidate]:
        """What functions like test() make, which nobody calls here."""
        found = []
        for function, definition in self._functions():
            name = definition.name
            if not candidates.is_trying(name):
                continue
            if candidates.is_given_all(function):
                self._quietly(ast.Call(ast.Name(name, ast.Load()), [], []))
            for tried in candidates.calls_in(function.definition):
                called = ast.unparse(tried.func)
                if not isinstance(self.names.get(called.partition(".")[0]), Function | Template | Instance):
                    continue
                module = self._quietly(tried, Scope(enclosing=function.names))
                if is_module(module) and candidates.has_weights(module):
                    template = module.template if isinstance(module, Instance) else None
                    found.append(
                        Candidate(ast.unparse(tried)[:200], candidates.TRIED, tried.lineno, None, template)
                    )
        return found

    def _given(self, used: set[str], *, known: bool) -> list[Candidate]:
        """Functions without needed arguments that give a network; the last are looked at first.

        `known`: the file makes a network itself, so that these are only named.
        """
        found: list[Candidate] = []
        alike: dict[str, Template | None] = {}
        spent = 0
        for function, definition in reversed(self._functions()):
            name = definition.name
            if name in used or candidates.is_trying(name) or not candidates.is_given_all(function):
                continue
            makers = candidates.makers(definition)
            if known:
                if any(isinstance(self.names.get(maker), Function | Template) for maker in makers):
                    found.append(Candidate(f"{name}()", candidates.GIVEN, definition.lineno))
                continue
            if spent > MOST_STEPS_OF_A_LOOP:
                # Those that call the same as one that was looked at give the same kind of thing.
                template = next((alike[maker] for maker in makers if maker in alike), None)
                if makers & alike.keys():
                    found.append(Candidate(f"{name}()", candidates.GIVEN, definition.lineno, None, template))
                continue
            call = ast.copy_location(ast.Call(ast.Name(name, ast.Load()), [], []), definition)
            module = self._quietly(call)
            spent += self.spent
            if (
                isinstance(module, Instance | Container)
                and is_module(module)
                and candidates.has_weights(module)
            ):
                template = module.template if isinstance(module, Instance) else None
                alike.update(dict.fromkeys(makers, template))
                found.append(Candidate(f"{name}()", candidates.GIVEN, definition.lineno, None, template))
        return found[::-1]

    def _functions(self) -> list[tuple[Function, ast.FunctionDef]]:
        """The functions that stand in the file itself."""
        own = {id(node) for node in self.tree.body}
        return [
            (value, value.definition)
            for value in self.names.values()
            if isinstance(value, Function)
            and id(value.definition) in own
            and isinstance(value.definition, ast.FunctionDef)
        ]

    def _quietly(self, call: ast.expr, names: Scope | None = None) -> Any:
        """What a call gives, to see what it is: nothing is said of it, and it may take so long only."""
        ast.fix_missing_locations(call)
        builder, most, made = self.builder, self.most_steps, list(self.made)
        self.builder, self.steps, self.most_steps = NetworkBuilder(), 0, MOST_STEPS // 2
        try:
            return self.value(call, self.names if names is None else names)
        except (TooLargeError, Returned, Stopped, OverflowError, RecursionError):
            return None
        finally:
            self.builder, self.most_steps, self.made, self.depth, self.inside = builder, most, made, 0, 0
            self.spent, self.steps = self.steps, 0

    def named(self, text: str) -> Candidate:
        """The candidate that a person writes: a name of the file, or a call. Raises `CannotReadError`."""
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            raise CannotReadError(
                _("{text} is no call of a network, such as ResNet18().").format(text=text[:80])
            ) from None
        module = self._quietly(node)
        if isinstance(module, Template):
            return Candidate(f"{text}()", candidates.CLASS, module.definition.lineno, None, module)
        if isinstance(module, Function):
            return Candidate(f"{text}()", candidates.GIVEN, module.definition.lineno)
        if not is_module(module):
            raise CannotReadError(_("{text} gives no network in this source.").format(text=text[:80]))
        held = module if isinstance(node, ast.Name) else None
        template = module.template if isinstance(module, Instance) else None
        return Candidate(text, candidates.MADE, self._line(module), held, template)

    def tried_shape(self, candidate: Candidate) -> tuple[int, ...] | None:
        """C × H × W of the images that the source tries a network out with, where it does."""
        template = candidate.module.template if isinstance(candidate.module, Instance) else candidate.template
        found = self._tried.get(id(candidate.module)) or self._tried.get(id(template))
        module = candidate.module
        while found is None and isinstance(module, Container) and module.members:
            # A loop over its parts tries the first of them with what comes in.
            module = next(iter(module.members.values()))
            found = self._tried.get(id(module))
        return found

    def draw(self, candidate: Candidate, shape: Arriving | None = None) -> NetworkBuilder:
        """Draws one of the networks. `shape`: of the images, where it is known."""
        self.builder = NetworkBuilder(3 if shape is None else len(shape), shape)
        self.builder.remarks = list(self._said)
        self.steps = self.depth = 0
        self.inside = 1
        self.most_steps = MOST_STEPS
        module = candidate.module
        if (
            module is None
            and candidate.found in (candidates.CLASS, candidates.NEEDS_ARGUMENTS)
            and candidate.template
        ):
            self._follow_class(candidate.template, self.tree)
            return self.builder
        if module is None:
            module = self.value(
                ast.fix_missing_locations(ast.parse(candidate.call, mode="eval")).body, self.names
            )
        kept = [
            (part.attributes, dict(part.attributes))
            for _path, part in walk(module)
            if isinstance(part, Instance)
        ]
        self._follow_through(module, self.tree)
        for attributes, before in kept:
            attributes.clear()
            attributes.update(before)
        return self.builder

    # --- lines by themselves ----------------------------------------------------------------------

    def shown(self, value: Any) -> None:
        """A layer on a line of its own belongs to the fragment, and so do those of a list on a line of its own."""
        if isinstance(value, list) or type(value) is tuple:
            if not arithmetic.is_small(value):
                return
            for part in value:
                if isinstance(part, Unknown):
                    self.keeps(part)
                self.shown(part)
            return
        # model.append(…) gives the model itself, which has its name and its place.
        if (
            isinstance(value, Layer | Container | Instance)
            and self.depth == 0
            and self.fragment
            and not any(value is known for known in self.names.values())
        ):
            self.loose.append(value)

    def is_aside(self, targets: list[ast.expr], names: Names) -> bool:
        """Beside classes, whatever neither makes nor changes a module."""
        if self.fragment or self.inside:
            return self.from_elsewhere > 0 and not self.inside
        held = [names.find(target.id) for target in targets if isinstance(target, ast.Name)]
        return not any(isinstance(value, Container | Instance) and is_module(value) for value in held)

    def keeps(self, value: Unknown) -> bool:
        """A line of a fragment that could not be read gets its place among the layers."""
        kept = self.fragment and self.depth == 0 and _LAYER.search(value.text) is not None
        if kept:
            self.loose.append(value)
        return kept

    def _follow_class(self, template: Template, tree: ast.Module) -> None:
        instance = Instance(template)
        initialise(self, template.definition, instance, template, [], {})
        if "forward" in template.names or {MEMBERS, LAYER, "net", "forward"} & instance.attributes.keys():
            self._follow_through(instance, tree)
            return
        name = template.definition.name
        near = nearest(
            "forward", [key for key, value in template.names.items() if isinstance(value, Function)]
        )
        hint = _(" ({near}: forward?)").format(near=near) if near else ""
        message = _("{name} has no forward: its layers are taken one after another as they stand")
        self.builder.remark(template.definition.lineno, message.format(name=name) + hint)
        modules = [
            value
            for value in instance.attributes.values()
            if isinstance(value, Layer | Container | Instance | Unknown)
        ]
        self._end(self._one_after_another(modules), template.definition)

    def _one_after_another(self, modules: list[Any]) -> Any:
        value: Any = self.builder.image
        for module in modules:
            node = ast.Call(ast.Name("layer"), [], [])
            node.lineno = getattr(module, "line", 1)
            value = call(self, node, module, [value], {})
        return value

    def _follow_through(self, module: Any, tree: ast.AST) -> None:
        node = ast.Call(ast.Name("model"), [], [])
        node.lineno = module.template.definition.lineno if isinstance(module, Instance) else 1
        result = call(self, node, module, [self.builder.image], {})
        self._end(result, node)
        for remark in leftovers.remarks(module, self.builder):
            self.builder.remark(*remark)

    def _end(self, result: Any, node: ast.AST) -> None:
        """What the network gives; something that could not be read stands at its end."""
        if isinstance(result, TensorValue):
            result = self.builder.storage.halfway_of(result)
        if isinstance(result, Unknown | PartialOp | TensorValue):
            self.builder.results = (self.tensor(result, node),)
            return
        values = arithmetic.items_of(result)
        if isinstance(result, dict):
            values = list(result.values())
        flowing = [
            (at, value)
            for at, value in enumerate(values or [])
            if isinstance(value, TensorValue | PartialOp | Unknown)
        ]
        if not flowing:
            nothing = self.unknown(node, _("forward gives no value that flows"))
            self.builder.results = (self.builder.put_unknown(nothing),)
            return
        trained = several_outputs.trained(self.tree, len(values or []))
        at, value = next((pair for pair in flowing if pair[0] == trained), flowing[0])
        self.builder.results = (self.tensor(value, node),)
        if len(flowing) > 1:
            why = _("which the training uses") if at == trained else _("the first")
            message = _("forward gives several values; number {n}, {why}, is read")
            self.builder.remark(getattr(node, "lineno", 0), message.format(n=at + 1, why=why))

    def _follow_fragment(self, tree: ast.Module) -> None:
        """Layers without a class: what flows through `x`, else one after another as they stand."""
        for name in ("__init__", "forward"):
            function = self.names.get(name)
            if isinstance(function, Function):
                self.self_.template.names[name] = function
        beginning = self.self_.template.names.get("__init__")
        if isinstance(beginning, Function):
            parameters = beginning.definition.args.args
            owner = beginning._replace(owner=self.self_) if parameters else beginning
            self.enter(beginning.definition, owner, [], {})
        if "forward" in self.self_.template.names:
            self._follow_through(self.self_, tree)
            return
        last = self.names.get("x")
        if isinstance(last, TensorValue | Unknown) and last != self.builder.image:
            self._end(last, tree)
            return
        named = [
            value
            for value in self.self_.attributes.values()
            if isinstance(value, Layer | Container | Instance)
        ]
        assigned = [
            value
            for name, value in self.names.items()
            if name != "self" and isinstance(value, Layer | Container)
        ]
        listed = [
            part
            for value in self.names.values()
            if isinstance(value, list)
            for part in value
            if isinstance(part, Layer | Container | Instance)
        ]
        value = self._one_after_another(
            self._in_order(named) if self.loose and named else [*self.loose, *(named or assigned or listed)]
        )
        for attribute in self.self_.attributes.values():
            if isinstance(attribute, Unknown):
                value = self.builder.put_unknown(attribute._replace(tensors=_flow(value)))
        self._end(value, tree)

    def _in_order(self, named: list[Any]) -> list[Any]:
        """Named layers and those on lines of their own, by line."""
        return sorted([*named, *self.loose], key=lambda module: getattr(module, "line", 0))


def _is_literal(value: Any) -> bool:
    """Whether a value can be written out in a call."""
    if isinstance(value, list) or type(value) is tuple:
        return len(value) <= 8 and all(_is_literal(part) for part in value)
    return isinstance(value, _LITERALS)


def _flow(value: Any) -> tuple[TensorValue, ...]:
    return (value,) if isinstance(value, TensorValue) else ()


def _is_fragment(tree: ast.Module) -> bool:
    """Whether the file holds no class but those that our own code brings along: lines out of one."""
    return not any(isinstance(node, ast.ClassDef) and not is_ours(node) for node in tree.body)
