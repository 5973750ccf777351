"""The project file: what is saved comes back, what is broken gets its sentence, and the old file stays whole."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.file import FileProblemError, dumps, load, loads, save
from cnnbuilder.network.project import Network, Project, Training
from cnnbuilder.network.templates import TEMPLATES
from tests.network.chains import chains
from tests.network.graphs import graphs


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_comes_back(name: str, tmp_path: Path) -> None:
    project = TEMPLATES[name].make()
    save(project, tmp_path / "a.cnn")
    assert load(tmp_path / "a.cnn") == project


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(chains(), graphs()),
    st.integers(1, 10_000),
    st.floats(1e-9, 100),
    st.sampled_from(["adamw", "sgd"]),
)
def test_any_project_comes_back(network: Network, epochs: int, rate: float, optimizer: Any) -> None:
    project = Project(
        network, Data(Inside("shapes")), Training(epochs=epochs, learning_rate=rate, optimizer=optimizer)
    )
    assert loads(dumps(project)) == project


def test_the_file_is_one_line_a_block() -> None:
    lines = dumps(TEMPLATES["digits"].make()).splitlines()
    assert sum('"block":' in line for line in lines) == 12
    json.loads("\n".join(lines))


def changed(path: list[str | int], value: Any) -> str:
    content = json.loads(dumps(TEMPLATES["digits"].make()))
    here = content
    for key in path[:-1]:
        here = here[key]
    here[path[-1]] = value
    return json.dumps(content)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "The file is empty, so there is no project in it."),
        (" \n", "The file is empty, so there is no project in it."),
        ("0" * 10_000_000, "not a whole project"),
        ("\0" * 10_000_000, "not a whole project: JSON is malformed"),
        (dumps(TEMPLATES["digits"].make())[:700], "not a whole project"),
        ("[" * 100_000, "nested too deeply|not a whole project"),
        ("[" * 40 + "]" * 40, "nested too deeply"),
        ("{}", '"format" is not "cnnbuilder"'),
        ("[]", '"format" is not "cnnbuilder"'),
        (changed(["version"], 3), r"comes from a newer cnnbuilder \(version 3; this one reads 2\)"),
        (changed(["data", "dataset"], "mnist"), 'data has "dataset", which it cannot have'),
        (changed(["data", "source", "kind"], "elsewhere"), "data.source"),
        (changed(["data", "source", "name"], 5), "data.source.name must be text"),
        (changed(["data", "source"], "mnist"), "data.source must be"),
        (changed(["version"], "1"), '"version" must be a whole number'),
        (changed(["version"], True), '"version" must be a whole number'),
        (changed(["network", "blocks", 1, "block"], "Covn2d"), r'network.blocks\[1\]: there is no block "Covn2d". Did it mean "Conv2d"'),
        (changed(["network", "blocks", 1, "kernel_size"], "3"), r"network.blocks\[1\].kernel_size must be a list, not text"),
        (changed(["network", "blocks", 1, "kernel_size"], [3, 0]), r"network.blocks\[1\].kernel_size\[1\] must be a whole number, at least 1"),
        (changed(["network", "blocks", 1, "out_channels"], 1e99), r"network.blocks\[1\].out_channels must be a whole number"),
        (changed(["network", "blocks", 1, "colour"], "red"), r'network.blocks\[1\] has "colour", which it cannot have'),
        (changed(["network", "blocks", 1], None), r'network.blocks\[1\] has no "block"'),
        (changed(["network", "blocks", 1, "id"], "b1"), 'Two blocks have the same id "b1"'),
        (changed(["network", "blocks"], {}), '"network.blocks" is missing or no list'),
        (changed(["network"], None), '"network" is missing or no object'),
        (changed(["network", "wires", 0, "to"], "b99"), r'network.wires\[0\] names the block "b99", which does not exist'),
        (changed(["training", "epochs"], 0), "training.epochs must be a whole number, at least 1"),
        (changed(["training", "speed"], 1), 'training has "speed", which it cannot have'),
        (changed(["more"], 1), '"more" is nothing that a project has'),
    ],
)  # fmt: skip
def test_a_bad_file_gets_one_sentence(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.cnn"
    path.write_text(text)
    with pytest.raises(FileProblemError, match=sentence) as caught:
        load(path)
    assert str(caught.value).startswith("bad.cnn: ")
    assert len(str(caught.value)) < 250
    assert "\n" not in str(caught.value)


json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**70), 2**70),
        st.floats(allow_nan=False),
        st.text(max_size=5),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
block_fields = st.sampled_from(
    ["id", "block", "name", "position", "out_channels", "kernel_size", "padding_mode", "bias", "p", "height"]
)
places = st.one_of(
    st.just(["network"]), st.just(["data"]), st.just(["training"]), st.just(["training", "learning_rate"]),
    st.just(["network", "wires", 3]), st.just(["network", "wires", 0, "input"]), st.just(["network", "blocks", 1]),
    st.builds(lambda index, name: ["network", "blocks", index, name], st.integers(0, 11), block_fields),
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(places, json_values)
def test_whatever_stands_in_a_file_it_opens_or_says_why(path: list[str | int], value: Any) -> None:
    try:
        project = loads(changed(path, value))
    except FileProblemError as problem:
        assert str(problem)
    else:
        assert loads(dumps(project)) == project


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(data: bytes) -> None:
    with pytest.raises(FileProblemError):
        loads(data)


def test_a_full_disk_leaves_the_old_file_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.cnn"
    save(TEMPLATES["digits"].make(), path)
    old = path.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblemError, match=r"a\.cnn cannot be saved: the disk is full"):
        save(TEMPLATES["lenet5"].make(), path)
    assert path.read_bytes() == old
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_gone_and_one_that_is_a_file_are_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, reason in [
        (tmp_path / "gone" / "a.cnn", "no such file or folder"),
        (tmp_path / "file" / "a.cnn", "not a folder"),
    ]:
        with pytest.raises(FileProblemError, match=reason):
            save(TEMPLATES["digits"].make(), path)


def test_reading_what_is_not_there_or_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match=r"gone.cnn cannot be read: there is no such file"):
        load(tmp_path / "gone.cnn")
    with pytest.raises(FileProblemError, match="it is a folder"):
        load(tmp_path)


# Links and permission bits are POSIX's; Windows needs rights to make a link.
@pytest.mark.skipif(os.name != "posix", reason="links and permissions of this kind are POSIX's")
def test_saving_follows_a_link_and_keeps_the_permissions(tmp_path: Path) -> None:
    real = tmp_path / "real.cnn"
    save(TEMPLATES["digits"].make(), real)
    real.chmod(0o640)
    (tmp_path / "link.cnn").symlink_to(real)
    save(TEMPLATES["lenet5"].make(), tmp_path / "link.cnn")
    assert (tmp_path / "link.cnn").is_symlink()
    assert load(real) == TEMPLATES["lenet5"].make()
    assert real.stat().st_mode & 0o777 == 0o640


def of_version_1(data: dict[str, Any] | None) -> str:
    """A file of version 1, as it was written then."""
    content = json.loads(dumps(TEMPLATES["digits"].make()))
    content["version"] = 1
    if data is None:
        del content["data"]
    else:
        content["data"] = data
    return json.dumps(content)


@pytest.mark.parametrize(
    ("data", "dataset"),
    [({"dataset": "shapes"}, "shapes"), ({"dataset": None}, None), ({}, "mnist"), (None, "mnist")],
)
def test_a_file_of_version_1_opens_as_before(data: dict[str, Any] | None, dataset: str | None) -> None:
    project = TEMPLATES["digits"].make()
    assert loads(of_version_1(data)) == Project(
        project.network, Data(Inside(dataset) if dataset else None), project.training
    )


def test_a_file_of_version_1_that_was_refused_still_is() -> None:
    with pytest.raises(FileProblemError, match='data has "folder", which it cannot have'):
        loads(of_version_1({"dataset": "mnist", "folder": "/"}))
    with pytest.raises(FileProblemError, match="data"):
        loads(of_version_1([]))  # type: ignore[arg-type]


def test_data_is_written_as_a_source_of_a_kind() -> None:
    content = json.loads(dumps(Project(data=Data(Inside("mnist")))))
    assert content["version"] == 2
    assert content["data"] == {"source": {"kind": "inside", "name": "mnist"}}
    assert json.loads(dumps(Project(data=Data(None))))["data"] == {"source": None}


def test_a_byte_order_mark_before_the_text_is_passed_over() -> None:
    project = Project(network=TEMPLATES["digits"].make().network)
    assert loads(b"\xef\xbb\xbf" + dumps(project).encode()) == project
    with pytest.raises(FileProblemError, match="empty"):
        loads(b"\xef\xbb\xbf")


@pytest.mark.parametrize(
    "name", ["a.PNG", "a.jpeg", "a.py", "a.ipynb", "a.safetensors", "a.pt", "a.onnx", "a.pt2"]
)
def test_what_is_no_project_is_told_by_what_it_is(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x89\x00 no JSON")
    with pytest.raises(FileProblemError) as caught:
        load(tmp_path / name)
    assert str(caught.value).startswith(name)
    assert "malformed" not in str(caught.value)
    assert str(caught.value).endswith(".")


def test_a_folder_says_whether_it_is_a_run(tmp_path: Path) -> None:
    (tmp_path / "a.runs" / "0001").mkdir(parents=True)
    save(Project(), tmp_path / "a.runs" / "0001" / "project.cnn")
    for folder, said in (
        ("a.runs/0001", "open the project.cnn"),
        ("a.runs", "the runs of a.cnn"),
        (".", "a folder"),
    ):
        with pytest.raises(FileProblemError, match=said):
            load(tmp_path / folder)
