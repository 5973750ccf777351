"""The table of blocks: output shapes, parameters, multiply–adds, receptive fields; problems and fixes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from cnnbuilder.blocks.base import Shape
from cnnbuilder.cli.json_output import print_json
from cnnbuilder.cli.options import add_json, add_project
from cnnbuilder.cli.projects import project_name, read_project
from cnnbuilder.cli.table import table
from cnnbuilder.network.analysis import Analysis, analyse
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Problem, Project
from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, bytes_text, ngettext, number, short_number


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder summary`."""
    add_project(parser)
    add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Prints the table, or the same as JSON. A network with problems is answered like any other."""
    path = Path(options.file)
    project = read_project(path)
    analysis = analyse(project.network)
    if options.json:
        print_json(as_json(project_name(path), project, analysis))
    else:
        print(as_text(project, analysis))
    return 0


def as_json(name: str, project: Project, analysis: Analysis) -> dict[str, Any]:
    """The contract's object; shapes without the batch, unknown numbers null, sums of what is known beside `partial`."""
    return {
        "name": name,
        "input": _input_sizes(analysis),
        "rows": [_row_json(row) for row in analysis.rows.values()],
        "total": {
            "params": analysis.params,
            "trainable": analysis.trainable,
            "macs": analysis.macs,
            "memory_bytes": training_memory(analysis, project.training),
            "partial": analysis.partial,
        },
        "problems": [
            {
                "id": problem.id,
                "message": problem.message,
                "fixes": [fix.label for fix in offered(analysis, problem)],
            }
            for problem in analysis.problems
        ],
    }


def _input_sizes(analysis: Analysis) -> list[int] | None:
    inputs = (row for row in analysis.rows.values() if row.block.kind() == "Input")
    first = next(inputs, None)
    return _sizes(first.output) if first is not None else None


def _sizes(shape: Shape | None) -> list[int] | None:
    return None if shape is None else list(shape.sizes)


def _row_json(row: Row) -> dict[str, Any]:
    return {
        "id": row.block.id,
        "block": row.kind,
        "name": row.name,
        "inputs": [_sizes(shape) for shape in row.inputs],
        "output": _sizes(row.output),
        "params": row.params,
        "macs": row.macs,
        "receptive_field": None if row.receptive_field is None else list(row.receptive_field),
        "problem": row.problem,
    }


def as_text(project: Project, analysis: Analysis) -> str:
    """The table, the totals, and each problem with its fixes."""
    head = (_("Block"), _("Name"), _("Output"), _("Parameters"), _("MACs"), _("Sees"))
    rows = [_row_text(row) for row in analysis.rows.values()]
    parts = [table(head, rows, right={3, 4, 5})] if rows else []
    parts += ["", _totals(project, analysis), _problems(analysis) or _no_problems(project, analysis)]
    return "\n".join(parts).strip()


def _row_text(row: Row) -> tuple[str, ...]:
    field = row.receptive_field
    return (
        f"{row.kind}{' !' if row.problem else ''}",
        row.name,
        _("unknown") if row.output is None else str(row.output),
        _count(row.params),
        _count(row.macs),
        "" if field is None else f"{field[0]}×{field[1]}",
    )


def _count(value: int | None) -> str:
    return "?" if value is None else number(value) if value else ""


def _totals(project: Project, analysis: Analysis) -> str:
    count = len(analysis.rows)
    memory = bytes_text(training_memory(analysis, project.training))
    batch = number(project.training.batch_size)
    blocks = ngettext("{n} block", "{n} blocks", count).format(n=number(count))
    sums = (
        _("{n} parameters").format(n=number(analysis.params)),
        _("{n} MACs").format(n=short_number(analysis.macs)),
    )
    if analysis.partial:  # what is unknown is not 0
        return _("{blocks} · up to the problem {sums}").format(blocks=blocks, sums=" · ".join(sums))
    about = _("about {memory} at batch {batch}").format(memory=memory, batch=batch)
    return " · ".join((blocks, *sums, about))


def _no_problems(project: Project, analysis: Analysis) -> str:
    """Nothing is wrong; whether it can be trained on its data is another question."""
    from cnnbuilder.engine.data.catalogue import resolve_or_none
    from cnnbuilder.network.classifier import not_yet
    from cnnbuilder.network.training_conditions import training_conditions

    info = resolve_or_none(project.data)
    found = training_conditions(analysis, len(info.classes)) if info else ()
    if found:
        return "\n".join(_line(analysis, condition.problem) for condition in found)
    missing = not_yet(analysis, len(info.classes) if info else 10)
    return _("No problems.") if missing is None else _("No problems · {missing}.").format(missing=missing)


def _problems(analysis: Analysis) -> str:
    return "\n".join(
        _line(analysis, problem._replace(fixes=offered(analysis, problem))) for problem in analysis.problems
    )


def _line(analysis: Analysis, problem: Problem) -> str:
    """ "! conv1: what is wrong → what mends it or mends it otherwise"."""
    where = analysis.rows[problem.id].name + ": " if problem.id in analysis.rows else ""
    fixes = _(" or ").join(fix.label for fix in problem.fixes)
    return f"! {where}{problem.message}" + (f" → {fixes}" if fixes else "")
