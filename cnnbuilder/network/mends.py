"""Which fixes a person is offered: each has been tried, and the whole network is better for it."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from cnnbuilder.blocks.fixes import Fix, Remove
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.fix_candidates import candidates, loose_ends
from cnnbuilder.network.fixes import apply_fix
from cnnbuilder.network.project import Problem

MOST = 3
"""So many are offered for one problem: more would have to be read and compared."""


class Outcome(NamedTuple):
    """What is left once a fix has been applied; less is better, the first number first."""

    problems: int
    no_vector: bool
    """What leaves the network is no flat vector, so it tells no classes apart."""
    unknown: int
    """Blocks behind a break, of which nothing is known."""
    loose: int


def offered(analysis: Analysis, problem: Problem) -> tuple[Fix, ...]:
    """The fixes for a problem of this analysis after which the network is better, the best first.

    Better: this problem is gone, none is new, and either there are fewer or the break lies further down. Where a fix
    leaves fewer problems than others, or a network that still tells classes apart, those others are left out. Taking
    the block out is never offered alone where anything else helps. Asked again of the same network, it answers at once.
    """
    known: dict[tuple[str | None, str], tuple[Fix, ...]] = analysis.network.__dict__.setdefault("offered", {})
    key = (problem.id, problem.message)
    if key not in known:
        known[key] = _offered(analysis, problem)
    return known[key]


def _offered(analysis: Analysis, problem: Problem) -> tuple[Fix, ...]:
    tried = []
    by_label: dict[str, Fix] = {}
    for fix in candidates(analysis, problem):
        # Two buttons that say the same could not be told apart.
        by_label.setdefault(fix.label, fix)
    for place, fix in enumerate(by_label.values()):
        outcome = outcome_of(analysis, problem, fix)
        if outcome is not None:
            tried.append((outcome, place, fix))
    tried.sort(key=lambda entry: entry[:2])
    if not tried:
        return ()
    best = tried[0][0]
    good = [fix for outcome, _place, fix in tried if outcome[:2] == best[:2]][:MOST]
    if all(isinstance(fix, Remove) for fix in good):
        good += [fix for _outcome, _place, fix in tried if not isinstance(fix, Remove)][:1]
    return tuple(good)


def outcome_of(analysis: Analysis, problem: Problem, fix: Fix) -> Outcome | None:
    """What is left after a fix; None where the network is no better for it."""
    try:
        network = apply_fix(analysis.network, problem, fix)
    except msgspec.ValidationError:
        # A value that its field does not take, such as more outputs than any Linear may have.
        return None
    if network == analysis.network or not network.blocks:
        return None
    after = analyse(network, analysis)
    before = {(found.id, found.message) for found in analysis.problems}
    if any((found.id, found.message) == (problem.id, problem.message) for found in after.problems):
        return None
    ends_before = len(loose_ends(analysis))
    for found in after.problems:
        if (found.id, found.message) not in before and _is_new(analysis, after, found, ends_before):
            return None
    if len(after.problems) >= len(analysis.problems) and not _further(analysis, after):
        return None
    no_vector = outputs(after) is None
    return Outcome(
        len(after.problems), no_vector, _unknown(after), max(0, len(after.loose) - len(analysis.loose))
    )


def _is_new(before: Analysis, after: Analysis, problem: Problem, ends_before: int) -> bool:
    """Whether a fix has made this problem, rather than revealed it behind the one that it mended."""
    if not any(row.connected for row in before.rows.values()):
        # Without an Input nothing is known of any block, so nothing was known to be right.
        return False
    row, old = after.rows.get(problem.id or ""), before.rows.get(problem.id or "")
    if row is None or old is None:
        # Of the network as a whole, or of a block that the fix has put in.
        return True
    if row.problem is None:
        # Of the graph: that there are several ends shows once all of them are known.
        return len(loose_ends(after)) > ends_before
    return old.output is not None


def _unknown(analysis: Analysis) -> int:
    return sum(row.connected and row.output is None for row in analysis.rows.values())


def _further(before: Analysis, after: Analysis) -> bool:
    """Whether more blocks than before say what leaves them, or fewer ends are left to be one."""
    known = sum(row.output is not None for row in before.rows.values())
    return sum(row.output is not None for row in after.rows.values()) > known or len(loose_ends(after)) < len(
        loose_ends(before)
    )
