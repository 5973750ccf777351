"""Reads PyTorch source into a network, without running any of it: whole files, classes, and fragments of them."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from itertools import islice
from typing import Any, NamedTuple

from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.importing.calls import call, initialise, is_ours
from cnnbuilder.network.importing.drawing import (
    Drawing,
    InputShape,
    Remark,
    Said,
    TooLargeError,
    disagreements,
    settled,
)
from cnnbuilder.network.importing.interpreter import Interpreter
from cnnbuilder.network.importing.values import (
    Between,
    Container,
    Flowing,
    Function,
    Instance,
    Known,
    Layer,
    Template,
    Unknown,
)
from cnnbuilder.network.project import Network
from cnnbuilder.text import _

__all__ = [
    "CannotReadError", "Imported", "Part", "Remark", "disagreements", "looks_like_layers", "read", "read_part",
    "settled",
]  # fmt: skip

MOST_WORDS = 400_000
"""Words and signs: ten thousand layers have 300,000. Each costs Python's own reader some 500 bytes."""
_LAYER = re.compile(r"\b(nn|F|torch|torchvision)\.|\b[A-Z]\w+\(")
"""What a line with a layer on it looks like."""
MOST_CHARACTERS = 1_000_000
"""The longest file of torchvision's models has 60,000."""


class CannotReadError(Exception):
    """The source holds no network that can be read, for the reason that is given in one sentence."""


class Imported(NamedTuple):
    """What was read. `remarks` are what a person should know of it, by line."""

    network: Network
    analysis: Analysis
    remarks: tuple[Remark, ...]


class Part(NamedTuple):
    """Layers to be put into a network that is there. `network` begins with an Input, which stands for what arrives."""

    network: Network
    remarks: tuple[Remark, ...]
    said: dict[str, Said]
    """What the source says of what arrives, by block."""


def read(text: str, shape: InputShape | None = None) -> Imported:
    """The network in PyTorch source; `shape` is C × H × W of the images, where it is known.

    Never runs any of the source. Raises `CannotReadError` with one sentence.
    """
    drawing = _drawn(text)
    network = drawing.finish(shape)
    return Imported(network, analyse(network), _remarks(drawing))


def read_part(text: str, rank: int | None = 3) -> Part:
    """The layers in PyTorch source; `rank`: how many axes arrive, without the batch, where that is known.

    Raises `CannotReadError` with one sentence.
    """
    drawing = _drawn(text, rank)
    return Part(drawing.part(), _remarks(drawing), drawing.said)


def looks_like_layers(text: str) -> bool:
    """Whether a person may take this text for PyTorch source, so that its first mistake is worth a sentence."""
    return (
        len(text) > MOST_CHARACTERS
        or re.search(r"\b(nn|F|torch|self)\.\w|\bimport\b|\bdef ", text) is not None
    )


def _drawn(text: str, rank: int | None = 3) -> Drawing:
    tree = _parsed(text)
    reader = _Reader(text, rank)
    try:
        reader.read(tree)
    except TooLargeError as error:
        raise CannotReadError(str(error)) from None
    except OverflowError:
        raise CannotReadError(_("The source makes a list of layers that is too long.")) from None
    except RecursionError:
        raise CannotReadError(_("The source is nested too deeply to be read.")) from None
    if len(reader.drawing.blocks) == 1:
        raise CannotReadError(_nothing(_remarks(reader.drawing)))
    return reader.drawing


def _remarks(drawing: Drawing) -> tuple[Remark, ...]:
    """By line, each with the block that its line makes, where it makes one."""
    found = [
        remark._replace(block=remark.block or drawing.lines.get(remark.line)) for remark in drawing.remarks
    ]
    return tuple(sorted(found, key=lambda remark: remark.line))


def _nothing(remarks: tuple[Remark, ...]) -> str:
    said = next((remark for remark in remarks if remark.line), None)
    if said is None:
        return _("There is no PyTorch layer in this source.")
    return _("There is no layer that can be read in this source; line {line}: {message}.").format(
        line=said.line, message=said.message
    )


def _has_more_words(text: str, most: int) -> bool:
    return next(islice(re.finditer(r"\w+|[^\w\s]", text), most, None), None) is not None


