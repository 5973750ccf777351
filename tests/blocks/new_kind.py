"""Run in a process of its own: puts a folder beside that of the blocks and prints what each room makes of its kinds."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any


def add_to_blocks(folder: Path) -> None:
    """Loads `cnnbuilder.blocks` as if the files of `folder` lay in it too. Nothing of it may be loaded yet."""
    import cnnbuilder

    assert "cnnbuilder.blocks" not in sys.modules
    spec = importlib.util.find_spec("cnnbuilder.blocks")
    assert spec is not None
    assert spec.loader is not None
    assert spec.submodule_search_locations is not None
    spec.submodule_search_locations.append(str(folder))
    package = importlib.util.module_from_spec(spec)
    sys.modules["cnnbuilder.blocks"] = cnnbuilder.blocks = package  # type: ignore[attr-defined]
    spec.loader.exec_module(package)


def in_the_window(kind: str) -> dict[str, Any]:
    """The palette's cards, opened and searched, and the rows of the form."""
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.blocks import KINDS
    from cnnbuilder.ui.build.palette import Palette
    from cnnbuilder.ui.build.palette_card import Card, Heading
    from cnnbuilder.ui.fields.form import Form

    app = QApplication.instance() or QApplication(["test"])
    palette = Palette()
    for heading in palette.findChildren(Heading):
        heading.setChecked(True)
    cards = [card.text() for card in palette.findChildren(Card)]
    palette.search.setText(KINDS[kind].keywords.split()[0])
    found = [card.text() for card in palette._found]
    form = Form(KINDS[kind])
    form.show_block(KINDS[kind](id="b"))
    rows = {info.name: info.field.label for info in KINDS[kind].form_fields() if info.name in form.rows}
    palette.deleteLater()
    form.deleteLater()
    app.processEvents()
    return {"in the palette": kind in cards, "found by its first keyword": kind in found, "form": rows}


def without_a_window(kind: str, fields: dict[str, Any]) -> dict[str, Any]:
    """File, analysis, code run by torch, and the way back."""
    import torch

    from cnnbuilder.blocks import KINDS
    from cnnbuilder.network import file
    from cnnbuilder.network.analysis import analyse
    from cnnbuilder.network.code import source
    from cnnbuilder.network.edits import append, create
    from cnnbuilder.network.equality import equal
    from cnnbuilder.network.importing import read
    from cnnbuilder.network.project import Network, Project

    shape = (4, 12, 11)
    network = Network()
    for name in ("Input", kind, "Flatten", "Linear"):
        network = append(network, create(name, network))
    values = {"b1": {"channels": 4, "height": 12, "width": 11}, "b2": fields}
    network = network.with_blocks(tuple(b.with_fields(**values.get(b.id, {})) for b in network.blocks))
    analysis = analyse(network)
    saved = file.dumps(Project(network))
    found: dict[str, Any] = {
        "saved and loaded": file.loads(saved).network == network and f'"block": "{kind}"' in saved,
        "problems": [problem.message for problem in analysis.problems],
        "output": analysis.rows["b2"].output.sizes if analysis.rows["b2"].output else None,
        "params": analysis.rows["b2"].params,
        "formulas": [f.numbers for f in KINDS[kind](id="b").with_fields(**fields).count_formulas(*analysis.rows["b2"].inputs)],
    }  # fmt: skip
    for style in ("module", "sequential"):
        text = source(network, style).text  # type: ignore[arg-type]
        scope: dict[str, Any] = {}
        exec(compile(text, "net.py", "exec"), scope)
        net = scope["Net"]()
        found[f"torch's output, {style}"] = tuple(net(torch.zeros(2, *shape)).shape)
        found[f"torch's parameters, {style}"] = sum(p.numel() for p in net.parameters()) == analysis.params
        found[f"code, {style}"] = text
        found[f"read back, {style}"] = equal(read(text, shape).network, network)
    return found


def read_lines(sources: dict[str, str]) -> Iterator[tuple[str, list[Any]]]:
    """What single lines of source are read as: kinds with their fields, and what is said of them."""
    import msgspec

    from cnnbuilder.network.importing import read

    for name, text in sources.items():
        found = read(text, (4, 12, 11))
        shown = [msgspec.to_builtins(block) for block in found.network.blocks[1:]]
        yield name, [*shown, *(remark.message for remark in found.remarks)]


def contract(kinds: list[str]) -> int:
    """The exit code of the contract's tests of these kinds."""
    import pytest

    files = ["test_contract.py", "test_reading_back.py", "test_windows.py", "test_against_torch.py"]
    here = Path(__file__).parent
    return pytest.main(["-n", "0", "-q", "-k", " or ".join(kinds), *(str(here / name) for name in files)])


def main(folder: str, task: str) -> None:
    """Prints an object of JSON. `task`: {"fields": {kind: fields}, "sources": {name: text}} or {"contract": [kind]}."""
    add_to_blocks(Path(folder))
    wanted = json.loads(task)
    if "contract" in wanted:
        sys.exit(contract(wanted["contract"]))
    rooms: list[Callable[..., dict[str, Any]]] = [lambda kind, _fields: in_the_window(kind), without_a_window]
    found: dict[str, Any] = {
        kind: {key: value for room in rooms for key, value in room(kind, fields).items()}
        for kind, fields in wanted["fields"].items()
    }
    found["sources"] = dict(read_lines(wanted["sources"]))
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
