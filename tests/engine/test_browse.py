"""Looking through a data set: true counts, true images, and the very image that the network gets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from cnnbuilder.engine import browse
from cnnbuilder.engine.data.catalogue import all_data_sets, find
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.messages import (
    BrowseData,
    BrowseImage,
    DataBrowsed,
    PartName,
    decode_events,
    decode_request,
    encode_events,
    encode_request,
)
from cnnbuilder.network.data import Data, Inside
from tests.engine.data.tiny import Tiny, make_tiny

NAMES = sorted(info.name for info in all_data_sets() if info.available())


def inside(name: str) -> Data:
    return Data(Inside(name))


def look(
    name: str, part: PartName = "train", label: int = 0, first: int = 0, count: int = 4, side: int = 64
) -> DataBrowsed:
    return browse.classes(BrowseData(1, inside(name), part, label, first, count, side))


def images_of(answer: DataBrowsed) -> Any:
    return np.frombuffer(answer.pixels, np.uint8).reshape(-1, *answer.shape)


@pytest.fixture
def tiny_is_known(home: Path, monkeypatch: pytest.MonkeyPatch, tiny: Tiny) -> Tiny:
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._DATA_SETS", {"tiny": tiny})
    return tiny


@pytest.mark.parametrize("name", NAMES)
def test_every_image_is_counted_once(name: str) -> None:
    info = find(name)
    counts = np.array(look(name).counts)
    assert counts.shape == (len(info.classes), 3)
    assert counts.sum(axis=0).tolist() == [info.train_images, info.val_images, info.test_images]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("part", browse.PARTS)
def test_small_images_are_the_first_of_their_class_and_part(name: str, part: PartName) -> None:
    info = find(name)
    held = getattr(prepare(info, info.shape), part)
    for label in range(len(info.classes)):
        answer = look(name, part, label)
        assert (answer.data, answer.part, answer.label, answer.shape) == (
            inside(name),
            part,
            label,
            info.shape,
        )
        assert (images_of(answer) == held.images[held.labels == label][:4]).all()


def test_images_come_from_the_place_that_is_asked_for() -> None:
    held = prepare(find("mnist"), (1, 28, 28)).test
    answer = look("mnist", "test", 7, first=5, count=3)
    assert answer.first == 5
    assert (images_of(answer) == held.images[held.labels == 7][5:8]).all()


def test_there_are_no_more_than_there_are(tiny_is_known: Tiny) -> None:
    for label in (0, 1):
        answer = look("tiny", "val", label, count=100)
        assert len(images_of(answer)) == answer.counts[label][1]
        assert len(images_of(look("tiny", "val", label, first=100))) == 0


def test_large_images_are_made_as_small_as_asked_for_and_keep_their_form(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wide = make_tiny((3, 30, 40))
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._DATA_SETS", {"tiny": wide})
    assert look("tiny", side=20).shape == (3, 15, 20)
    assert look("tiny", side=64).shape == (3, 30, 40)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 20, 24)])
def test_an_image_is_prepared_as_training_prepares_it(name: str, shape: tuple[int, int, int]) -> None:
    info = find(name)
    held = prepare(info, shape).val
    for label in (0, len(info.classes) - 1):
        answer = browse.image(BrowseImage(7, inside(name), shape, "val", label, 2))
        expected = held.images[held.labels == label][2]
        assert answer.prepared == expected.tobytes()
        assert answer.shape == info.shape


def test_mean_and_deviation_are_known_once_it_was_prepared(tiny_is_known: Tiny) -> None:
    asked = BrowseImage(1, inside("tiny"), (1, 10, 10), "train", 1, 0)
    assert browse.image(asked).mean is None
    prepared = prepare(tiny_is_known, (1, 10, 10))
    answer = browse.image(asked)
    assert (answer.mean, answer.std) == (prepared.mean, prepared.std)


def test_the_first_image_costs_no_preparation(tiny_is_known: Tiny, home: Path) -> None:
    answer = browse.image(BrowseImage(1, inside("tiny")))
    original, label = tiny_is_known.sample()
    assert answer.pixels == original.transpose(2, 0, 1).tobytes()
    assert (answer.label, answer.place, answer.prepared) == (label, 0, None)
    assert not (home / "cache" / "prepared").exists()


def test_an_input_that_takes_no_images_gets_none(tiny_is_known: Tiny) -> None:
    answer = browse.image(BrowseImage(1, inside("tiny"), (2, 10, 10), "train", 0, 0))
    assert answer.prepared is None
    assert answer.pixels


@pytest.mark.parametrize("place", [-1, 10_000])
def test_an_image_that_is_not_there_is_said_so(tiny_is_known: Tiny, place: int) -> None:
    with pytest.raises(DataProblem, match="images of that class and part"):
        browse.image(BrowseImage(1, inside("tiny"), None, "train", 0, place))


def test_what_is_asked_and_answered_travels() -> None:
    asked = BrowseImage(3, inside("mnist"), (1, 32, 32), "val", 7, 2)
    assert decode_request(encode_request(asked)) == asked
    answer = look("mnist", count=2)
    assert decode_events(encode_events([answer])) == [answer]
    with pytest.raises(msgspec.ValidationError):
        decode_request(encode_request(BrowseData(1, inside("mnist"), "all", 0, 0, 1, 1)))  # type: ignore[arg-type]
