"""What the child does with each request. Imports torch; loaded by `child` in the child process only."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from cnnbuilder.engine import browse, browse_own, runs
from cnnbuilder.engine.batches import Normalise
from cnnbuilder.engine.channel import Inbox, Outbox
from cnnbuilder.engine.control import Control
from cnnbuilder.engine.data import catalogue
from cnnbuilder.engine.data.download import Download, fetch
from cnnbuilder.engine.data.inspection import inspect, resolved
from cnnbuilder.engine.data.own_images import Pace
from cnnbuilder.engine.data.prepare import prepare, sample
from cnnbuilder.engine.data_loading import input_shape
from cnnbuilder.engine.device import all_devices, find_device, keep_freed_memory, release_memory
from cnnbuilder.engine.error_messages import sentence
from cnnbuilder.engine.export import request_handlers
from cnnbuilder.engine.inference import Model, evaluate, load_model, predict
from cnnbuilder.engine.messages import (
    AnyRequest,
    BrowseData,
    BrowseFiles,
    BrowseImage,
    CancelData,
    CheckExport,
    DataDownloaded,
    DataInspected,
    DataProgress,
    DownloadData,
    Export,
    Failed,
    GoOn,
    InspectData,
    NetworkRead,
    Pause,
    Predict,
    Predicted,
    PredictFiles,
    PreviewBatch,
    ReadNetwork,
    Ready,
    Sample,
    SampleImage,
    Stage,
    Step,
    Stop,
    Tested,
    TestRun,
    Train,
)
from cnnbuilder.engine.optimizers import optimizer
from cnnbuilder.engine.predict_files import predict_files
from cnnbuilder.engine.preview import preview
from cnnbuilder.engine.trainable import CannotTrainError
from cnnbuilder.engine.training import train
from cnnbuilder.engine.training_step import forward_backward, in_bfloat16
from cnnbuilder.engine.untrained import untrained
from cnnbuilder.network.file import dumps, loads
from cnnbuilder.network.project import Training
from cnnbuilder.text import _

LONGEST_WAIT = 3600.0
_TOLD_EVERY = 0.1
"""Seconds between two words on a download."""


class _CancelledError(Exception):
    """Nobody waits for the answer any more."""


class RequestHandler:
    """Answers requests, for ever. One training at a time; its small requests are answered between two steps."""

    def __init__(self, inbox: Inbox, outbox: Outbox) -> None:
        self._inbox = inbox
        self._outbox = outbox
        self._control: ChildControl | None = None
        self._cancelled: set[int] = set()
        """Inspections that nobody waits for any more."""
        self._live: Model | None = None
        """The network of the last run of this process, trained or in training."""
        self._fresh: tuple[str, Model] | None = None
        """The network of the project asked for last that has no run yet."""
        self._loaded: tuple[tuple[str, float], Model] | None = None
        """The network of the run folder asked for last, with the file and the age of its weights."""

    def forever(self) -> None:
        """The child's main thread."""
        keep_freed_memory()
        device = find_device()
        self._outbox.send(
            Ready(
                device=device.name,
                device_name=device.title,
                devices=tuple(found.name for found in all_devices()),
                memory_bytes=device.memory_bytes,
                bfloat16=device.bfloat16,
                torch_version=str(torch.__version__),
                threads=torch.get_num_threads(),
            )
        )
        first = self._inbox.next(timeout=0)
        if first is None:
            warm_up()
        else:
            self.answer(first)
        while True:
            request = self._inbox.next(LONGEST_WAIT)
            if request is not None:
                self.answer(request)

    def answer(self, request: AnyRequest) -> None:
        """Does what one request asks; whatever goes wrong is an answer too."""
        try:
            match request:
                case Train():
                    self._train(request)
                case Predict():
                    self._predict(request)
                case PreviewBatch():
                    self._outbox.send(preview(request))
                case PredictFiles():
                    self._outbox.send(predict_files(request, self._of_run(Path(request.run))))
                case TestRun():
                    self._test(request)
                case SampleImage():
                    self._sample(request)
                case Export():
                    self._outbox.send(request_handlers.exported(request))
                case CheckExport():
                    self._outbox.send(request_handlers.checked(request))
                case ReadNetwork():
                    self._read_network(request)
                case BrowseData():
                    self._outbox.send(browse.classes(request))
                case BrowseFiles():
                    self._outbox.send(browse_own.files(request))
                case BrowseImage():
                    self._outbox.send(browse.image(request))
                case InspectData():
                    self._inspect(request)
                case DownloadData():
                    self._download(request)
                case CancelData():
                    self._cancelled.add(request.number)
                case Pause() | GoOn() | Stop():
                    self._steer(request)
        except Exception as error:
            number = getattr(request, "number", None)
            self._outbox.send(Failed(sentence(error), traceback.format_exc(), number=number))

    def between_steps(self) -> None:
        """Answers what has arrived while a training is under way; another training waits for its end."""
        for request in self._inbox.arrived():
            if isinstance(request, Train):
                self._inbox.put_back(request)
            else:
                self.answer(request)

    def _train(self, request: Train) -> None:
        control = self._control = ChildControl(self.between_steps)
        self._live = None
        try:
            project = loads(request.project)
            resume = request.resume is not None
            folder = Path(request.resume) if request.resume else runs.next_folder(Path(request.runs_folder))
            events = train(
                project,
                folder,
                device=request.device,
                resume=resume,
                limit_images=request.limit_images,
                control=control,
            )
            for event in events:
                if control.model is not None:
                    trained = (
                        isinstance(event, Step) or resume or (self._live is not None and self._live.trained)
                    )
                    self._live = control.model._replace(trained=trained)
                self._outbox.send(event)
            runs.remove_if_empty(folder)
        finally:
            self._control = None
        release_memory()

    def _steer(self, request: Pause | GoOn | Stop) -> None:
        control = self._control
        if control is None:
            return  # the run ended on its own meanwhile
        match request:
            case Pause():
                control.pause()
            case GoOn():
                control.go_on()
            case Stop():
                control.stop(request.keep)

    def _predict(self, request: Predict) -> None:
        model = self._model(request)
        pixels = np.frombuffer(request.pixels, np.uint8)
        found = predict(
            model, pixels.reshape(request.height, request.width, request.channels), drawn=request.drawn
        )
        channels, height, width = found.seen.shape
        self._outbox.send(
            Predicted(
                request.number, found.classes, found.seen.tobytes(), (channels, height, width), model.trained
            )
        )

    def _model(self, request: Predict) -> Model:
        if request.run is not None:
            return self._of_run(Path(request.run))
        if request.untrained is not None:
            if self._fresh is None or self._fresh[0] != request.untrained:
                self._fresh = (request.untrained, untrained(loads(request.untrained)))
            return self._fresh[1]
        if self._live is None:
            raise CannotTrainError(_("Nothing is trained yet: press Train first."))
        return self._live

    def _of_run(self, folder: Path) -> Model:
        """A run's network, read once; anew where its weights have changed since."""
        weights = runs.read_run(folder).weights
        key = (str(weights), weights.stat().st_mtime if weights else 0.0)
        if self._loaded is None or self._loaded[0] != key:
            self._loaded = (key, load_model(folder))
        return self._loaded[1]

    def _test(self, request: TestRun) -> None:
        self._outbox.send(Stage("testing", 0.0))
        found = evaluate(
            Path(request.run), on_progress=lambda fraction: self._outbox.send(Stage("testing", fraction))
        )
        self._outbox.send(Tested(request.number, request.run, found.accuracy, found.loss, found.images))

    def _read_network(self, request: ReadNetwork) -> None:
        from cnnbuilder.engine import tracing  # loads torchvision, which no training needs

        found = tracing.read(request.name)
        run = tracing.keep(found, Path(request.runs_folder)) if request.runs_folder else None
        self._outbox.send(
            NetworkRead(request.number, dumps(found.project), found.remarks, str(run) if run else None)
        )

    def _inspect(self, request: InspectData) -> None:
        """Looks through own images; small requests are answered meanwhile, a training or another look waits."""

        def on_pace(pace: Pace) -> None:
            self._answer_meanwhile(request.number)
            self._outbox.send(DataProgress(request.number, pace.done, pace.total, pace.seconds_left))

        try:
            self._outbox.send(DataInspected(request.number, inspect(request.data, on_pace)))
        except _CancelledError:
            self._outbox.send(Failed("", "", number=request.number))
        finally:
            self._cancelled.discard(request.number)

    def _download(self, request: DownloadData) -> None:
        """Fetches a data set; the rest as `_inspect`."""
        began, told, first = time.monotonic(), 0.0, None

        def on_bytes(done: int, total: int) -> None:
            nonlocal told, first
            self._answer_meanwhile(request.number)
            now = time.monotonic()
            first = done if first is None else first  # what was here from an earlier time
            if now - told >= _TOLD_EVERY or done >= total:
                told = now
                left = (total - done) * (now - began) / (done - first) if done > first else None
                self._outbox.send(DataProgress(request.number, done, total, left))

        try:
            info = catalogue.find(request.data)
            if isinstance(info, Download):
                fetch(info, on_bytes)
            self._outbox.send(DataDownloaded(request.number, info.name))
        except _CancelledError:
            self._outbox.send(Failed("", "", number=request.number))
        finally:
            self._cancelled.discard(request.number)

    def _answer_meanwhile(self, number: int) -> None:
        """Answers small requests during a long one; those that are long themselves wait.

        Raises `_CancelledError` where the long one, `number`, was cancelled.
        """
        for arrived in self._inbox.arrived():
            if isinstance(arrived, Train | InspectData | DownloadData):
                self._inbox.put_back(arrived)
            else:
                self.answer(arrived)
        if number in self._cancelled:
            raise _CancelledError

    def _sample(self, request: SampleImage) -> None:
        project = loads(request.project)
        info = resolved(project.data)
        shape = input_shape(project.network)
        if request.index is None:
            image, label = sample(info, shape)
        else:
            part = prepare(info, shape).val
            place = request.index % len(part)
            image, label = part.array[part.rows[place]], info.classes[int(part.labels[place])]
        channels, height, width = image.shape
        self._outbox.send(Sample(request.number, image.tobytes(), (channels, height, width), label))


class ChildControl(Control):
    """Steers a training by what arrives in the child's inbox."""

    def __init__(self, between_steps: Callable[[], None]) -> None:
        super().__init__()
        self._between_steps = between_steps

    def between_steps(self) -> None:
        """Answers what has arrived."""
        self._between_steps()


def warm_up() -> None:
    """One small step in each precision, so that the first real one finds everything loaded (0.3 s, measured)."""
    features = nn.Sequential(nn.Conv2d(1, 8, 3), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(2))
    net = nn.Sequential(features, nn.Flatten(), nn.Linear(8 * 15 * 15, 10))
    device = find_device()
    net.to(device=device.torch, memory_format=torch.channels_last)  # type: ignore[call-overload]
    steps = optimizer(net.parameters(), Training())
    normalise = Normalise((0.5,), (0.5,), device.torch)
    images = torch.zeros((64, 1, 32, 32), dtype=torch.uint8, device=device.torch)
    labels = torch.zeros(64, dtype=torch.int64, device=device.torch)
    for forward in (net, in_bfloat16(net)) if device.bfloat16 else (net,):
        _loss, logits = forward_backward(forward, normalise(images), labels)
        steps.step(0.001)
        logits.argmax(1).eq(labels).sum().item()
