"""What the process does in which a file is executed: it leaves its answer in a folder, and ends with its work."""

from __future__ import annotations

from pathlib import Path

import msgspec
import torch
from safetensors.torch import save_file
from torch import nn

from cnnbuilder.engine.module import build_without_weights
from cnnbuilder.engine.running_messages import ANSWER, WEIGHTS, Answer, Task
from cnnbuilder.engine.tracing.graph import CannotTraceError
from cnnbuilder.engine.tracing.left_out import left_out
from cnnbuilder.engine.tracing.recording import Recorded, record, weights_of
from cnnbuilder.engine.tracing.source_module import chosen, execute, fitting_shape
from cnnbuilder.engine.tracing.weight_file import given_to
from cnnbuilder.network import file
from cnnbuilder.network.code import CannotGenerateError, source
from cnnbuilder.network.data import Data
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number

CLOSE = 1e-3
"""How far logits of two ways to compute the same may lie apart, by the largest of them."""


def answer(task: Task) -> None:
    """Does one task."""
    folder = Path(task.folder)
    try:
        found = _answer(task, folder)
    except CannotTraceError as error:
        found = Answer(refused=str(error))
    (folder / ANSWER).write_bytes(msgspec.json.encode(found))


def _answer(task: Task, folder: Path) -> Answer:
    executed = execute(Path(task.file))
    remarks = [executed.stopped] if executed.stopped else []
    candidate, others = chosen(executed, task.network)
    if others:
        message = _("{call} is read; the file also has {others}: choose with --network.")
        remarks.append(message.format(call=candidate.call, others=", ".join(others)))
    module = _bare(candidate.module).cpu().float().eval()
    if task.weights:
        remarks += given_to(module, Path(task.weights))
    try:
        shape = task.shape or fitting_shape(module)
        recorded = record(module, shape)
    except CannotTraceError:
        raise
    except Exception as error:
        raise CannotTraceError(
            _("{call} does not run on images of {shape}: {kind}: {reason}").format(
                call=candidate.call,
                shape=" × ".join(map(str, task.shape or ())) or _("any usual size"),
                kind=type(error).__name__,
                reason=str(error)[:200],
            )
        ) from None
    remarks += _remarks(module, recorded)
    network = recorded.traced.network
    try:
        written = source(network, "module", recorded.traced.analysis)
    except CannotGenerateError as error:
        raise CannotTraceError(str(error)) from None
    weights = weights_of(module, recorded.traced, written.prefixes)
    ours = build_without_weights(network).eval()
    ours.load_state_dict(weights, strict=True, assign=True)
    difference, largest = _compared(module, ours, shape)
    if not difference <= CLOSE * max(1.0, largest):
        raise CannotTraceError(
            _("What was read computes something else: its logits differ by {difference:.3g}.").format(
                difference=difference
            )
        )
    save_file({name: value.detach().contiguous() for name, value in weights.items()}, folder / WEIGHTS)
    return Answer(
        project=file.dumps(Project(network, Data(None))),
        remarks=tuple(remarks),
        difference=difference,
        params=recorded.traced.analysis.params,
        classes=recorded.traced.analysis.output.sizes[0] if recorded.traced.analysis.output else 0,
    )


def _bare(module: nn.Module) -> nn.Module:
    """Without what spreads it over several devices."""
    inner = getattr(module, "module", None)
    return inner if isinstance(module, nn.DataParallel) and isinstance(inner, nn.Module) else module


def _remarks(module: nn.Module, recorded: Recorded) -> list[str]:
    found = []
    if recorded.several:
        found.append(_("forward gives several values; the first is read."))
    for part in left_out(module, set(recorded.traced.paths.values())):
        message = _("left out: {path}, {params} parameters, which evaluation does not use")
        found.append(message.format(path=part.path, params=number(part.params)))
    return found


def _compared(module: nn.Module, ours: nn.Module, shape: tuple[int, ...]) -> tuple[float, float]:
    """The largest difference of the logits, and the largest of them."""
    torch.manual_seed(0)
    images = torch.rand(3, *shape)
    with torch.no_grad():
        theirs, found = module(images), ours(images)
    while not isinstance(theirs, torch.Tensor):
        theirs = next(iter(theirs.values() if isinstance(theirs, dict) else theirs))
    if theirs.shape != found.shape:
        return float("inf"), 0.0
    return (theirs - found).abs().max().item(), theirs.abs().max().item()
