"""How each number of the Analysis table follows: the law in letters, and the same with this block's numbers put in."""

from __future__ import annotations

import math

from cnnbuilder.blocks.base import Shape, Weights
from cnnbuilder.blocks.formula import Formula, FormulaPart, fill
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.memory import Memory, saved_values
from cnnbuilder.network.receptive import Question, Receptive, receptive_formulas
from cnnbuilder.network.rows import Row
from cnnbuilder.network.saved_activations import FULL, Precision, kept_formulas
from cnnbuilder.text import _, ngettext, number, share_text

LARGEST = 6
"""So many terms of a sum are written out."""


def output_formulas(row: Row) -> tuple[Formula, ...]:
    """The shape that leaves."""
    if row.output is None:
        return ()
    shape = str(row.output)
    found = row.block.output_formulas(*_inputs(row))
    if found and len(row.output.sizes) == 1:
        return found
    if found:
        return (*found, Formula(_("All that leaves"), _axes(row.output), (FormulaPart(shape),)))
    letters = _("what arrives") if row.output in row.inputs else _axes(row.output)
    return (Formula(_("Output"), letters, (FormulaPart(shape),)),)


def parameter_formulas(row: Row) -> tuple[Formula, ...]:
    """The block's own law, and each weight by its name in PyTorch."""
    if row.output is None:
        return ()
    if row.shares is not None:
        why = _("the same weights are counted where {name} stands first").format(name=row.name)
        return (Formula(_("Parameters"), why, fill("{}", 0)),)
    if not row.weights:
        return (Formula(_("Parameters"), _("this block learns nothing"), fill("{}", 0)),)
    return (*row.block.count_formulas(*_inputs(row)), _by_name(_("By their names in PyTorch"), row.weights))


def buffer_formulas(row: Row) -> tuple[Formula, ...]:
    """Each buffer by its name in PyTorch."""
    if row.output is None:
        return ()
    if not row.buffers:
        return (Formula(_("Buffers"), _("this block keeps none"), fill("{}", 0)),)
    return (_by_name(_("Buffers by their names in PyTorch"), row.buffers),)


def frozen_formulas(row: Row) -> tuple[Formula, ...]:
    """What training changes of the parameters, and what it leaves as it is."""
    if row.params is None:
        return ()
    learned = row.trainable or 0
    return (
        Formula(
            _("Trainable + frozen"), "T + Z", fill("{} + {} = {}", learned, row.params - learned, row.params)
        ),
    )


def sum_formula(title: str, terms: list[tuple[str, int]], total: int) -> Formula:
    """A total from its largest terms; what is left is added up in one."""
    told = sorted((term for term in terms if term[1]), key=lambda term: -term[1])
    rest = told[LARGEST:]
    names, numbers = [name for name, _size in told[:LARGEST]], [size for _name, size in told[:LARGEST]]
    if rest:
        names.append(ngettext("{n} other", "{n} others", len(rest)).format(n=number(len(rest))))
        numbers.append(sum(size for _name, size in rest))
    if not numbers:
        return Formula(title, "0", fill("{}", total))
    of_all = _("{title} of all blocks").format(title=title)
    if len(numbers) == 1:  # a sum of one is no sum
        return Formula(of_all, names[0], fill("{}", total))
    line = " + ".join(["{}"] * len(numbers)) + " = {}"
    return Formula(of_all, " + ".join(names), fill(line, *numbers, total))


def share_formulas(row: Row, analysis: Analysis) -> tuple[Formula, ...]:
    """The parameters of this block by those of all; none where nothing learns."""
    if row.params is None or not analysis.params:
        return ()
    return (share_formula(row.params, analysis.params),)


def share_formula(part: int, whole: int) -> Formula:
    """Some parameters by all."""
    parts = (*fill("{} / {} = ", part, whole), FormulaPart(share_text(part / whole)))
    return Formula(_("Share of parameters"), _("of these / of all"), parts)


def mac_formulas(row: Row) -> tuple[Formula, ...]:
    """The multiply–accumulates of one image."""
    if row.output is None:
        return ()
    found = row.block.macs_formulas(row.output, *_inputs(row))
    none = Formula(_("MACs"), _("only convolutions and linear layers count"), fill("{}", 0))
    return found or (none,)


def memory_formulas(
    row: Row, analysis: Analysis, batch_size: int, precision: Precision
) -> tuple[Formula, ...]:
    """What is kept of this block for the backward pass of a whole batch."""
    found = saved_values(analysis, precision)
    place = next((place for place, known in enumerate(found.rows) if known.block is row.block), None)
    return () if place is None else kept_formulas(found, place, batch_size)


def field_formulas(question: Question, row: Row, analysis: Analysis) -> tuple[Formula, ...]:
    """Receptive field, its stride or its offset, from those of what arrives."""
    image = input_shape(analysis.network)
    if row.receptive is None or image is None:
        return ()
    wires = analysis.network.incoming[row.block.id]
    before = [found for wire in wires if (found := _receptive(analysis, wire.from_)) is not None]
    return receptive_formulas(question, row.block, _inputs(row), before, row.receptive, Shape(image, "CHW"))


def peak_formulas(memory: Memory, analysis: Analysis) -> tuple[Formula, ...]:
    """The parts of the forecast, each as much as there is at the moment of the peak."""
    whole = (
        (_("weights"), memory.weights),
        (_("bfloat16 copies"), memory.copies),
        (_("gradients"), memory.gradients),
        (_("optimiser"), memory.optimizer),
        (_("buffers"), memory.buffers),
        (_("kept for backward"), memory.activations),
        (_("under way"), memory.working),
        (_("batch"), memory.batch),
    )
    told = [(name, size) for name, size in whole if size]
    line = " + ".join(["{}"] * len(told)) + " = {}"
    letters = " + ".join(name for name, _size in told)
    parts = fill(line, *(size for _name, size in told), memory.total)
    title = _("Peak of one training step, in bytes")
    if memory.at:
        title = _("{title}, at {name}").format(title=title, name=analysis.rows[memory.at].name)
    states = memory.optimizer // (FULL * analysis.trainable) if analysis.trainable else 0
    weights = fill("{}·{} = {}", analysis.params, FULL, memory.weights)
    formulas = [Formula(title, letters, parts), Formula(_("Weights: parameters, bytes"), "N·b", weights)]
    if states:
        law = fill("{}·{}·{} = {}", states, analysis.trainable, FULL, memory.optimizer)
        formulas.append(Formula(_("Optimiser: numbers for each parameter"), "M·N·b", law))
    return tuple(formulas)


def _receptive(analysis: Analysis, id_: str) -> Receptive | None:
    row = analysis.rows.get(id_)
    return row.receptive if row is not None else None


def _inputs(row: Row) -> tuple[Shape, ...]:
    return tuple(shape for shape in row.inputs if shape is not None)


def _axes(shape: Shape) -> str:
    return " × ".join("D" if axis == "C" else "N" if axis == "F" else axis for axis in shape.axes)


def _by_name(title: str, weights: Weights) -> Formula:
    """weight + bias, each as the product of its sizes."""
    total = sum(math.prod(sizes) for sizes in weights.values())
    terms = ["·".join(["{}"] * len(sizes)) or "1" for sizes in weights.values()]
    line = " + ".join(terms) + (" = {}" if len(terms) > 1 or "·" in terms[0] else "")
    numbers = [size for sizes in weights.values() for size in sizes]
    return Formula(title, " + ".join(weights), fill(line, *numbers, *([total] if "=" in line else [])))
