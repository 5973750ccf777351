"""Which of several values that forward gives is the one that training uses: logits, probas = net(images)."""

from __future__ import annotations

import ast

from cnnbuilder.network.importing.parsing import all_nodes

_LOSSES = ("loss", "criterion", "cross_entropy", "nll", "objective", "cost")


def trained(tree: ast.Module, count: int) -> int | None:
    """The place of the value that goes into a loss, of `count` values; None where the source does not show it."""
    lost = {
        argument.id
        for call in all_nodes(tree)
        if isinstance(call, ast.Call) and any(word in ast.unparse(call.func).lower() for word in _LOSSES)
        for argument in call.args[:1]
        if isinstance(argument, ast.Name)
    }
    for node in all_nodes(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        for target in node.targets:
            if isinstance(target, ast.Tuple) and len(target.elts) == count:
                for at, part in enumerate(target.elts):
                    if isinstance(part, ast.Name) and part.id in lost:
                        return at
    return None
