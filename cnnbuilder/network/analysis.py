"""Every number that follows from a network. Total and pure: whatever was drawn, there is an answer.

Numbers are known up to a break; the break is one problem with its fixes; what lies behind is unknown, because of it.
"""

from __future__ import annotations

import math

from msgspec import Struct
from msgspec.structs import replace

from cnnbuilder.blocks.base import NO_WEIGHTS, Block, Shape
from cnnbuilder.blocks.fixes import AddInput, CutWire, MisfitError, OwnWeights, Remove, SetFields
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.shared import Shared
from cnnbuilder.blocks.writing import size_text
from cnnbuilder.network.names import identifiers
from cnnbuilder.network.project import Network, Problem, Wire
from cnnbuilder.network.receptive import PIXEL, receptive
from cnnbuilder.network.rows import Measured, Row
from cnnbuilder.text import _, ngettext


class Analysis(Struct, frozen=True):
    """All numbers of a network."""

    network: Network
    rows: dict[str, Row]
    """By block id: in execution order, then loose blocks."""
    problems: tuple[Problem, ...]
    output: Shape | None
    """What leaves the network, or None where it is unknown."""
    params: int
    macs: int
    frozen: int = 0
    """Those of the parameters that training leaves as they are."""

    @property
    def trainable(self) -> int:
        """Parameters that training changes."""
        return self.params - self.frozen

    @property
    def partial(self) -> bool:
        """Whether the sums lack blocks of the network whose numbers are unknown, as behind a problem."""
        return any(row.connected and (row.params is None or row.macs is None) for row in self.rows.values())

    @property
    def loose(self) -> tuple[Row, ...]:
        """Blocks that hang on no Input; they are not part of the network."""
        return tuple(row for row in self.rows.values() if not row.connected)


def analyse(network: Network, previous: Analysis | None = None) -> Analysis:
    """Every number of the network. Never raises. Blocks that did not change since `previous` are not measured again."""
    order, cyclic = execution_order(network)
    reached, source = _reached(network, order)
    names = _names(network, order, reached)
    arriving = source.output() if source is not None else None
    # A flat vector has no pixels that anything could look at.
    image = arriving if arriving is not None and arriving.is_image else None
    known = previous.rows if previous else {}
    rows: dict[str, Row] = {}
    problems: list[Problem] = []
    params = frozen = macs = 0
    layers, incoming = network.layers, network.incoming
    for id_ in order:
        if id_ not in reached:
            continue
        block = layers[id_]
        wires = incoming[id_]
        if len(wires) == 1:
            row = rows.get(wires[0].from_)
            inputs: tuple[Shape | None, ...] = (row.output_at(wires[0].output) if row is not None else None,)
        else:
            inputs = tuple(
                [rows[wire.from_].output_at(wire.output) if wire.from_ in rows else None for wire in wires]
            )
        old = known.get(id_)
        if None in inputs:
            measured: Measured | None = _stray(block, wires, rows)
        elif old is not None and old.block is block and old.inputs == inputs and old.measured is not None:
            measured = old.measured
        else:
            measured = _measure(block, inputs)  # type: ignore[arg-type]  # none is None here
        shares = _owner(network, id_)
        if shares is not None and measured is not None:
            # What is learned is counted where the layer stands.
            measured = replace(measured, weights=NO_WEIGHTS, buffers=NO_WEIGHTS, params=0)
        field = unknown = None
        if measured is None:
            unknown = _because(rows, wires)
        elif measured.problem is not None:
            problems.append(measured.problem)
        else:
            params += measured.params
            if block.frozen:
                frozen += measured.params
            macs += measured.macs
            if not wires:
                field = PIXEL if image is not None else None
            elif image is not None:
                before = [found for wire in wires if (found := rows[wire.from_].receptive) is not None]
                field = receptive(block, inputs, measured.outputs[0], before, image)  # type: ignore[arg-type]
        rows[id_] = Row(block, names[id_], inputs, measured, field, unknown, shares=shares)
    problems.extend(misfits_of_shared(rows))
    problems.extend(_structure(network, source, cyclic, rows))
    connected = dict(rows)
    for id_, block in layers.items():
        if id_ not in rows:
            inputs = (None,) * len(incoming[id_])
            why = _("not joined to the network")
            rows[id_] = Row(block, names[id_], inputs, None, None, why, False, _owner(network, id_))
    return Analysis(network, rows, tuple(problems), _output(network, connected), params, macs, frozen)


