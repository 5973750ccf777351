"""Writes the training script of a project: one file that needs PyTorch and NumPy, and nothing of the program."""

from __future__ import annotations

import re
import sys

from cnnbuilder.engine.export.script_sections import Conditions, Option, TrainingScript, compose, laid_out
from cnnbuilder.network.formatting import string
from cnnbuilder.network.project import Project
from cnnbuilder.text import _


def training_script(
    project: Project,
    *,
    name: str = "train",
    precision: str,
    threads: int,
    device: str = "cpu",
    limit_images: int | None = None,
) -> str:
    """Python that trains the project as the program does: on the CPU its losses are equal bit by bit.

    `name`: of the file, without its ending. `precision`, `threads`, `device`, `limit_images`: the run's (run.json), or
    what the program would choose here; precision is "float32" or "bfloat16". Raises `CannotTrainError`, `DataProblem`
    and `CannotGenerateError`, each with one sentence.
    """
    pieces = compose(project, Conditions(precision, threads, device, limit_images))
    definitions = [text for section in pieces.sections for text in section.definitions]
    steps = "\n".join(laid_out(section.steps, "    ") for section in pieces.sections if section.steps)
    parts = (
        f'"""{_docstring(pieces, name)}"""\n\n{sorted_imports(pieces.imports | {"import argparse"})}',
        *definitions,
        f"def main():\n{_parser(pieces.options)}\n{steps}",
        'if __name__ == "__main__":\n    main()\n',
    )
    return "\n\n".join(parts)


def sorted_imports(lines: frozenset[str]) -> str:
    """Lines of import as ruff and isort put them: Python's own first; modules, then names from modules."""

    def key(line: str) -> tuple[bool, bool, str]:
        words = line.split()
        return words[1].partition(".")[0] not in sys.stdlib_module_names, words[0] == "from", words[1]

    own = sorted((line for line in lines if not key(line)[0]), key=key)
    others = sorted((line for line in lines if key(line)[0]), key=key)
    return "\n".join([*own, "", *others]) + "\n"


def _docstring(pieces: TrainingScript, name: str) -> str:
    # What people call their files and pictures must not end the docstring.
    file = name if re.fullmatch(r"[\w-]+", name) else "train"
    title = re.sub(r'["\\]', "'", pieces.data.title)
    call = f"python {file}.py" + (" --data FOLDER" if any(o.name == "data" for o in pieces.options) else "")
    return _(
        "Trains a network on {title}.\n\n    {call}\n\nWritten by cnnbuilder; needs {needs}.\n"
        "On the CPU, with the same seed and threads, its losses are the program's bit by bit.\n"
    ).format(title=title, call=call, needs=pieces.needs)


def _parser(options: tuple[Option, ...]) -> str:
    lines = ["parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])"]
    for option in options:
        words = [string("--" + option.name.replace("_", "-"))]
        if option.type:
            words.append(f"type={option.type}")
        if option.default != "None":
            words.append(f"default={option.default}")
        if option.help:
            words.append(f"help={string(option.help)}")
        lines.append(f"parser.add_argument({', '.join(words)})")
    lines.append("args = parser.parse_args()")
    return laid_out("\n".join(lines), "    ")
