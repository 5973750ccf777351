"""Looking through own images: the right ones of each class and part, each with its record, and single files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace
from PIL import Image

from cnnbuilder.engine import browse, browse_own
from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.messages import (
    BrowseData,
    BrowseFiles,
    BrowseImage,
    DataBrowsed,
    decode_events,
    encode_events,
)
from cnnbuilder.network.data import Data, Folder
from cnnbuilder.network.data_edits import with_changes

COUNTS = {("train", "cat"): 5, ("train", "dog"): 3, ("val", "cat"): 2, ("val", "dog"): 2, ("test", "cat"): 1, ("test", "dog"): 1}  # fmt: skip


@pytest.fixture
def data(home: Path, tmp_path: Path) -> Data:
    """Pictures of one colour each, of several sizes, and a file that is none."""
    folder = tmp_path / "pets"
    for (part, name), count in COUNTS.items():
        (folder / part / name).mkdir(parents=True)
        for place in range(count):
            colour = (10 * place + 5, 200 if name == "dog" else 20, 100)
            picture = Image.new("RGB", (80 + place, 70), colour)
            picture.save(folder / part / name / f"{place}.png")
    (folder / "train" / "cat" / "broken.png").write_bytes(b"no picture")
    return Data(Folder(str(folder)))


@pytest.fixture
def info(data: Data) -> OwnDataSet:
    return inspect(data)


def look(data: Data, label: int, first: int = 0, count: int = 10, side: int = 16) -> DataBrowsed:
    return browse.classes(BrowseData(1, data, "train", label, first, count, side))


def test_a_class_is_shown_with_counts_and_a_record_each(data: Data, info: OwnDataSet) -> None:
    answer = look(data, 0)
    assert answer.counts == ((5, 2, 1), (3, 2, 1)) == info.counts
    assert [record.file for record in answer.records] == [f"train/cat/{place}.png" for place in range(5)]
    images = np.frombuffer(answer.pixels, np.uint8).reshape(-1, *answer.shape)
    assert answer.shape == (3, 16, 16)
    assert [int(image[0].mean()) for image in images] == [5, 15, 25, 35, 45]
    assert decode_events(encode_events([answer])) == [answer]


def test_a_page_begins_where_it_is_asked_for(data: Data, info: OwnDataSet) -> None:
    answer = look(data, 0, first=3, count=1)
    assert [record.file for record in answer.records] == ["train/cat/3.png"]
    assert look(data, 0, first=99).pixels == b""


def test_decisions_count_at_once(data: Data, info: OwnDataSet) -> None:
    first, second = look(data, 0).records[:2]
    changed = with_changes(with_changes(data, [first.content], excluded=True), [second.content], label="dog")
    assert [record.file for record in look(changed, 0).records] == [f"train/cat/{at}.png" for at in (2, 3, 4)]
    assert "train/cat/1.png" in [record.file for record in look(changed, 1).records]
    assert len(look(data, 0).records) == 5


def test_one_image_is_as_its_file_has_it_and_as_training_prepares_it(data: Data, info: OwnDataSet) -> None:
    for shape in (info.shape, (1, 24, 24)):
        asked = BrowseImage(2, data, shape, "val", 1, 1)
        early = browse.image(asked)
        held = prepare(info, shape).val
        row = np.flatnonzero(held.labels == 1)[1]
        assert early.prepared == held.images[row].tobytes()
        assert browse.image(asked).prepared == early.prepared
        assert early.shape == (3, 70, 81)
        assert early.record is not None and early.record.file == "val/dog/1.png"


def test_the_first_image_is_shown_without_an_input(data: Data, info: OwnDataSet) -> None:
    answer = browse.image(BrowseImage(3, data))
    assert answer.prepared is None and answer.shape == (3, 70, 80)


def test_an_image_that_is_not_there_is_said_so(data: Data, info: OwnDataSet) -> None:
    with pytest.raises(DataProblem, match="no image 100"):
        browse.image(BrowseImage(1, data, None, "train", 0, 99))


def test_files_are_found_by_name_and_the_unreadable_have_no_picture(data: Data, info: OwnDataSet) -> None:
    names = ("train/dog/2.png", "train/cat/broken.png", "nowhere.png")
    answer = browse_own.files(BrowseFiles(4, data, names, 12))
    assert [None if one is None else one.file for one in answer.records] == ["train/dog/2.png", None, None]
    assert [None if one is None else len(one) for one in answer.pixels] == [3 * 12 * 12, None, None]


def test_a_set_that_this_process_has_not_looked_at_is_known_from_its_records(
    data: Data, info: OwnDataSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._INSPECTED", {})
    browse_own._opened.cache_clear()
    assert len(look(replace(data), 1).records) == 3
