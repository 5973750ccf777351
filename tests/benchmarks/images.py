"""A folder of photographs, five epochs with the first included: ours beside ImageFolder and a DataLoader of two workers.

The photographs are those of the data set "clothes", unpacked; the network is the template `colour-32` at 64×64, batch
64, float32 for both. Each training runs in a process of its own with PyTorch loaded; ours starts with no cache. The
segments alternate (A B B A).
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any

EPOCHS, BATCH, SIDE, WORKERS = 5, 64, 64, 2
LARGE = 24
"""Photographs of twelve megapixels."""


def run(rounds: int = 2) -> dict[str, Any]:
    """`ours_over_imagefolder_ratio`, and what preparing and opening again take."""
    with tempfile.TemporaryDirectory(prefix="cnnbuilder-benchmark-") as name:
        folder = Path(name)
        clothes, large = folder / "clothes", folder / "large"
        _unpack(clothes)
        _draw_large(large, clothes)
        ours: list[float] = []
        peer: list[float] = []
        for turn in range(rounds):
            pair = [("ours", ours), ("peer", peer)]
            for which, kept in pair if turn % 2 == 0 else reversed(pair):
                kept.append(_alone(which, clothes, folder / f"home-{which}-{turn}"))
        prepared = [_alone("prepare", clothes, folder / f"home-prepare-{turn}") for turn in range(rounds)]
        decoded = [_alone("decode", clothes, folder) for _turn in range(rounds)]
        large_prepared = [_alone("prepare", large, folder / f"home-large-{turn}") for turn in range(rounds)]
        large_decoded = [_alone("decode", large, folder) for _turn in range(rounds)]
        reopened = [_alone("reopen", clothes, folder / "home-prepare-0") for _turn in range(max(3, rounds))]
    return {
        "ours_over_imagefolder_ratio": statistics.median(b / a for a, b in zip(ours, peer, strict=True)),
        "ours_s": ours,
        "imagefolder_s": peer,
        "prepare_images_per_second": statistics.median(prepared),
        "imagefolder_decode_images_per_second": statistics.median(decoded),
        "large_prepare_images_per_second": statistics.median(large_prepared),
        "large_imagefolder_decode_images_per_second": statistics.median(large_decoded),
        "reopen_to_first_step_s_median": statistics.median(reopened),
    }


def _unpack(folder: Path) -> None:
    """A folder a class in a folder a part, as people have them."""
    from cnnbuilder.resources import resource

    with zipfile.ZipFile(resource("data/clothes/clothes.zip")) as archive:
        archive.extractall(folder)


def _draw_large(folder: Path, photographs: Path) -> None:
    """Twelve megapixels of grain over enlarged photographs: as long to decode as a camera's."""
    import numpy as np
    from PIL import Image

    chance = np.random.default_rng(1)
    files = sorted(photographs.rglob("*.jpg"))[:: 3000 // LARGE][:LARGE]
    for at, file in enumerate(files):
        target = folder / "train" / f"class{at % 2}" / f"{at}.jpg"
        target.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(file, formats=["JPEG"]) as image:
            pixels = np.asarray(image.convert("RGB").resize((4000, 3000)), np.int16)
        grain = chance.integers(-12, 13, pixels.shape, np.int16)
        Image.fromarray((pixels + grain).clip(0, 255).astype(np.uint8)).save(target, quality=90)


def _alone(which: str, folder: Path, home: Path) -> float:
    """One measurement in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.images", which, str(folder)],
        stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[2],
        env={**os.environ, "CNNBUILDER_HOME": str(home)},
    )  # fmt: skip
    return float(json.loads(done.stdout.splitlines()[-1]))


def _project(folder: Path, epochs: int) -> Any:
    from msgspec.structs import replace

    from cnnbuilder.network.analysis import analyse
    from cnnbuilder.network.data import Data, Folder
    from cnnbuilder.network.fit import fit
    from cnnbuilder.network.templates import TEMPLATES

    project = TEMPLATES["colour-32"].make()
    training = replace(project.training, epochs=epochs, batch_size=BATCH, precision="float32")
    network = fit(analyse(project.network), (3, SIDE, SIDE), 10)
    return replace(project, network=network, data=Data(Folder(str(folder))), training=training)


def ours(folder: Path) -> float:
    """Seconds of a training from nothing to its end."""
    from cnnbuilder.engine.messages import Finished
    from cnnbuilder.engine.training import train

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as run:
        *_events, last = train(_project(folder, EPOCHS), Path(run) / "0001", device="cpu")
        assert isinstance(last, Finished), last
        return time.perf_counter() - began


def reopen(folder: Path) -> float:
    """Seconds to the first step of a set that was prepared before."""
    from cnnbuilder.engine.messages import Step
    from cnnbuilder.engine.training import train

    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as run:
        for event in train(_project(folder, 1), Path(run) / "0001", device="cpu"):
            if isinstance(event, Step):
                return time.perf_counter() - began
    raise RuntimeError("no step came")


def prepare(folder: Path) -> float:
    """Images a second from the folder to the prepared array, with hashes and report."""
    from cnnbuilder.engine.data.inspection import inspect
    from cnnbuilder.engine.data.prepare import prepare as prepared
    from cnnbuilder.network.data import Data, Folder

    began = time.perf_counter()
    shape = (3, SIDE, SIDE)
    info = inspect(Data(Folder(str(folder))), shape=shape)
    found = prepared(info, shape)
    return (len(found.train) + len(found.val) + len(found.test)) / (time.perf_counter() - began)


def _loader(folder: Path, part: str) -> Any:
    from torch.utils.data import DataLoader
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    steps = [transforms.Resize(SIDE), transforms.CenterCrop(SIDE), transforms.ToTensor()]
    steps.append(transforms.Normalize((0.6, 0.6, 0.6), (0.25, 0.25, 0.25)))
    images = ImageFolder(folder / part, transforms.Compose(steps))
    return DataLoader(images, BATCH, shuffle=part == "train", num_workers=WORKERS, persistent_workers=True)


def decode(folder: Path) -> float:
    """Images a second that the DataLoader gives, without a training."""
    began = time.perf_counter()
    count = sum(len(labels) for part in _parts(folder) for _images, labels in _loader(folder, part))
    return count / (time.perf_counter() - began)


def _parts(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def peer(folder: Path) -> float:
    """Seconds of the loop of the tutorials: the same network, epochs and validation."""
    import torch
    import torch.nn.functional as F

    from cnnbuilder.engine.module import build

    began = time.perf_counter()
    net = build(_project(folder, EPOCHS).network)
    train, val = _loader(folder, "train"), _loader(folder, "validation")
    optimizer = torch.optim.AdamW(net.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 5e-3, EPOCHS * len(train))
    for _epoch in range(EPOCHS):
        net.train()
        for images, labels in train:
            loss = F.cross_entropy(net(images), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        net.eval()
        with torch.inference_mode():
            sum((net(images).argmax(1) == labels).sum().item() for images, labels in val)
    return time.perf_counter() - began


if __name__ == "__main__":
    import torch
    import torchvision  # loaded for both before the clock starts

    assert torch and torchvision
    name, given = sys.argv[1:]
    measure = {"ours": ours, "peer": peer, "prepare": prepare, "decode": decode, "reopen": reopen}[name]
    print(json.dumps(measure(Path(given))))
