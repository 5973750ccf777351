"""A folder of images as people have them: which files, which classes, which parts, in an order of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.natural_order import natural
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.engine.data.sources.folder import guessed_pattern, listing
from cnnbuilder.network.data import Folder


def made(folder: Path, *files: str) -> Path:
    for file in files:
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.encode())
    return folder


def listed(folder: Path, pattern: str | None = None) -> Listing:
    return listing(Folder(str(folder), pattern))


def test_a_folder_a_class(tmp_path: Path) -> None:
    found = listed(made(tmp_path, "10/b.png", "2/a10.png", "2/a9.png", "2/deeper/a.png"))
    assert found.classes == ("2", "10")
    assert [one.file for one in found.files] == ["2/a9.png", "2/a10.png", "2/deeper/a.png", "10/b.png"]
    assert {one.part for one in found.files} == {None}


def test_folders_of_parts_by_their_usual_names(tmp_path: Path) -> None:
    found = listed(made(tmp_path, "Training/a/1", "valid/a/2", "test/b/3", "Training/b/4"))
    assert found.classes == ("a", "b")
    assert [(one.file, one.part, one.label) for one in found.files] == [
        ("Training/a/1", "train", 0),
        ("Training/b/4", "train", 1),
        ("valid/a/2", "val", 0),
        ("test/b/3", "test", 1),
    ]


def test_a_class_may_be_called_test(tmp_path: Path) -> None:
    assert listed(made(tmp_path, "test/1.png", "quiz/2.png")).classes == ("quiz", "test")


def test_what_lies_beside_the_classes_is_set_aside_by_name(tmp_path: Path) -> None:
    found = listed(made(tmp_path, "a/1.png", "b/2.png", "cover.jpg", "train.txt"))
    assert [aside.file for aside in found.set_aside] == ["cover.jpg", "train.txt"]
    assert {aside.reason for aside in found.set_aside} == {"in no class's folder"}


def test_hidden_folders_and_what_systems_leave_are_passed_over(tmp_path: Path) -> None:
    found = listed(
        made(tmp_path, "a/1.png", "b/2.png", ".git/x", "a/.cache/y", "a/Thumbs.db", "__MACOSX/a/1.png")
    )
    assert found.classes == ("a", "b")
    assert len(found.files) == 2
    assert not found.set_aside


def test_one_folder_around_all_is_seen_through_and_said(tmp_path: Path) -> None:
    found = listed(made(tmp_path, "pets/train/a/1.png", "pets/test/a/2.png"))
    assert [one.file for one in found.files] == ["pets/train/a/1.png", "pets/test/a/2.png"]
    assert [one.part for one in found.files] == ["train", "test"]
    assert found.remarks == ("The classes are looked for in pets.",)


def test_links_that_lead_in_circles_end(tmp_path: Path) -> None:
    made(tmp_path, "a/1.png", "b/2.png")
    (tmp_path / "a" / "again").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "b" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b" / "lost.png").symlink_to(tmp_path / "nowhere.png")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    found = listed(tmp_path)
    assert [one.file for one in found.files] == ["a/1.png", "b/2.png"]
    assert [aside.file for aside in found.set_aside] == ["itself"]


@pytest.mark.parametrize(
    ("files", "classes"),
    [
        (["cat_001.jpg", "cat_002.jpg", "dog_001.jpg", "dog_7.jpg"], {"cat", "dog"}),
        (["cat (1).jpg", "cat (2).jpg", "dog (1).jpg", "dog (2).jpg"], {"cat", "dog"}),
        (["001-cat.jpg", "002-cat.jpg", "003-dog.jpg", "4-dog.jpg"], {"cat", "dog"}),
    ],
)
def test_classes_in_the_names_of_files(tmp_path: Path, files: list[str], classes: set[str]) -> None:
    found = listed(made(tmp_path, *files))
    assert set(found.classes) == classes
    assert "guessed" in found.remarks[0]


def test_names_that_tell_no_class_leave_images_unlabelled(tmp_path: Path) -> None:
    assert guessed_pattern(["IMG_1.jpg", "IMG_2.jpg", "IMG_3.jpg"]) is None
    assert listed(made(tmp_path, "ab.jpg", "x.png", "holiday.png")).classes == ("unlabelled",)


def test_a_pattern_of_ones_own_stands(tmp_path: Path) -> None:
    made(tmp_path, "x1-red.png", "x2-blue.png", "readme.txt")
    found = listed(tmp_path, r"x\d+-(?P<class>.+)")
    assert found.classes == ("blue", "red")
    assert found.set_aside[0][0] == "readme.txt"
    with pytest.raises(DataProblem, match="no regular expression"):
        listed(tmp_path, "(")


def test_a_folder_that_is_gone_or_empty_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="train --data NEWPATH"):
        listed(tmp_path / "moved")
    with pytest.raises(DataProblem, match="no file in"):
        listed(tmp_path)


def test_the_fingerprint_follows_names_sizes_and_times(tmp_path: Path) -> None:
    made(tmp_path, "a/1.png", "b/2.png")
    before = listed(tmp_path).fingerprint()
    assert listed(tmp_path).fingerprint() == before
    (tmp_path / "a" / "1.png").write_bytes(b"other, longer")
    after = listed(tmp_path).fingerprint()
    made(tmp_path, "b/3.png")
    assert len({before, after, listed(tmp_path).fingerprint()}) == 3


def test_names_are_sorted_as_people_count() -> None:
    assert sorted(["b10", "B2", "a", "10", "9", "b2"], key=natural) == ["9", "10", "a", "B2", "b2", "b10"]
