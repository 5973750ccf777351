"""The training loops that the benchmark compares, each alone in a process of its own, a segment at a time.

`python -m tests.benchmarks._contenders NAME DEVICE`: says "ready"; then for every line it reads, trains one segment
and prints its images per second. All train the template `digits` on MNIST, batch 128.
"""

from __future__ import annotations

import contextlib
import gzip
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

BATCH_SIZE = 128
SETTLING_STEPS = 4
"""Not measured: batches that a DataLoader's workers had ready before the segment began (2 workers × 2)."""
STEPS = 20
"""Measured steps of one segment: some 0.2 s of our loop."""
LEARNING_RATE = 0.001


def wait_for_start() -> None:
    """Until the benchmark asks for a segment; ends the process when it asks for no more."""
    if not sys.stdin.readline():
        sys.exit(0)


class Segments:
    """Counts steps; says what a segment took and waits for the next."""

    def __init__(self) -> None:
        self._steps = 0
        self._began = 0.0

    def begin(self) -> None:
        """Everything is loaded, and some steps have been taken."""
        print("ready", flush=True)
        self.again()

    def again(self) -> None:
        """Waits for the word to start."""
        wait_for_start()
        self.restart()

    def restart(self) -> None:
        """Something came in between: the segment begins anew."""
        self._steps = 0

    def step(self) -> None:
        """One step is over."""
        self._steps += 1
        if self._steps == SETTLING_STEPS:
            _wait_for_device()
            self._began = time.perf_counter()
        if self._steps == SETTLING_STEPS + STEPS:
            _wait_for_device()
            seconds = time.perf_counter() - self._began
            print(STEPS * BATCH_SIZE / seconds, flush=True)
            self.again()


def _wait_for_device() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def ours(device: str, precision: str) -> NoReturn:
    """The engine, as the command line drives it: events, reports, control between two steps."""
    from msgspec.structs import replace

    from cnnbuilder.engine.control import Control
    from cnnbuilder.engine.training import train
    from cnnbuilder.network.templates import TEMPLATES

    segments = Segments()

    class Reins(Control):
        steps = 0

        def between_steps(self) -> None:
            if self.model is None:
                return
            if not self.model.net.training:
                segments.restart()  # a validation came in between
                return
            self.steps += 1
            if self.steps == 10:
                segments.begin()
            elif self.steps > 10:
                segments.step()

    project = TEMPLATES["digits"].make()
    settings = replace(project.training, epochs=10_000, schedule="constant", precision=precision)
    settings = replace(settings, learning_rate=LEARNING_RATE, batch_size=BATCH_SIZE)
    with tempfile.TemporaryDirectory() as folder:
        for event in train(
            replace(project, training=settings), Path(folder) / "0001", device=device, control=Reins()
        ):
            if type(event).__name__ == "Failed":
                raise SystemExit(str(event))
    sys.exit(0)


def hand_tuned(device: str) -> NoReturn:
    """A bare loop that knows everything the engine knows, and does nothing else."""
    from cnnbuilder.engine.data.catalogue import find
    from cnnbuilder.engine.data.prepare import prepare
    from cnnbuilder.engine.device import find_device, keep_freed_memory

    # After the engine, which decides how long OpenMP's threads spin before torch is loaded.
    import torch  # isort: skip
    import torch.nn.functional as F  # isort: skip
    from torch.optim.adamw import adamw  # isort: skip

    keep_freed_memory()
    data = prepare(find("mnist"), (1, 32, 32))
    all_images = torch.tensor(data.train.images, device=device)
    all_labels = torch.tensor(data.train.labels, device=device)
    mean, scale = 255 * data.mean[0], 1 / (255 * data.std[0])
    torch.manual_seed(0)
    torch.backends.cudnn.benchmark = True
    net = digits().to(device=device, memory_format=torch.channels_last)
    params = list(net.parameters())
    means, squares = ([torch.zeros_like(param) for param in params] for _ in range(2))
    counts = [torch.zeros((), device=device) for _param in params]
    bfloat16 = find_device(device).bfloat16
    segments, taken = Segments(), 0
    while True:
        order = torch.randperm(len(all_labels)).to(device)
        for start in range(0, len(order) - BATCH_SIZE, BATCH_SIZE):
            chosen = order[start : start + BATCH_SIZE]
            images = all_images.index_select(0, chosen).to(torch.float32, memory_format=torch.channels_last)
            with torch.autocast(device, torch.bfloat16, enabled=bfloat16):
                logits = net(images.sub_(mean).mul_(scale))
            F.cross_entropy(logits.float(), all_labels.index_select(0, chosen)).backward()
            with torch.no_grad():
                adamw(
                    params, [param.grad for param in params], means, squares, [], counts,
                    fused=True, amsgrad=False, beta1=0.9, beta2=0.999, eps=1e-8, maximize=False,
                    lr=LEARNING_RATE, weight_decay=0.01,
                )  # fmt: skip
            for param in params:
                param.grad = None
            taken += 1
            if taken == 10:
                segments.begin()
            elif taken > 10:
                segments.step()


