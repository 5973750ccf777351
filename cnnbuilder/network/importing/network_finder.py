"""Finds the networks of a file: modules that it makes, functions and classes that give one."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import Any

from cnnbuilder.network.importing import candidates
from cnnbuilder.network.importing.calls import Sources
from cnnbuilder.network.importing.candidates import Candidate
from cnnbuilder.network.importing.interpreter import Interpreter
from cnnbuilder.network.importing.module_tree import is_module, is_module_class, walk
from cnnbuilder.network.importing.modules import is_ours
from cnnbuilder.network.importing.network_builder import Arriving, NetworkBuilder, TooLargeError
from cnnbuilder.network.importing.parsing import CannotReadError, all_nodes
from cnnbuilder.network.importing.scopes import Scope
from cnnbuilder.network.importing.shape_hints import Remark
from cnnbuilder.network.importing.signatures import LAYERS
from cnnbuilder.network.importing.state import State
from cnnbuilder.network.importing.statements import MOST_STEPS, Names, Returned, Stopped
from cnnbuilder.network.importing.values import (
    Container,
    Function,
    Instance,
    Known,
    Layer,
    Template,
    Unknown,
)
from cnnbuilder.text import _

MOST_STEPS_OF_A_LOOP = 25_000
"""Of a loop outside every class: training goes round for long, and makes no network."""


_LITERALS = (int, float, str, type(None))


class NetworkFinder(Interpreter):
    """Follows a file, and says which networks it holds."""

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
        self.said: list[Remark] = []
        self.weights_asked = False

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
        if not imports or not any(isinstance(node, ast.Import | ast.ImportFrom) for node in all_nodes(tree)):
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
            self.follow_fragment(tree)
        self.said = list(self.builder.remarks)

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
            literal = all(_is_literal(given) for given in (*positional, *named.values()))
            if node.func.id in self.names and literal:
                said = [*map(repr, positional), *(f"{key}={part!r}" for key, part in named.items())]
                self.expressions[id(value)] = f"{node.func.id}({', '.join(said)})"[:200]
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

    @cached_property
    def state(self) -> State:
        """What the file's names hold once it was followed, before any of its networks is looked at."""
        return State(self.names)

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
        own = {id(node) for node in all_nodes(self.tree) if isinstance(node, ast.ClassDef)}
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
        state = self.state
        try:
            return self.value(call, self.names if names is None else names)
        except (TooLargeError, Returned, Stopped, OverflowError, RecursionError):
            return None
        finally:
            state.restore()
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

    def follow_fragment(self, tree: ast.Module) -> None:
        """Draws lines without a class."""
        raise NotImplementedError


def _is_literal(value: Any) -> bool:
    """Whether a value can be written out in a call."""
    if isinstance(value, list) or type(value) is tuple:
        return len(value) <= 8 and all(_is_literal(part) for part in value)
    return isinstance(value, _LITERALS)


def _is_fragment(tree: ast.Module) -> bool:
    """Whether the file holds no class but those that our own code brings along: lines out of one."""
    return not any(isinstance(node, ast.ClassDef) and not is_ours(node) for node in tree.body)
