"""A project's data: paths, and how they stand in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnbuilder.network.data import (
    Arrays,
    Change,
    Data,
    Folder,
    Inside,
    Source,
    Split,
    Table,
    absolute_from,
    relative_to,
    source_name,
)
from cnnbuilder.network.file import FileProblemError, dumps, loads
from cnnbuilder.network.project import Project


@pytest.mark.parametrize("kind", [Folder, Table, Arrays])
def test_what_lies_below_the_file_is_named_by_its_way_from_there(kind: type[Folder], tmp_path: Path) -> None:
    data = Data(kind(str(tmp_path / "pictures" / "clothes")))
    moved = relative_to(data, tmp_path)
    assert moved == Data(kind("pictures/clothes"))
    assert absolute_from(moved, tmp_path) == data
    assert absolute_from(moved, tmp_path / "else").source == kind(
        str(tmp_path / "else" / "pictures" / "clothes")
    )


def test_what_lies_elsewhere_keeps_its_whole_path(tmp_path: Path) -> None:
    for data in (Data(Folder(str(tmp_path.parent / "other"))), Data(Inside("mnist")), Data(None)):
        assert relative_to(data, tmp_path) == data
        assert absolute_from(data, tmp_path) == data


def test_a_way_upwards_is_followed(tmp_path: Path) -> None:
    found = absolute_from(Data(Folder("../../pictures")), tmp_path / "p.runs" / "0001")
    assert found == Data(Folder(str(tmp_path / "pictures")))


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (None, ""),
        (Inside("mnist"), "mnist"),
        (Folder("/a/clothes"), "clothes"),
        (Arrays("/a/b.npz"), "b.npz"),
    ],
)
def test_a_source_has_a_short_name(source: Source | None, name: str) -> None:
    assert source_name(Data(source)) == name


def test_all_that_is_chosen_comes_back_from_the_file() -> None:
    data = Data(
        Table("/a/labels.csv", file="image", label=("label",), group="sender"),
        split=Split(val=0.2, seed=3),
        fit="border",
        normalisation="imagenet",
        balance="sampling",
        changes=(Change("0" * 32, excluded=True), Change("f" * 32, label="hat", part="test")),
    )
    assert loads(dumps(Project(data=data))).data == data


@pytest.mark.parametrize(
    "change", ['{"image": "x"}', '{"image": "../etc"}', '{"image": 3}', '{"image": "00", "excluded": true}']
)
def test_a_change_names_its_image_by_a_hash(change: str) -> None:
    text = dumps(Project(data=Data(changes=(Change("0" * 32, excluded=True),))))
    whole = '{"image":"00000000000000000000000000000000","excluded":true}'
    assert whole in text
    with pytest.raises(FileProblemError, match=r"data\.changes\[0\]"):
        loads(text.replace(whole, change))