def tutorial(device: str, workers: int) -> NoReturn:
    """The loop of the tutorials: torchvision's MNIST, transforms, DataLoader, Adam, the loss read every step."""
    from torch import nn, optim

    with tutorial_batches(workers) as loader:
        net = digits().to(device)
        criterion = nn.CrossEntropyLoss()
        optimizer = optim.Adam(net.parameters(), lr=LEARNING_RATE)
        segments, taken = Segments(), 0
        while True:
            net.train()
            running_loss = 0.0
            for images, labels in loader:
                images, labels = images.to(device), labels.to(device)
                optimizer.zero_grad()
                loss = criterion(net(images), labels)
                loss.backward()
                optimizer.step()
                running_loss += loss.item()
                taken += 1
                if taken == 10:
                    segments.begin()
                elif taken > 10:
                    segments.step()
            segments.restart()  # the workers of the next epoch start


def lightning(device: str, workers: int) -> NoReturn:
    """PyTorch Lightning's Trainer on the tutorial's batches, without the logs and bars that would slow it down."""
    import logging

    import torch.nn.functional as F
    from lightning.pytorch import Callback, LightningModule, Trainer
    from torch import optim

    class Net(LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.net = digits()

        def training_step(self, batch, _number):
            images, labels = batch
            return F.cross_entropy(self.net(images), labels)

        def configure_optimizers(self):
            return optim.Adam(self.parameters(), lr=LEARNING_RATE)

    class Measure(Callback):
        segments, taken = Segments(), 0

        def on_train_batch_end(self, *_arguments) -> None:
            self.taken += 1
            if self.taken == 10:
                self.segments.begin()
            elif self.taken > 10:
                self.segments.step()

        def on_train_epoch_end(self, *_arguments) -> None:
            self.segments.restart()  # the workers of the next epoch start

    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    with tutorial_batches(workers) as loader, tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            accelerator=device, devices=1, max_epochs=-1, callbacks=[Measure()], default_root_dir=folder,
            logger=False, enable_checkpointing=False, enable_progress_bar=False, enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(Net(), loader)
    sys.exit(0)


@contextlib.contextmanager
def tutorial_batches(workers: int) -> Iterator[Any]:
    """torchvision's MNIST with transforms, in a DataLoader."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    transform = transforms.Compose(
        [transforms.Pad(2), transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))]
    )
    with torchvision_files() as root:
        yield DataLoader(
            datasets.MNIST(root, train=True, download=False, transform=transform),
            batch_size=BATCH_SIZE,
            shuffle=True,
            num_workers=workers,
            drop_last=True,
        )


def digits():
    """The same network for all, from the source that is trained and exported."""
    from cnnbuilder.engine.module import build
    from cnnbuilder.network.templates import TEMPLATES

    return build(TEMPLATES["digits"].make().network)


@contextlib.contextmanager
def torchvision_files() -> Iterator[str]:
    """MNIST where torchvision looks for it."""
    from cnnbuilder.resources import resource

    with tempfile.TemporaryDirectory() as root:
        raw = Path(root) / "MNIST" / "raw"
        raw.mkdir(parents=True)
        for packed in resource("data/mnist").glob("*.gz"):
            with gzip.open(packed) as source, (raw / packed.stem).open("wb") as target:
                shutil.copyfileobj(source, target)
        yield root


CONTENDERS = {
    "ours": lambda device: ours(device, "auto"),
    "ours_float32": lambda device: ours(device, "float32"),
    "hand_tuned": hand_tuned,
    "hand_tuned_again": hand_tuned,
    "tutorial_0_workers": lambda device: tutorial(device, 0),
    "tutorial_2_workers": lambda device: tutorial(device, 2),
    "lightning_0_workers": lambda device: lightning(device, 0),
    "lightning_2_workers": lambda device: lightning(device, 2),
}

if __name__ == "__main__":
    CONTENDERS[sys.argv[1]](sys.argv[2])
