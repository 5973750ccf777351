"""The network in as few steps as a figure has room for: equal stretches are folded, long ones condensed.

What is folded says how often. What is condensed names or counts every operation in it; only the blocks that keep the
shape (ReLU, normalisation) are left unsaid there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import NamedTuple

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.operations import Graph, Operation, Step, steps_of
from cnnbuilder.text import _, number

FULL = 18
"""So many solids, with all branches, still read at a slide's size."""
CONDENSED = 24
"""So many, with every branching stretch as one solid."""
LONGEST_PERIOD = 12
"""Equal stretches of up to so many parts are folded."""
MOST_LINES = 6


class SkipBranch(NamedTuple):
    """A branch beside the main line: from behind step `start` of its part (-1: from what enters) into step `end`."""

    start: int
    end: int
    steps: tuple[Step, ...]


class Segment(NamedTuple):
    """A stretch between two places that all values pass: steps one after another, and the branches beside them.

    `content`: where one step stands for many, those, each with what it reads (1: the one before): condensed parts are
    equal only if these are.
    """

    steps: tuple[Step, ...]
    skips: tuple[SkipBranch, ...] = ()
    content: tuple[tuple[Step, tuple[int, ...]], ...] = ()


class Stretch(NamedTuple):
    """Parts that follow one another `times` times."""

    parts: tuple[Segment, ...]
    times: int = 1


def summarise(analysis: Analysis) -> tuple[Stretch, ...]:
    """A network without problems as a figure shows it: complete where it fits, else condensed as far as need be."""
    graph = steps_of(analysis)
    pieces = _pieces(graph)
    full = [_with_skips(graph, piece) for piece in pieces]
    known = [part for part in full if part is not None]
    if len(known) == len(full):
        folded = fold(known)
        if _solids(folded) <= FULL:
            return folded
    folded = fold([_as_one(graph, piece) for piece in pieces])
    return folded if _solids(folded) <= CONDENSED else fold(_by_size(graph, pieces))


def _pieces(graph: Graph) -> list[list[str]]:
    """The ids in order, cut behind every step that all values pass: no wire leads over it."""
    order = list(graph.steps)
    rank = {id_: place for place, id_ in enumerate(order)}
    furthest = dict.fromkeys(order, 0)
    for id_ in order:
        for source in graph.sources[id_]:
            furthest[source] = max(furthest[source], rank[id_])
    pieces: list[list[str]] = [[]]
    reach = 0
    for place, id_ in enumerate(order):
        pieces[-1].append(id_)
        if reach <= place:
            pieces.append([])
        reach = max(reach, furthest[id_])
    return pieces[:-1]


def _main_line(graph: Graph, piece: list[str]) -> list[str]:
    """The longest way through a piece; where values are scaled by a gate, past the gate: that is the branch."""
    inside = set(piece)
    length: dict[str, int] = {}
    before: dict[str, str] = {}
    for id_ in piece:
        sources = graph.sources[id_]
        if graph.steps[id_].is_gate:
            largest = max(graph.steps[source].shape.count for source in sources)
            sources = tuple(s for s in sources if graph.steps[s].shape.count == largest)
        best = max(sources, key=lambda source: length.get(source, 0), default=None)
        length[id_] = 1
        if best is not None and best in inside:
            length[id_] += length[best]
            before[id_] = best
    line = [piece[-1]]
    while line[-1] in before:
        line.append(before[line[-1]])
    return line[::-1]


def _with_skips(graph: Graph, piece: list[str]) -> Segment | None:
    """A piece with its branches, or None where they branch themselves."""
    line = _main_line(graph, piece)
    inside = set(piece)
    place = {id_: at for at, id_ in enumerate(line)}
    skips = []
    seen = set(line)
    for end, id_ in enumerate(line):
        sources = list(graph.sources[id_])
        if end and line[end - 1] in sources:
            sources.remove(line[end - 1])
        elif not end and sources:
            sources.remove(next(source for source in sources if source not in inside))
        for source in sources:
            chain = _chain(graph, source, inside - place.keys() - seen)
            start = graph.sources[chain[-1]][0] if chain else source
            if start in inside and start not in place:
                return None
            seen.update(chain)
            skips.append(
                SkipBranch(place.get(start, -1), end, tuple(graph.steps[s] for s in reversed(chain)))
            )
    if len(seen) < len(piece) or _cross(skips):
        return None
    return Segment(tuple(graph.steps[id_] for id_ in line), tuple(skips))


def _cross(skips: list[SkipBranch]) -> bool:
    """Whether a branch with steps of its own begins or ends under another, and not both."""
    return any(
        one.start < other.start < one.end < other.end and (one.steps or other.steps)
        for one in skips
        for other in skips
    )


def _chain(graph: Graph, end: str, free: Set[str]) -> list[str]:
    """Backwards from `end`: steps that read one value each, as far as they are free."""
    chain: list[str] = []
    while end in free and len(graph.sources[end]) == 1:
        chain.append(end)
        (end,) = graph.sources[end]
    return chain


