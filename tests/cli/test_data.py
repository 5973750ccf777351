"""`cnnbuilder data`."""

from __future__ import annotations

import csv
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from cnnbuilder.engine.data import data_folders
from cnnbuilder.engine.data.catalogue import all_data_sets
from cnnbuilder.engine.data.download import Download, fetch
from tests.engine.data.published import make

from .conftest import Call, is_one_sentence
from .projects import FLATTEN, LINEAR, SMALL_INPUT, project


def test_json_describes_each_data_set(call: Call) -> None:
    found = call("data", "--json").json
    assert list(found) == ["datasets"]
    sets = {entry["name"]: entry for entry in found["datasets"]}
    assert {"mnist", "fashion-mnist", "shapes", "clothes"} <= set(sets)
    for entry in sets.values():
        assert list(entry) == [
            "name", "title", "classes", "class_names", "shape", "train_images", "val_images", "test_images", "available", "bytes",
            "licence",
        ]  # fmt: skip
        assert entry["classes"] == len(entry["class_names"]) >= 10
        assert entry["licence"]
    assert sets["mnist"]["shape"] == [1, 28, 28]
    assert sets["mnist"]["train_images"] + sets["mnist"]["val_images"] == 60_000
    assert sets["mnist"]["available"] is True
    assert sets["cifar10"]["available"] is False and sets["cifar10"]["bytes"] == 170_498_071
    assert sets["shapes"]["shape"] == [3, 32, 32]
    assert sets["clothes"]["shape"] == [3, 64, 64]
    assert [sets["clothes"][f"{part}_images"] for part in ("train", "val", "test")] == [3068, 341, 372]


def test_the_table_has_a_line_for_each(call: Call) -> None:
    answer = call("data")
    assert answer.status == 0
    assert len(answer.out.splitlines()) == 2 + len(all_data_sets())


# --- that is downloaded or packed -----------------------------------------------------------------


@pytest.fixture
def postal_codes(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Download]:
    """USPS, made small, on a server of the test's own."""
    info = make("usps", tmp_path / "site")

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_given: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path / "site")))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    host = f"http://127.0.0.1:{server.server_address[1]}"
    info = replace(info, files=tuple(remote._replace(url=f"{host}/{remote.name}") for remote in info.files))
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._DATA_SETS", {"usps": info})
    monkeypatch.setattr("cnnbuilder.cli.downloads.fetch", partial(fetch, schemes=("http",)))
    monkeypatch.setattr(data_folders, "_also", [])
    yield info
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_training_downloads_what_it_asks_for_and_says_so_first(
    call: Call, postal_codes: Download, tmp_path: Path
) -> None:
    file = project(tmp_path / "codes.cnn", SMALL_INPUT, FLATTEN, LINEAR)
    answer = call("train", file, "--data", "usps", "--epochs", 1, "--json")
    assert answer.status == 0
    assert answer.err.startswith("USPS is downloaded: 8.4 MB, licence: none stated; by J. J. Hull, 1994.\n")
    assert answer.lines[-1]["event"] == "finished"
    assert call("data", "--json").json["datasets"][0]["available"] is True
    assert "downloaded" not in call("train", file, "--data", "usps", "--epochs", 1).err


def test_a_set_is_packed_and_taken_in_again(call: Call, postal_codes: Download, home: Path) -> None:
    answer = call("data", "--pack", "usps", "stick")
    assert (answer.status, answer.out) == (0, "USPS is in stick.cnndata.\n")
    shutil.rmtree(home / "data")
    assert not postal_codes.available()
    answer = call("data", "stick.cnndata")
    assert (answer.status, answer.out) == (0, "USPS is here now: cnnbuilder train --data usps.\n")
    assert postal_codes.available()


def test_without_a_network_nothing_is_left_behind_and_one_sentence_said(
    call: Call, postal_codes: Download, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tuple(remote._replace(url="http://127.0.0.1:1/usps.bz2") for remote in postal_codes.files)
    monkeypatch.setattr(
        "cnnbuilder.engine.data.catalogue._DATA_SETS", {"usps": replace(postal_codes, files=gone)}
    )
    file = project(tmp_path / "codes.cnn", SMALL_INPUT, FLATTEN, LINEAR)
    answer = call("train", file, "--data", "usps")
    assert answer.status == 1
    assert is_one_sentence(answer.err.splitlines()[-1])
    assert "cannot be reached" in answer.err
    assert not (tmp_path / "codes.runs").exists()


# --- of a path ------------------------------------------------------------------------------------


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """Three cats, four dogs and a broken file."""
    for name, count in (("cat", 3), ("dog", 4)):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for at in range(count):
            colour = (40 * at, 200, 10 * len(name))
            Image.new("RGB", (20 + at, 24), colour).save(tmp_path / "pets" / name / f"{at}.png")
    (tmp_path / "pets" / "dog" / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    return tmp_path / "pets"


def test_of_a_path_json_is_as_the_contract_has_it(call: Call, pets: Path, home: Path) -> None:
    found = call("data", pets, "--json").json
    assert list(found) == ["path", "kind", "images", "classes", "set_aside", "findings"]
    assert (found["path"], found["kind"], found["images"]) == (str(pets), "folder", 7)
    for entry, name, images in zip(found["classes"], ("cat", "dog"), (3, 4), strict=True):
        assert list(entry) == ["name", "images", "train", "val", "test"]
        assert (entry["name"], entry["images"]) == (name, images)
        assert entry["train"] + entry["val"] + entry["test"] == images
    [aside] = found["set_aside"]
    assert aside["file"] == "dog/broken.jpg"
    assert aside["reason"]
    for finding in found["findings"]:
        assert list(finding) == ["kind", "severity", "message", "files"]
        assert finding["severity"] in ("red", "amber")


def test_of_a_path_people_read_bars_and_names(call: Call, pets: Path, home: Path) -> None:
    answer = call("data", pets)
    assert answer.status == 0
    assert "pets (folder): 7 images in 2 classes." in answer.out
    assert "█" in answer.out
    assert "1 file was set aside:" in answer.out
    assert "dog/broken.jpg" in answer.out


def test_the_report_is_written_as_a_table_too(call: Call, pets: Path, home: Path) -> None:
    assert call("data", pets, "--csv", "report.csv").status == 0
    with Path("report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["file"] for row in rows if row["class"] == "cat"] == ["cat/0.png", "cat/1.png", "cat/2.png"]
    assert all(row["part"] in ("train", "val", "test") for row in rows if row["class"])
    assert [row["file"] for row in rows if row["set_aside"]] == ["dog/broken.jpg"]


@pytest.mark.parametrize("name", ["nowhere", "a.txt"])
def test_a_path_that_holds_no_images_is_one_sentence(
    call: Call, tmp_path: Path, name: str, home: Path
) -> None:
    (tmp_path / "a.txt").write_text("hello")
    answer = call("data", name)
    assert answer.status == 1
    assert is_one_sentence(answer.err)


def test_a_table_of_nothing_is_wrong_usage(call: Call) -> None:
    assert call("data", "--csv", "out.csv").status == 2


def test_own_images_are_trained_by_their_path(call: Call, pets: Path, tmp_path: Path, home: Path) -> None:
    project(tmp_path / "net.cnn", SMALL_INPUT, FLATTEN, LINEAR)
    answer = call("train", "net.cnn", "--data", pets, "--json")
    assert answer.status == 0, answer.err
    assert answer.lines[-1]["event"] == "finished"
    assert answer.lines[0]["train_images"] + answer.lines[0]["val_images"] < 7 + 1