def _owner(network: Network, id_: str) -> str | None:
    """The block whose weights another uses; None for all that have their own."""
    drawn = network.by_id[id_]
    return drawn.of if isinstance(drawn, Shared) and network.layers[id_] is not drawn else None


def _measure(block: Block, inputs: tuple[Shape, ...]) -> Measured:
    least, most = block.arity
    if len(inputs) < least or (most is not None and len(inputs) > most):
        sentence = (
            ngettext(
                "{kind} takes {n} wire in but gets {found}.",
                "{kind} takes {n} wires in but gets {found}.",
                least,
            )
            if least == most
            else _("{kind} takes at least {n} wires in but gets {found}.")
        )
        message = sentence.format(kind=block.kind(), n=least, found=len(inputs))
        return Measured(
            (), problem=Problem(block.id, message, (Remove(_("Remove {kind}").format(kind=block.kind())),))
        )
    if block.open:
        return Measured((), problem=_open_fields(block))
    try:
        outputs = block.outputs(*inputs)
    except MisfitError as misfit:
        return Measured((), problem=Problem(block.id, misfit.message, misfit.fixes))
    weights, buffers = block.weights(*inputs), block.buffers(*inputs)
    if not weights and not buffers:
        return Measured(outputs)
    params = 0
    for shape in weights.values():
        params += math.prod(shape)
    return Measured(outputs, weights, buffers, params, block.macs(outputs[0], *inputs))


def _open_fields(block: Block) -> Problem:
    """An imported block whose source names a value without giving it."""
    names = _(" and ").join(block.open)
    message = _("{kind}: fill in {names}.").format(kind=block.kind(), names=names)
    values = tuple((name, getattr(block, name)) for name in block.open)
    usual = ", ".join(f"{name} = {_shown(value)}" for name, value in values)
    return Problem(block.id, message, (SetFields(values, _("Take {usual}").format(usual=usual)),))


def _shown(value: object) -> str:
    """A field's value in short: (3, 3) is 3."""
    return size_text(value) if isinstance(value, tuple) and len(value) == 2 else str(value)


def execution_order(network: Network) -> tuple[list[str], list[str]]:
    """Block ids so that each comes after what it needs, and those that feed themselves in a circle."""
    order, cyclic = network.order
    return list(order), list(cyclic)


def _reached(network: Network, order: list[str]) -> tuple[set[str], Input | None]:
    """What hangs on the first Input, and that Input."""
    source = next((block for block in network.blocks if isinstance(block, Input)), None)
    if source is None:
        return set(), None
    reached = {source.id}
    incoming = network.incoming
    for id_ in order:
        for wire in incoming[id_]:
            if wire.from_ in reached:
                reached.add(id_)
                break
    return reached, source


def _names(network: Network, order: list[str], reached: set[str]) -> dict[str, str]:
    by_id = network.by_id
    if len(reached) == len(order) == len(by_id):
        return identifiers([by_id[id_] for id_ in order])
    ordered = [id_ for id_ in order if id_ in reached]
    return identifiers([by_id[id_] for id_ in dict.fromkeys((*ordered, *by_id))])


def misfits_of_shared(rows: dict[str, Row]) -> list[Problem]:
    """Where a layer is used again and its weights are not there, or do not fit what arrives."""
    problems = []
    for row in rows.values():
        if row.shares is None or row.output is None:
            continue
        owner = rows.get(row.shares)
        fix = OwnWeights(_("Give it weights of its own"))
        if owner is None:
            message = _("{name} uses the weights of a block that is not joined to the network.")
            problems.append(Problem(row.block.id, message.format(name=row.name), (fix,)))
            continue
        inputs = tuple(shape for shape in row.inputs if shape is not None)
        if owner.output is not None and row.block.weights(*inputs) != owner.weights:
            message = _(
                "The weights of {name} are made for {wanted}, but {found} arrives where it is used again."
            )
            told = message.format(name=owner.name, wanted=_all(owner.inputs), found=_all(row.inputs))
            problems.append(Problem(row.block.id, told, (fix,)))
    return problems


