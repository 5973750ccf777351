"""Files of arrays: every usual layout and kind of number comes out as the same images; nothing is ever unpickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnbuilder.engine.data.listing import Listing
from cnnbuilder.engine.data.own_source import images_in, listing_of, source_of
from cnnbuilder.engine.data.source import DataProblem
from cnnbuilder.network.data import Arrays, Data
from tests.conftest import SHARED_DATA

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 10, 3), np.uint8)
IMAGES[0, 0, 0], IMAGES[0, 0, 1] = 0, 255  # both ends of the range
LABELS = np.array([0, 1, 2, 0, 1, 2])


def saved(tmp_path: Path, **arrays: Any) -> Arrays:
    np.savez(tmp_path / "set.npz", **arrays)
    source = source_of(tmp_path / "set.npz")
    assert isinstance(source, Arrays)
    return source


def listed(source: Arrays) -> Listing:
    return listing_of(Data(source))


def read(source: Arrays) -> Any:
    return np.concatenate(list(images_in(source)))


@pytest.mark.parametrize(
    "images",
    [
        IMAGES,
        IMAGES.transpose(0, 3, 1, 2),
        np.asfortranarray(IMAGES),
        IMAGES.astype(np.int64),
        IMAGES.astype(np.uint16) * 257,
        IMAGES / 255,
        (IMAGES / 255).astype(np.float32),
        (IMAGES / 127.5 - 1),
        IMAGES.astype(np.float32),
        np.concatenate([IMAGES, IMAGES[..., :1]], axis=3),
    ],
    ids=[
        "bytes",
        "channels first",
        "fortran",
        "int64",
        "16 bits",
        "0 to 1",
        "float32",
        "-1 to 1",
        "0 to 255",
        "alpha",
    ],
)
def test_any_layout_and_kind_of_number(tmp_path: Path, images: Any) -> None:
    assert (read(saved(tmp_path, x_train=images, y_train=LABELS)) == IMAGES.transpose(0, 3, 1, 2)).all()


def test_grey_images(tmp_path: Path) -> None:
    grey = IMAGES[..., 0]
    assert (read(saved(tmp_path, x=grey, y=LABELS))[:, 0] == grey).all()
    assert (read(saved(tmp_path, x=grey[..., None], y=LABELS))[:, 0] == grey).all()
    assert (read(saved(tmp_path, x=grey > 100, y=LABELS))[:, 0] == (grey > 100) * 255).all()


def test_parts_by_the_names_of_arrays(tmp_path: Path) -> None:
    source = saved(
        tmp_path,
        x_train=IMAGES[:3],
        y_train=LABELS[:3],
        x_val=IMAGES[3:4],
        y_val=LABELS[3:4],
        X_test=IMAGES[4:],
        Y_test=LABELS[4:],
    )
    found = listed(source)
    assert [(one.file, one.part) for one in found.files] == [
        ("train/0", "train"), ("train/1", "train"), ("train/2", "train"), ("val/0", "val"), ("test/0", "test"), ("test/1", "test"),
    ]  # fmt: skip
    assert len(read(source)) == 6


@pytest.mark.parametrize(
    ("labels", "names", "classes"),
    [
        (LABELS, None, ("0", "1", "2")),
        (LABELS[:, None], None, ("0", "1", "2")),
        (LABELS * 5, None, ("0", "5", "10")),
        (np.eye(3)[LABELS], None, ("0", "1", "2")),
        (np.array(["b", "a", "c"])[LABELS], None, ("a", "b", "c")),
        (np.array([b"b", b"a", b"c"])[LABELS], None, ("a", "b", "c")),
        (LABELS.astype(np.float32), ["x", "y", "z", "unused"], ("x", "y", "z", "unused")),
    ],
)
def test_labels_as_numbers_texts_or_one_hot(
    tmp_path: Path, labels: Any, names: Any, classes: tuple[str, ...]
) -> None:
    given = {} if names is None else {"class_names": names}
    found = listed(saved(tmp_path, x_train=IMAGES, y_train=labels, **given))
    assert found.classes == classes
    texts = [found.classes[one.label] for one in found.files]
    assert texts[:3] == texts[3:] and len(set(texts)) == 3


def refusal(source: Arrays) -> str:
    with pytest.raises(DataProblem) as refused:
        listed(source)
    assert str(refused.value).endswith(".")
    return str(refused.value)


def test_python_objects_are_refused_and_never_unpickled(tmp_path: Path) -> None:
    assert "Python objects" in refusal(saved(tmp_path, x_train=IMAGES, y_train=np.array([{}] * 6, object)))


def test_what_does_not_fit_is_one_sentence(tmp_path: Path) -> None:
    assert "has no x_train; it has a" in refusal(saved(tmp_path, a=LABELS))
    assert "but no y_train" in refusal(saved(tmp_path, x_train=IMAGES))
    assert "6 images in x_train, but 5 labels" in refusal(saved(tmp_path, x_train=IMAGES, y_train=LABELS[:5]))
    assert "6×80" in refusal(saved(tmp_path, x_train=IMAGES[..., 0].reshape(6, 80), y_train=LABELS))
    assert "numbers 0 to 1" in refusal(
        saved(tmp_path, x_train=IMAGES, y_train=LABELS, class_names=["a", "b"])
    )
    (tmp_path / "set.npz").write_bytes(b"PK nothing")
    assert "no whole .npz" in refusal(Arrays(str(tmp_path / "set.npz")))
    assert "NEWPATH" in refusal(Arrays(str(tmp_path / "gone.npz")))


# Real data lie beside the checkout only where the project is developed; the project itself never needs them.
@pytest.mark.skipif(
    not (SHARED_DATA / "CIFAR10").is_dir(), reason="needs the shared real data beside the checkout"
)
def test_cifar10_is_listed_in_its_parts() -> None:
    found = listed(Arrays(str(SHARED_DATA / "CIFAR10" / "cifar10.npz")))
    assert len(found.files) == 60_000
    assert sum(one.part == "test" for one in found.files) == 10_000
    assert found.classes[3] == "cat"
