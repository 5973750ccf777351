"""Small files in the form of each published data set, laid out as torchvision lays them out once they are unpacked."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import pickle
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from msgspec.structs import replace
from PIL import Image

from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.data.download import Download

TRAIN, VAL, TEST = 30, 10, 12
Files = dict[str, bytes]


def make(name: str, root: Path) -> Download:
    """Writes a set's files below `root`, packed and unpacked; returns its description with their checksums and counts."""
    source = find(name)
    assert isinstance(source, Download)
    packed, unpacked = _MAKERS[name](np.random.default_rng(7))
    for place, content in (packed | unpacked).items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(content)
    files = tuple(
        remote._replace(md5=hashlib.md5(packed[remote.place]).hexdigest(), bytes=len(packed[remote.place]))
        for remote in source.files
    )
    return replace(source, files=files, train_images=TRAIN, val_images=VAL, test_images=TEST)


def _cifar10(chance: np.random.Generator) -> tuple[Files, Files]:
    files = {f"data_batch_{number}": _batch(chance, 8, "labels", 10) for number in range(1, 6)}
    files |= {"test_batch": _batch(chance, TEST, "labels", 10)}
    files |= {"batches.meta": pickle.dumps({"label_names": ["x"] * 10}, 2)}
    return _cifar("cifar-10-python.tar.gz", "cifar-10-batches-py", files)


def _cifar100(chance: np.random.Generator) -> tuple[Files, Files]:
    files = {
        "train": _batch(chance, TRAIN + VAL, "fine_labels", 100),
        "test": _batch(chance, TEST, "fine_labels", 100),
        "meta": pickle.dumps({"fine_label_names": ["x"] * 100}, 2),
    }
    return _cifar("cifar-100-python.tar.gz", "cifar-100-python", files)


def _cifar(archive: str, folder: str, files: Files) -> tuple[Files, Files]:
    inside = {f"{folder}/{name}": content for name, content in files.items()}
    return {archive: tar(inside)}, inside


def _batch(chance: np.random.Generator, count: int, key: str, classes: int) -> bytes:
    """As Python 2 and an old numpy wrote it, whose modules have other names."""
    labels = chance.integers(0, classes, count).tolist()
    batch = {
        "data": chance.integers(0, 256, (count, 3072), np.uint8),
        key: labels,
        "filenames": ["a.png"] * count,
    }
    return pickle.dumps(batch, 2).replace(b"numpy._core.multiarray", b"numpy.core.multiarray")


def _kmnist(chance: np.random.Generator) -> tuple[Files, Files]:
    packed, unpacked = {}, {}
    for part, count in (("train", TRAIN + VAL), ("t10k", TEST)):
        for what, content in _idx(chance, count, 10).items():
            name = f"KMNIST/raw/{part}-{what}-ubyte"
            packed[f"{name}.gz"], unpacked[name] = gzip.compress(content), content
    return packed, unpacked


def _emnist(chance: np.random.Generator) -> tuple[Files, Files]:
    inside, unpacked = {}, {}
    for part, count in (("train", TRAIN + VAL), ("test", TEST)):
        for what, content in _idx(chance, count, 47).items():
            name = f"emnist-balanced-{part}-{what}-ubyte"
            inside[f"gzip/{name}.gz"] = gzip.compress(content)
            unpacked[f"EMNIST/raw/{name}"] = content
    return {"EMNIST/raw/gzip.zip": zipped(inside)}, unpacked


def _idx(chance: np.random.Generator, count: int, classes: int) -> Files:
    head = bytes((0, 0, 8, 3)) + b"".join(size.to_bytes(4, "big") for size in (count, 28, 28))
    labels = bytes((0, 0, 8, 1)) + count.to_bytes(4, "big")
    return {
        "images-idx3": head + chance.integers(0, 256, (count, 28, 28), np.uint8).tobytes(),
        "labels-idx1": labels + chance.integers(0, classes, count, np.uint8).tobytes(),
    }


def _svhn(chance: np.random.Generator) -> tuple[Files, Files]:
    from scipy.io import savemat

    packed = {}
    for name, count in (("train_32x32.mat", TRAIN + VAL), ("test_32x32.mat", TEST)):
        file = io.BytesIO()
        images = chance.integers(0, 256, (32, 32, 3, count), np.uint8)
        savemat(file, {"X": images, "y": chance.integers(1, 11, (count, 1), np.uint8)})
        packed[name] = file.getvalue()
    return packed, {}


