"""What the window and the child process say to each other, and what the training loop yields. Without torch.

Every message is a frozen struct that travels as msgpack. The training events are, as JSON, the lines of
`cnnbuilder train --json`.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from cnnbuilder.engine.data_messages import BatchPreviewed as BatchPreviewed
from cnnbuilder.engine.data_messages import BrowseData as BrowseData
from cnnbuilder.engine.data_messages import BrowseFiles as BrowseFiles
from cnnbuilder.engine.data_messages import BrowseImage as BrowseImage
from cnnbuilder.engine.data_messages import CancelData as CancelData
from cnnbuilder.engine.data_messages import DataBrowsed as DataBrowsed
from cnnbuilder.engine.data_messages import DataDownloaded as DataDownloaded
from cnnbuilder.engine.data_messages import DataInspected as DataInspected
from cnnbuilder.engine.data_messages import DataProgress as DataProgress
from cnnbuilder.engine.data_messages import DownloadData as DownloadData
from cnnbuilder.engine.data_messages import FilePrediction as FilePrediction
from cnnbuilder.engine.data_messages import FilesBrowsed as FilesBrowsed
from cnnbuilder.engine.data_messages import FilesPredicted as FilesPredicted
from cnnbuilder.engine.data_messages import ImageBrowsed as ImageBrowsed
from cnnbuilder.engine.data_messages import InspectData as InspectData
from cnnbuilder.engine.data_messages import PartName as PartName
from cnnbuilder.engine.data_messages import PredictFiles as PredictFiles
from cnnbuilder.engine.data_messages import PreviewBatch as PreviewBatch
from cnnbuilder.engine.message_base import Answer as Answer
from cnnbuilder.engine.message_base import Event as Event
from cnnbuilder.engine.message_base import Request as Request

# --- from the window to the child -----------------------------------------------------------------


class Train(Request, frozen=True):
    """Train this project. The child generates the source itself: no code crosses the pipe."""

    project: str
    """The project file as JSON text."""
    runs_folder: str
    """Where run folders are made (0001, 0002, …)."""
    device: str = "auto"
    limit_images: int | None = None
    """Quick try: only so many training images (and at most as many validation images)."""
    resume: str | None = None
    """A run folder to go on with."""


class Pause(Request, frozen=True):
    """Hold after the step in progress."""


class GoOn(Request, frozen=True):
    """Go on after a pause."""


class Stop(Request, frozen=True):
    """Finish the step in progress, then stop; `keep` writes a checkpoint first, else the run is removed."""

    keep: bool = True


class Predict(Request, frozen=True):
    """Classify one picture with the weights of this very moment, or of a finished run.

    `pixels` are uint8, height × width × channels (1 or 3). `drawn`: from the drawing field, ink light on
    black; grey drawings are cropped, centred and scaled as MNIST's were.
    """

    number: int
    pixels: bytes
    height: int
    width: int
    channels: int
    drawn: bool = False
    run: str | None = None
    untrained: str | None = None
    """A project as JSON text: its network with fresh weights, where there is no run to ask."""


class TestRun(Request, frozen=True):
    """Measure a run on the test part of its data."""

    __test__ = False  # not a test, whatever pytest thinks of the name

    number: int
    run: str


class SampleImage(Request, frozen=True):
    """An image of the project's data, prepared for its Input: without `index` the first one that it learns from
    (for the lane's front face, and cheap), else one of the validation part, counted round and round."""

    number: int
    project: str
    index: int | None = None


class Export(Request, frozen=True):
    """Write the project's network in another form; the answer is `Exported`. Figures and tables need no child."""

    number: int
    project: str
    """The project file as JSON text."""
    out: str
    """Where to: the ending says the form; a path without one is a folder (model.py, weights, labels, predict.py)."""
    runs_folder: str | None = None
    """Where the project's runs lie: weights come from the newest finished run of an equal network, else fresh."""
    run: str | None = None
    """This run's weights instead."""
    model_only: bool = False
    """A .py of the network alone."""
    sequential: bool = False
    """The network as nn.Sequential, and weights with its keys."""
    normalise: bool = False
    """ONNX: the normalisation is part of the graph, which then takes values from 0 to 1."""


class CheckExport(Request, frozen=True):
    """Compare what is exported with what was trained; the answer is `ExportChecked`."""

    number: int
    project: str
    runs_folder: str | None = None
    run: str | None = None


class ReadNetwork(Request, frozen=True):
    """Read a network of torchvision; the answer is `NetworkRead`.

    Weights that lie on this machine become a run in `runs_folder`, so that the network is trained from the start.
    """

    number: int
    name: str
    """As torchvision has it: "resnet50"."""
    runs_folder: str | None = None


AnyRequest = (
    Train
    | Pause
    | GoOn
    | Stop
    | Predict
    | TestRun
    | SampleImage
    | Export
    | CheckExport
    | ReadNetwork
    | BrowseData
    | BrowseImage
    | BrowseFiles
    | PredictFiles
    | PreviewBatch
    | InspectData
    | CancelData
    | DownloadData
)

# --- from the child to the window -----------------------------------------------------------------


class Ready(Event, frozen=True):
    """PyTorch is loaded."""

    device: str
    """What `auto` means here: "cpu", "cuda", "mps", "xpu"."""
    device_name: str
    """For people: "CPU · 2 cores", "NVIDIA H200"."""
    devices: tuple[str, ...]
    memory_bytes: int | None
    bfloat16: bool
    """Whether the device has bfloat16 in hardware."""
    torch_version: str
    threads: int


class Stage(Event, frozen=True):
    """What goes on besides steps: "preparing" (with its fraction 0 to 1), "measuring", "testing"."""

    stage: str
    fraction: float | None = None


class Started(Event, frozen=True):
    """The run begins; sent before the first validation."""

    device: str
    device_name: str
    params: int
    train_images: int
    val_images: int
    classes: tuple[str, ...]
    batch_size: int
    epochs: int
    steps_per_epoch: int
    precision: str
    run: str
    first_epoch: int = 0
    """Epochs that are already done (a resumed run)."""
    forecast_bytes: int | None = None
    """The forecast peak of one training step, in this precision."""
    guess_accuracy: float | None = None
    """Of always saying the most frequent class of the validation part."""
    guess_loss: float | None = None
    """Of saying its classes' shares, in nats."""


class Step(Event, frozen=True):
    """One report of the loss, at most 20 a second: the mean of the steps since the last report.

    `epoch` counts from 1, `step` from 1 over the whole run; `position` is the time in epochs (2.5: half of
    the third is done).
    """

    epoch: int
    step: int
    position: float
    loss: float
    accuracy: float
    learning_rate: float
    images_per_second: float
    memory_bytes: int | None = None
    peak_bytes: int | None = None
    """The measured peak of one of the first steps, beside `Started.forecast_bytes`; None before it is known."""


class Epoch(Event, frozen=True):
    """An epoch ends with its validation. Epoch 0 is the untrained network: its train_loss is null."""

    epoch: int
    train_loss: float | None
    train_accuracy: float | None
    val_loss: float
    val_accuracy: float
    seconds: float
    best: bool


class Paused(Event, frozen=True):
    """The loop holds."""


class Resumed(Event, frozen=True):
    """The loop goes on."""


class Finished(Event, frozen=True):
    """The run ended well, or was stopped and kept. `run` is null when nothing was kept."""

    stopped: bool
    epochs: int
    val_accuracy: float | None
    val_loss: float | None
    best_epoch: int | None
    images_per_second: float | None
    seconds: float
    run: str | None


class Failed(Event, frozen=True):
    """The run, or the request `number`, ended badly: one sentence with advice; Python's account in `details`."""

    reason: str
    details: str = ""
    run: str | None = None
    number: int | None = None


class Predicted(Event, frozen=True):
    """The answer to `Predict`: all classes, likeliest first, and the picture that the network got (C×H×W uint8)."""

    number: int
    classes: tuple[tuple[str, float], ...]
    seen: bytes
    seen_shape: tuple[int, int, int]
    trained: bool


class Tested(Event, frozen=True):
    """The answer to `TestRun`."""

    __test__ = False

    number: int
    run: str
    accuracy: float
    loss: float
    images: int


class Sample(Event, frozen=True):
    """The answer to `SampleImage`: C×H×W uint8 as the network gets it, before normalisation."""

    number: int
    pixels: bytes
    shape: tuple[int, int, int]
    label: str


class Exported(Answer, frozen=True):
    """The answer to `Export`."""

    path: str
    remarks: tuple[str, ...] = ()
    """What a person should know, one sentence each: which weights they are, how exactly they were checked."""


class ExportChecked(Answer, frozen=True):
    """The answer to `CheckExport`: each form that was compared with the trained network."""

    forms: tuple[CheckedForm, ...]
    remarks: tuple[str, ...] = ()


class CheckedForm(Struct, frozen=True):
    """One form of the export beside the network in training."""

    form: str
    """"model.py", "sequential", "ONNX", …"""
    keys_equal: bool | None
    """Whether it has the same names and shapes of weights; None where the form has none to compare."""
    largest_difference: float | None
    """Between its logits and the network's on the same images; None where it could not be run."""
    agrees: bool
    sentence: str
    """What was found, with the numbers, or why it could not be compared."""


class NetworkRead(Answer, frozen=True):
    """The answer to `ReadNetwork`."""

    project: str
    """A project as JSON text."""
    remarks: tuple[str, ...] = ()
    run: str | None = None
    """The run that holds its weights, where they were on this machine."""


class ProcessExited(Event, frozen=True):
    """The child is gone without having been asked to; made by the client, never sent by the child."""

    reason: str


AnyEvent = (
    Ready
    | Stage
    | Started
    | Step
    | Epoch
    | Paused
    | Resumed
    | Finished
    | Failed
    | Predicted
    | Tested
    | Sample
    | Exported
    | ExportChecked
    | NetworkRead
    | DataBrowsed
    | ImageBrowsed
    | FilesBrowsed
    | FilesPredicted
    | BatchPreviewed
    | DataProgress
    | DataInspected
    | DataDownloaded
    | ProcessExited
)
TrainingEvent = Stage | Started | Step | Epoch | Paused | Resumed | Finished | Failed

_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[AnyRequest] = msgspec.msgpack.Decoder(AnyRequest)
_events: msgspec.msgpack.Decoder[list[AnyEvent]] = msgspec.msgpack.Decoder(list[AnyEvent])


def encode_request(request: AnyRequest) -> bytes:
    """One request as msgpack."""
    return _encoder.encode(request)


def decode_request(data: bytes) -> AnyRequest:
    """One request. Raises `msgspec.DecodeError` where the bytes are something else."""
    return _requests.decode(data)


def encode_events(events: list[AnyEvent]) -> bytes:
    """A batch of events as msgpack."""
    return _encoder.encode(events)


def decode_events(data: bytes) -> list[AnyEvent]:
    """A batch of events. Raises `msgspec.DecodeError` where the bytes are something else."""
    return _events.decode(data)