def _parsed(text: str) -> ast.Module:
    if len(text) > MOST_CHARACTERS or _has_more_words(text, MOST_WORDS):
        raise CannotReadError(_("The source is larger than any network needs."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(textwrap.dedent(text))
    except SyntaxError as error:
        raise CannotReadError(
            _("Line {line} is not Python: {reason}.").format(line=error.lineno or 1, reason=error.msg)
        ) from None
    except (ValueError, RecursionError, MemoryError):
        raise CannotReadError(_("The source is not Python, or is nested too deeply to be read.")) from None


class _Reader(Interpreter):
    """Finds what in a file is the network, and follows it."""

    def __init__(self, text: str, rank: int | None = 3) -> None:
        super().__init__(text, rank)
        self.self_ = Instance(Template(ast.ClassDef("", [], [], [], []), {}, ()))
        self.loose: list[Any] = []
        self.fragment = False

    def read(self, tree: ast.Module) -> None:
        """Draws the network of a file: a module that it makes, else its last class, else a fragment."""
        self.names["self"] = self.self_
        self.fragment = _is_fragment(tree)
        if self.fragment:
            self.names["x"] = self.drawing.image
        self.run(tree.body, self.names)
        modules = [
            value
            for name, value in self.names.items()
            if name != "self" and isinstance(value, Instance | Container)
        ]
        classes = [
            value for value in self.names.values() if isinstance(value, Template) and "forward" in value.names
        ]
        free = [
            value for value in self.names.values() if isinstance(value, Template) and _is_sequential(value)
        ]
        if modules and not self.fragment:
            self._follow_through(modules[-1], tree)
        elif (classes or free) and not self.fragment:
            self._follow_class(self._outermost(classes or free), tree)
        else:
            self._follow_fragment(tree)

    def shown(self, value: Any) -> None:
        """A layer on a line of its own belongs to the fragment."""
        # model.append(…) gives the model itself, which has its name and its place.
        fresh = not any(value is known for known in self.names.values())
        if isinstance(value, Layer | Container | Instance) and self.depth == 0 and fresh:
            self.loose.append(value)

    def keeps(self, value: Unknown) -> bool:
        """A line of a fragment that could not be read gets its place among the layers."""
        kept = self.fragment and self.depth == 0 and _LAYER.search(value.text) is not None
        if kept:
            self.loose.append(value)
        return kept

    def _outermost(self, classes: list[Template]) -> Template:
        """The last class that no other uses."""
        used = {
            node.id
            for template in classes
            for node in ast.walk(template.definition)
            if isinstance(node, ast.Name) and node.id != template.definition.name
        }
        outer = [template for template in classes if template.definition.name not in used] or classes
        if len(outer) > 1:
            message = _("the file holds several networks; {name}, the last, is read")
            last = outer[-1].definition
            self.drawing.remark(last.lineno, message.format(name=last.name))
        return outer[-1]

    def _follow_class(self, template: Template, tree: ast.Module) -> None:
        instance = Instance(template)
        initialise(self, template.definition, instance, template, [], {})
        self._follow_through(instance, tree)

    def _follow_through(self, module: Any, tree: ast.AST) -> None:
        node = ast.Call(ast.Name("model"), [], [])
        node.lineno = module.template.definition.lineno if isinstance(module, Instance) else 1
        result = call(self, node, module, [self.drawing.image], {})
        self._end(result, node)
        for layer in self.made:
            if (
                not layer.used
                and layer.name
                and isinstance(module, Instance)
                and layer in module.attributes.values()
            ):
                self.drawing.remark(layer.line, _("self.{name} is never used").format(name=layer.name))

    def _end(self, result: Any, node: ast.AST) -> None:
        """What the network gives; something that could not be read stands at its end."""
        if isinstance(result, Unknown | Between):
            self.flow(result, node)
        elif not isinstance(result, Flowing):
            flowing = (
                [value for value in result if isinstance(value, Flowing)]
                if isinstance(result, tuple | list)
                else []
            )
            if flowing:
                self.drawing.remark(getattr(node, "lineno", 0), _("forward gives several values"))
            else:
                self.drawing.put_unknown(self.unknown(node, _("forward gives no value that flows")))

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
        flowing = self.names.get("x")
        if isinstance(flowing, Flowing | Unknown) and flowing != self.drawing.image:
            self._end(flowing, tree)
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
        value: Any = self.drawing.image
        for module in (
            [*self.loose, *(named or assigned)] if not (self.loose and named) else self._in_order(named)
        ):
            node = ast.Call(ast.Name("layer"), [], [])
            node.lineno = getattr(module, "line", 1)
            value = call(self, node, module, [value], {})
        for attribute in self.self_.attributes.values():
            if isinstance(attribute, Unknown):
                value = self.drawing.put_unknown(attribute._replace(flowing=_flow(value)))
        self._end(value, tree)

    def _in_order(self, named: list[Any]) -> list[Any]:
        """Named layers and those on lines of their own, by line."""
        return sorted([*named, *self.loose], key=lambda module: getattr(module, "line", 0))


def _flow(value: Any) -> tuple[Flowing, ...]:
    return (value,) if isinstance(value, Flowing) else ()


def _is_fragment(tree: ast.Module) -> bool:
    """Whether the file holds no class but those that our own code brings along: lines out of one."""
    return not any(isinstance(node, ast.ClassDef) and not is_ours(node) for node in tree.body)


def _is_sequential(template: Template) -> bool:
    return any(
        isinstance(base, Known) and base.path.endswith(("Sequential", "Module")) for base in template.bases
    )