def _as_one(graph: Graph, piece: list[str]) -> Segment:
    """A piece as a single step that says what it holds."""
    if len(piece) == 1:
        step = graph.steps[piece[0]]
        return Segment((step,))
    last = graph.steps[piece[-1]]
    step = Step(_told(graph, piece), _family(graph, piece), last.shape, following=last.following)
    return Segment((step,), content=_content(graph, piece))


def _content(graph: Graph, piece: list[str]) -> tuple[tuple[Step, tuple[int, ...]], ...]:
    place = {id_: at for at, id_ in enumerate(piece)}
    return tuple(
        (graph.steps[id_], tuple(at - place.get(source, -1) for source in graph.sources[id_]))
        for id_, at in place.items()
    )


def _family(graph: Graph, piece: list[str]) -> str:
    """The family that a condensed step counts as: convolution where there is one, else the most frequent."""
    families = Counter(graph.steps[id_].family for id_ in piece)
    return "convolution" if families["convolution"] else families.most_common(1)[0][0]


def _told(graph: Graph, piece: list[str]) -> tuple[Operation, ...]:
    """The operations of a piece: along the main line where the rest is a skip, else each kind with its number."""
    part = _with_skips(graph, piece)
    if part is not None and len(part.skips) == 1 and part.steps[-1].sign == "+":
        told = [_with_channels(step) for step in part.steps[:-1]]
        skip = part.skips[0]
        if len(told) < MOST_LINES and len(skip.steps) < 2 and skip.start < 0 and skip.end == len(told):
            return (*told, _skip(skip))
    return _counted([graph.steps[id_] for id_ in piece])


def _with_channels(step: Step) -> Operation:
    """An operation inside a condensed step, with the channels that it makes: no solid shows them."""
    (made,) = step.operations
    if step.family != "convolution":
        return made
    return made._replace(name=f"{made.name} · {number(step.shape.sizes[0])}")


def _skip(skip: SkipBranch) -> Operation:
    if not skip.steps:
        return Operation(_("+ skip"))
    return Operation(_("+ skip ({operation})").format(operation=skip.steps[0].operations[0].name))


def _counted(steps: list[Step]) -> tuple[Operation, ...]:
    """Each kind of operation with its number, in the order in which they come."""
    counts = Counter(step.operations[0].name for step in steps)
    lines = [f"{count} × {name}" if count > 1 else name for name, count in counts.items()]
    if len(lines) > MOST_LINES:
        rest = sum(list(counts.values())[MOST_LINES - 1 :])
        lines[MOST_LINES - 1 :] = [_("and {n} more").format(n=rest)]
    return tuple(Operation(line) for line in lines)


def _by_size(graph: Graph, pieces: list[list[str]]) -> list[Segment]:
    """Neighbours with the same height and width as one step; vectors stay apart."""
    stages: list[list[str]] = []
    size: tuple[int, ...] = ()
    for piece in pieces:
        last = graph.steps[piece[-1]]
        before, size = size, () if last.is_source else last.shape.sizes[1:]
        if size and size == before:
            stages[-1].extend(piece)
        else:
            stages.append(list(piece))
    return [_stage(graph, stage) for stage in stages]


def _stage(graph: Graph, stage: list[str]) -> Segment:
    if len(stage) == 1:
        return Segment((graph.steps[stage[0]],))
    last = graph.steps[stage[-1]]
    counted = _counted([graph.steps[id_] for id_ in stage])
    step = Step(counted, _family(graph, stage), last.shape)
    return Segment((step,), content=_content(graph, stage))


def fold(parts: list[Segment]) -> tuple[Stretch, ...]:
    """Equal neighbours, one or several parts long, as one stretch with its number."""
    found: list[Stretch] = []
    start = 0
    while start < len(parts):
        period, times = 1, 1
        for length in range(1, min(LONGEST_PERIOD, (len(parts) - start) // 2) + 1):
            repeats = _repeats(parts, start, length)
            if repeats > 1 and repeats * length > period * times:
                period, times = length, repeats
        found.append(_stretch(tuple(parts[start : start + period]), times))
        start += period * times
    return tuple(found)


def _repeats(parts: list[Segment], start: int, length: int) -> int:
    first = parts[start : start + length]
    times = 1
    while parts[start + times * length : start + (times + 1) * length] == first:
        times += 1
    return times


def _stretch(parts: tuple[Segment, ...], times: int) -> Stretch:
    """A single step carries its number itself."""
    (first, *others) = parts
    if others or len(first.steps) > 1 or first.skips or first.steps[0].sign:
        return Stretch(parts, times)
    return Stretch((Segment((first.steps[0]._replace(times=times),)),))


def _solids(stretches: tuple[Stretch, ...]) -> int:
    """How many solids are drawn."""
    parts = [part for stretch in stretches for part in stretch.parts]
    steps = [
        step for part in parts for step in (*part.steps, *(s for skip in part.skips for s in skip.steps))
    ]
    return sum(not step.sign for step in steps)