def _all(shapes: tuple[Shape | None, ...]) -> str:
    return _(" and ").join(str(shape) for shape in shapes)


def _because(rows: dict[str, Row], wires: tuple[Wire, ...]) -> str:
    for wire in wires:
        row = rows.get(wire.from_)
        if row is not None and row.unknown:
            return row.unknown
        if row is not None and row.output_at(wire.output) is None:
            return _("unknown, because of {name}").format(name=row.name)
    return _("unknown")


def _stray(block: Block, wires: tuple[Wire, ...], rows: dict[str, Row]) -> Measured | None:
    """The problem of a block into which a wire brings nothing; None where what it lacks is unknown further up.

    Such a wire comes from outside the network, or from an output that there is not.
    """
    for wire in wires:
        row = rows.get(wire.from_)
        if row is None:
            message = _("A wire into {kind} comes from a block that is not joined to the network.").format(
                kind=block.kind()
            )
        elif row.output is not None and row.measured and row.output_at(wire.output) is None:
            message = _("A wire into {kind} comes from output {n} of {name}, which has {count}.").format(
                kind=block.kind(), n=wire.output + 1, name=row.name, count=len(row.measured.outputs)
            )
        else:
            continue
        fix = CutWire(wire.from_, wire.to, wire.input, _("Cut that wire"))
        return Measured((), problem=Problem(block.id, message, (fix,)))
    return None


def _structure(
    network: Network, source: Input | None, cyclic: list[str], rows: dict[str, Row]
) -> list[Problem]:
    """What is wrong with the graph rather than with a block."""
    problems = []
    if source is None:
        message = (
            _("The network has no Input block, so nothing says what size its images have.")
            if network.blocks
            else _("The network is empty: it begins with an Input block.")
        )
        problems.append(Problem(None, message, (AddInput(_("Add Input")),)))
    for block in network.blocks:
        if isinstance(block, Input) and block is not source:
            message = _("There is a second Input block; images come in at one place.")
            problems.append(Problem(block.id, message, (Remove(_("Remove Input")),)))
    if cyclic:
        problems.append(_circle(network, cyclic))
    ends = _ends(network, rows)
    if len(ends) > 1 and not cyclic and all(rows[id_].output for id_ in ends):
        listed = _(" and ").join(rows[id_].name for id_ in ends)
        message = _("The network ends in several places ({names}); only one can be its output.").format(
            names=listed
        )
        extra = ends[-1]
        label = _("Remove {name}").format(name=rows[extra].name)
        problems.append(Problem(extra, message, (Remove(label),)))
    return problems


def _circle(network: Network, cyclic: list[str]) -> Problem:
    stuck = set(cyclic)
    here = cyclic[0]
    path: list[str] = []
    # Walking backwards inside the stuck part must meet itself: every stuck block has a stuck source, or is one's heir.
    while here not in path:
        path.append(here)
        wires = [wire for wire in network.incoming[here] if wire.from_ in stuck]
        if not wires:
            break
        here = wires[0].from_
    wire = next((wire for wire in network.incoming[here] if wire.from_ in stuck), None)
    kind = network.by_id[here].kind()
    message = _("{kind} feeds itself through a circle of wires; values must flow one way.").format(kind=kind)
    fixes = (
        (CutWire(wire.from_, wire.to, wire.input, _("Cut the wire that closes the circle")),) if wire else ()
    )
    return Problem(here, message, fixes)


def _ends(network: Network, rows: dict[str, Row]) -> list[str]:
    """The blocks that nothing follows; a wire into a circle leads nowhere."""
    ends = []
    for id_, wires in network.outgoing.items():
        if id_ in rows:
            for wire in wires:
                if wire.to in rows:
                    break
            else:
                ends.append(id_)
    return sorted(ends, key=list(rows).index) if len(ends) > 1 else ends


def _output(network: Network, rows: dict[str, Row]) -> Shape | None:
    for row in rows.values():
        if row.measured is None or not row.measured.outputs:
            return None
    ends = _ends(network, rows)
    return rows[ends[0]].output if len(ends) == 1 else None
