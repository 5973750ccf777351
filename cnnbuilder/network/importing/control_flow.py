"""Branches and loops of source: followed where it is known which way they go, given up with a sentence elsewhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from cnnbuilder.network.importing import arithmetic, modules, training_only
from cnnbuilder.network.importing.statements import Names, Statements, Stopped
from cnnbuilder.network.importing.values import Known, Stream, TrainingFlag, Unknown, line_of
from cnnbuilder.text import _


class ControlFlow(Statements):
    """Statements with statements in them."""

    def truth(self, value: Any) -> bool | None:
        """Whether this counts as true; None where the source does not say."""
        return arithmetic.truth(value)

    def _follow_break(self, node: ast.Break, names: Names) -> None:
        raise Stopped(again=False)

    def _follow_continue(self, node: ast.Continue, names: Names) -> None:
        raise Stopped(again=True)

    def _follow_if(self, node: ast.If, names: Names) -> None:
        test = self.value(node.test, names)
        if isinstance(test, TrainingFlag) and not test.value and training_only.drops(self, node.body, names):
            # Dropout that is switched by hand does in evaluation what the block does: nothing.
            self.under_training += 1
            try:
                self.run(node.body, names)
            finally:
                self.under_training -= 1
            return
        truth = self.truth(test)
        if truth is None:
            self.give_up(node, names, _("which way this goes is not known"))
            return
        if not truth and node.body and training_only.mentions_training(node.test):
            message = _("only training does this, and it is left out: {text}")
            self.builder.remark(line_of(node), message.format(text=self.text(node)))
        self.run(node.body if truth else node.orelse, names)

    def _follow_while(self, node: ast.While, names: Names) -> None:
        while True:
            self.step()
            truth = self.truth(self.value(node.test, names))
            if truth is None:
                self.give_up(node, names, _("how often this goes round is not known"))
                return
            if not truth:
                self.run(node.orelse, names)
                return
            try:
                self.run(node.body, names)
            except Stopped as stopped:
                if not stopped.again:
                    return

    def _follow_try(self, node: ast.Try, names: Names) -> None:
        # Source that works goes the ordinary way, unless it says itself that it does not.
        for statement in node.body if node.handlers else ():
            if isinstance(statement, ast.Raise | ast.Assert):
                if not isinstance(statement, ast.Assert) or statement is not node.body[0]:
                    self.give_up(node, names, _("which way this goes is not known"))
                    return
                truth = self.truth(self.value(statement.test, names))
                if truth is not True and (truth is None or len(node.handlers) > 1):
                    self.give_up(node, names, _("which way this goes is not known"))
                    return
                if truth is False:
                    self.run([*node.handlers[0].body, *node.finalbody], names)
                    return
        self.run([*node.body, *node.orelse, *node.finalbody], names)

    def _follow_with(self, node: ast.With, names: Names) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self.assign(item.optional_vars, self.unknown(node, _("this is not understood")), names)
        self.run(node.body, names)

    def _follow_for(self, node: ast.For, names: Names) -> None:
        through = self.value(node.iter, names)
        items = through if isinstance(through, Stream | list) else arithmetic.items_of(through)
        if items is None:
            if not modules.is_harmless(node.iter) or isinstance(through, Unknown | Known):
                self.give_up(node, names, _("what this goes through is not known"))
            return
        for item in _one_by_one(items):
            self.step()
            self.assign(node.target, item, names)
            try:
                self.run(node.body, names)
            except Stopped as stopped:
                if not stopped.again:
                    return
        self.run(node.orelse, names)

    def _follow_match(self, node: ast.Match, names: Names) -> None:
        subject = self.value(node.subject, names)
        for case in node.cases:
            fits = self._fits(case.pattern, subject, names)
            if fits and case.guard is None:
                self.run(case.body, names)
                return
            if fits is None or case.guard is not None:
                self.give_up(node, names, _("which way this goes is not known"))
                return

    def _fits(self, pattern: ast.pattern, subject: Any, names: Names) -> bool | None:
        match pattern:
            case ast.MatchValue(value=value):
                return self.truth(arithmetic.compare(ast.Eq(), subject, self.value(value, names)))
            case ast.MatchSingleton(value=single):
                return self.truth(arithmetic.compare(ast.Is(), subject, single))
            case ast.MatchOr(patterns=patterns):
                found = [self._fits(inner, subject, names) for inner in patterns]
                return True if True in found else None if None in found else False
            case ast.MatchAs(pattern=None, name=name):
                if name is not None:
                    names.put(name, subject)
                return True
        return None


def _one_by_one(items: list[Any] | Stream) -> Iterator[Any]:
    """The items as Python's loop takes them: what the loop does to a list, it sees; a stream keeps its rest."""
    if isinstance(items, list):
        yield from items
        return
    while True:
        try:
            item = items.next()
        except LookupError:
            return
        yield item
