"""Tables as people have them: the columns are found, each fault is counted, the same images come out as from a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnbuilder.engine.data.inspection import inspect
from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.own_source import listing_of, source_of
from cnnbuilder.engine.data.prepare import prepare
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.network.data import Arrays, Data, Folder, Split, Table
from tests.conftest import SHARED_DATA

CLOTHING = SHARED_DATA / "clothing_csv"
# Real pictures lie beside the checkout only where the project is developed; the project itself never needs them.
needs_shared = pytest.mark.skipif(
    not CLOTHING.is_dir(), reason="needs the shared real data beside the checkout"
)

Write = Callable[..., Listing]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a table beside the images a.png to d.png in a folder, and lists it."""
    (tmp_path / "images").mkdir()
    for name in "abcd":
        (tmp_path / "images" / f"{name}.png").write_bytes(name.encode())

    def written(text: str, encoding: str = "utf-8", ending: str = ".csv") -> Listing:
        path = tmp_path / f"labels{ending}"
        path.write_bytes(text.encode(encoding))
        source = source_of(path)
        assert isinstance(source, Table)
        return listing_of(Data(source))

    return written


PLAIN = "image,label\na.png,cat\nb.png,dog\nc.png,cat\nd.png,dog\n"


def pairs(found: Listing) -> dict[str, str]:
    return {one.file: found.classes[one.label] for one in found.files}


EXPECTED = {"images/a.png": "cat", "images/b.png": "dog", "images/c.png": "cat", "images/d.png": "dog"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_any_usual_delimiter_and_encoding(write: Write, delimiter: str, encoding: str) -> None:
    text = PLAIN.replace(",", delimiter).replace("cat", "Kätzchen")
    assert set(pairs(write(text, encoding)).values()) == {"Kätzchen", "dog"}


def test_a_tsv(write: Write) -> None:
    assert pairs(write(PLAIN.replace(",", "\t"), ending=".tsv")) == EXPECTED


@pytest.mark.parametrize(
    "written",
    ["{}.png", "{}", "images/{}.png", "./images/{}.png", "C:\\data\\images\\{}.png", "/home/me/{}.PNG"],
)
def test_files_by_path_or_name_with_or_without_ending(write: Write, written: str) -> None:
    lines = [
        f"{written.format(name)},{label}" for name, label in zip("abcd", ("cat", "dog") * 2, strict=True)
    ]
    assert pairs(write("\n".join(["file,class", *lines]))) == EXPECTED


def test_columns_without_telling_names_are_found_by_what_is_in_them_and_said(write: Write) -> None:
    found = write("n,where,what\n1,a.png,cat\n2,b.png,dog\n3,c.png,cat\n4,d.png,dog\n")
    assert pairs(found) == EXPECTED
    assert any("“where”" in remark for remark in found.remarks)
    assert any("“what”" in remark for remark in found.remarks)


def test_a_table_without_a_line_of_names(write: Write) -> None:
    assert pairs(write(PLAIN.partition("\n")[2])) == EXPECTED


def test_columns_of_ones_and_zeros_are_classes(write: Write) -> None:
    found = write("image,cat,dog\na,1,0\nb,0,1\nc,1.0,0.0\nd,0,1\n")
    assert pairs(found) == EXPECTED
    assert any("one marked in each row" in remark for remark in found.remarks)


def test_groups_and_parts_by_their_columns(write: Write) -> None:
    found = write("image,label,patient,split\na,cat,7,train\nb,dog,8,Validation\nc,cat,7,test\nd,dog,,\n")
    assert {one.file[7]: (one.group, one.part) for one in found.files} == {
        "a": ("7", "train"), "b": ("8", "val"), "c": ("7", "test"), "d": (None, None),
    }  # fmt: skip


def test_what_a_project_chose_stands(write: Write, tmp_path: Path) -> None:
    write("image,label,colour\na,cat,red\nb,dog,red\nc,cat,blue\nd,dog,blue\n")
    found = listing_of(Data(Table(str(tmp_path / "labels.csv"), label=("colour",))))
    assert found.classes == ("blue", "red")
    with pytest.raises(DataProblem, match="has no column shape; it has image, label, colour"):
        listing_of(Data(Table(str(tmp_path / "labels.csv"), label=("shape",))))


def test_each_fault_has_its_finding(write: Write) -> None:
    found = write("image,label\na,cat\na,cat\nb,cat\nb,dog\ngone,cat\nc,\n")
    kinds = {finding.kind: finding for finding in found.findings}
    assert kinds["row-without-file"].files == ("gone",)
    assert kinds["file-without-row"].files == ("images/d.png",)
    assert kinds["named-twice"].files == ("images/a.png", "images/b.png")
    assert kinds["named-twice"].severity == "red"
    assert dict(found.set_aside) == {
        "images/b.png": "named twice, with different classes",
        "images/c.png": "no class in its row",
    }
    assert pairs(found) == {"images/a.png": "cat"}


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n3,4\n", "image\na\nb\n"])
def test_a_table_that_names_no_images_is_one_sentence(write: Write, text: str) -> None:
    with pytest.raises(DataProblem) as refused:
        write(text)
    assert str(refused.value).endswith(".")


def test_a_folder_with_a_table_and_a_folder_of_images_is_the_table(write: Write, tmp_path: Path) -> None:
    write(PLAIN)
    source = source_of(tmp_path)
    assert isinstance(source, Table) and source.path.endswith("labels.csv")
    (tmp_path / "more").mkdir()
    assert isinstance(source_of(tmp_path), Folder)


@needs_shared
def test_the_faults_of_real_labels_are_counted_exactly() -> None:
    source = source_of(CLOTHING)
    assert isinstance(source, Table) and source.group == "sender"
    found = listing_of(Data(source))
    assert len(found.files) == 400
    counts = {finding.kind: len(finding.files) for finding in found.findings}
    assert (counts["row-without-file"], counts["file-without-row"]) == (5, 8)
    assert "named-twice" not in counts
    assert found.classes == ("Dress", "Hat", "Not sure", "Pants", "Shoes", "Skip", "T-Shirt")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("shape", [(3, 20, 20), (1, 9, 13)])
def test_the_same_images_as_folder_table_and_arrays_are_equal(
    tmp_path: Path, shape: tuple[int, int, int]
) -> None:
    images = np.random.default_rng(0).integers(0, 256, (12, 16, 18, 3), np.uint8)
    labels = np.arange(12) // 6
    lines = ["image,label"]
    for at, image in enumerate(images):
        for place in (tmp_path / "folder" / "ab"[labels[at]], tmp_path / "table" / "images"):
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(place / f"{at}.png")
        lines.append(f"{at},{'ab'[labels[at]]}")
    (tmp_path / "table" / "labels.csv").write_text("\n".join(lines))
    np.savez(tmp_path / "set.npz", x=images, y=labels, class_names=["a", "b"])
    sources = [source_of(tmp_path / name) for name in ("folder", "table", "set.npz")]
    assert [type(source) for source in sources] == [Folder, Table, Arrays]
    folder, table, arrays = (prepare(inspect(Data(source, Split(seed=3))), shape) for source in sources)
    for other in (table, arrays):
        for part in ("train", "val", "test"):
            assert (getattr(folder, part).images == getattr(other, part).images).all()
            assert (getattr(folder, part).labels == getattr(other, part).labels).all()
        assert (other.mean, other.std, other.classes) == (folder.mean, folder.std, folder.classes)