def _usps(chance: np.random.Generator) -> tuple[Files, Files]:
    packed = {}
    for name, count in (("usps.bz2", TRAIN + VAL), ("usps.t.bz2", TEST)):
        lines = []
        for values in chance.uniform(-1, 1, (count, 256)):
            row = " ".join(f"{place}:{value:.4f}" for place, value in enumerate(values, 1))
            lines.append(f"{chance.integers(1, 11)} {row}\n")
        packed[name] = bz2.compress("".join(lines).encode())
    return packed, {}


def _gtsrb(chance: np.random.Generator) -> tuple[Files, Files]:
    training = {
        f"GTSRB/Training/{at % 4:05d}/{at:05d}.ppm": photograph(chance, "PPM") for at in range(TRAIN + VAL)
    }
    test = {f"GTSRB/Final_Test/Images/{at:05d}.ppm": photograph(chance, "PPM") for at in range(TEST)}
    table = "Filename;Width;ClassId\n" + "".join(f"{at:05d}.ppm;30;{at % 43}\n" for at in range(TEST))
    packed = {
        "gtsrb/GTSRB-Training_fixed.zip": zipped(dict(reversed(training.items()))),
        "gtsrb/GTSRB_Final_Test_Images.zip": zipped(test),
        "gtsrb/GTSRB_Final_Test_GT.zip": zipped({"GT-final_test.csv": table.encode()}),
    }
    unpacked = {f"gtsrb/{name}": content for name, content in (training | test).items()}
    return packed, unpacked | {"gtsrb/GT-final_test.csv": table.encode()}


def _flowers102(chance: np.random.Generator) -> tuple[Files, Files]:
    from scipy.io import savemat

    count = TRAIN + VAL + TEST
    images = {f"jpg/image_{at:05d}.jpg": photograph(chance, "JPEG") for at in range(1, count + 1)}
    order = chance.permutation(count) + 1
    parts = {"trnid": order[:TRAIN], "valid": order[TRAIN : TRAIN + VAL], "tstid": order[TRAIN + VAL :]}
    packed = {"flowers-102/102flowers.tgz": tar(images)}
    for name, values in (("imagelabels", {"labels": chance.integers(1, 103, count)}), ("setid", parts)):
        file = io.BytesIO()
        savemat(file, values)
        packed[f"flowers-102/{name}.mat"] = file.getvalue()
    return packed, {f"flowers-102/{name}": content for name, content in images.items()}


def _imagenette(chance: np.random.Generator) -> tuple[Files, Files]:
    from cnnbuilder.engine.data.sources.imagenette import _FOLDERS

    inside = {}
    for part, count in (("train", TRAIN + VAL), ("val", TEST)):
        for at in range(count):
            folder = _FOLDERS[at % 10]
            inside[f"imagenette2-160/{part}/{folder}/{folder}_{count - at}.JPEG"] = photograph(chance, "JPEG")
    return {"imagenette2-160.tgz": tar(inside)}, inside


def _pets(chance: np.random.Generator) -> tuple[Files, Files]:
    names = [f"Breed_{at % 37}_{at}" for at in chance.permutation(TRAIN + VAL + TEST)]
    images = {f"images/{name}.jpg": photograph(chance, "JPEG") for name in sorted(names)}
    lines = [f"{name} {int(name.split('_')[1]) + 1} 1 1\n" for name in names]
    lists = {
        "annotations/trainval.txt": "".join(lines[: TRAIN + VAL]).encode(),
        "annotations/test.txt": "".join(lines[TRAIN + VAL :]).encode(),
    }
    packed = {"oxford-iiit-pet/images.tar.gz": tar(images), "oxford-iiit-pet/annotations.tar.gz": tar(lists)}
    return packed, {f"oxford-iiit-pet/{name}": content for name, content in (images | lists).items()}


_MAKERS: dict[str, Callable[[Any], tuple[Files, Files]]] = {
    "cifar10": _cifar10, "cifar100": _cifar100, "emnist": _emnist, "kmnist": _kmnist, "svhn": _svhn, "usps": _usps,
    "gtsrb": _gtsrb, "flowers102": _flowers102, "imagenette": _imagenette, "oxford-iiit-pet": _pets,
}  # fmt: skip
NAMES = tuple(_MAKERS)


def photograph(chance: np.random.Generator, form: str) -> bytes:
    """A small picture of any form."""
    height, width = chance.integers(20, 90, 2)
    file = io.BytesIO()
    Image.fromarray(chance.integers(0, 256, (height, width, 3), np.uint8)).save(file, form)
    return file.getvalue()


def tar(files: Files) -> bytes:
    """A .tar.gz."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return content.getvalue()


def zipped(files: Files) -> bytes:
    """A .zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return content.getvalue()
