"""From text to Python's own tree of it, within bounds, and without what notebooks and chats put around source."""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from itertools import islice

from cnnbuilder.text import _

MOST_CHARACTERS = 1_000_000
"""The longest file of torchvision's models has 60,000."""
MOST_WORDS = 400_000
"""Words and signs: ten thousand layers have 300,000. Each costs Python's own reader some 500 bytes."""
_AROUND = re.compile(r"(?m)^[ \t]*(?:```.*|%%?[A-Za-z].*|!.*|(?:>>>|\.\.\.)(?: |$))")
"""Fences of Markdown, commands of notebooks, and prompts. A line that goes on with % (…) is none."""
_IN_BLOCK = re.compile(r"(?m)^([ \t]+)(?:%%?[A-Za-z]|!).*$")
_HELP = re.compile(r"(?m)^[ \t]*(?:\?+[\w.]+|[\w.]+\?+)[ \t]*$")
"""What notebooks show help by: nn.Conv2d?"""
_NEWS_OF_LAYERS = re.compile(r"\b(nn|F|torch|self)\.\w|\bimport\b|\bdef ")


class CannotReadError(Exception):
    """The source holds no network that can be read, for the reason that is given in one sentence."""


def parsed(text: str) -> ast.Module:
    """The tree of a text, line by line as the text has them. Raises `CannotReadError` with one sentence."""
    if len(text) > MOST_CHARACTERS or _has_more_words(text, MOST_WORDS):
        raise CannotReadError(_("The source is larger than any network needs."))
    try:
        return _tree(text)
    except SyntaxError as error:
        reason = _("Line {line} is not Python: {reason}.").format(line=error.lineno or 1, reason=error.msg)
    try:
        return _tree(_HELP.sub("", _AROUND.sub("", _IN_BLOCK.sub(r"\1pass", text))))
    except SyntaxError:
        raise CannotReadError(reason) from None


def all_nodes(node: ast.AST) -> tuple[ast.AST, ...]:
    """A node and all below it, as `ast.walk` has them; asked again of the same node, it answers at once.

    Trees are never changed here, and the whole of a long file is asked about a dozen times.
    """
    known: tuple[ast.AST, ...] | None = node.__dict__.get("_all_nodes")
    if known is None:
        known = node.__dict__["_all_nodes"] = tuple(ast.walk(node))
    return known


def looks_like_layers(text: str) -> bool:
    """Whether a person may take this text for PyTorch source, so that its first mistake is worth a sentence."""
    return len(text) > MOST_CHARACTERS or _NEWS_OF_LAYERS.search(text) is not None


def _tree(text: str) -> ast.Module:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(textwrap.dedent(text))
    except (ValueError, RecursionError, MemoryError):
        raise CannotReadError(_("The source is not Python, or is nested too deeply to be read.")) from None


def _has_more_words(text: str, most: int) -> bool:
    return next(islice(re.finditer(r"\w+|[^\w\s]", text), most, None), None) is not None
