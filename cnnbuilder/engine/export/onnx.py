"""The network as ONNX, for batches of any size, with class names and preparation inside; checked with onnxruntime."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import torch
from torch import Tensor, nn

from cnnbuilder.engine.export.comparing import (
    a_few_images,
    agrees,
    largest_difference,
    logits_in_program,
    normalised,
    unit_values,
)
from cnnbuilder.engine.export.description import described
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.pooling import translatable
from cnnbuilder.engine.export.portable import BATCH, exported
from cnnbuilder.engine.export.silence_output import deepest_reason, silence_output
from cnnbuilder.engine.export.weights import Weighted
from cnnbuilder.network.code import source
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, bytes_text

OPSET = 20
"""The first with GELU and the padding modes as operators of their own; onnxruntime reads it since 1.17 (2024)."""
INPUT, OUTPUT = "images", "logits"
_LARGEST = 2**31 - 1
"""Bytes that one file of ONNX can hold: a limit of protobuf."""


class Normalised(nn.Module):
    """A network that normalises its images itself: N×C×H×W from 0 to 1."""

    mean: Tensor
    std: Tensor

    def __init__(self, weighted: Weighted) -> None:
        super().__init__()
        self.net = translatable(weighted.net)
        for name in ("mean", "std"):
            values = torch.tensor(getattr(weighted.preparation, name), dtype=torch.float32)
            self.register_buffer(name, values.view(1, -1, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        """The logits."""
        logits: Tensor = self.net((images - self.mean) / self.std)
        return logits


def require_onnx() -> None:
    """Raises `ExportProblem` where the packages that write ONNX are not installed."""
    if not (_is_here("onnx") and _is_here("onnxscript")):
        raise ExportProblem(
            _('Writing ONNX needs two more packages: pip install "cnnbuilder[onnx]" brings them.')
        )


def runtime_is_here() -> bool:
    """Whether onnxruntime can check what was written."""
    return _is_here("onnxruntime")


def _is_here(package: str) -> bool:
    """Whether a package is installed and loads: half an installation is none."""
    try:
        import_module(package)
    except ImportError:
        return False
    return True


def onnx_file(network: Network, weighted: Weighted, normalise: bool) -> tuple[bytes, str]:
    """The file, and one sentence on how it was checked.

    Raises `ExportProblem`, also where onnxruntime computes something else.
    """
    content = onnx_bytes(network, weighted, normalise)
    if not runtime_is_here():
        return content, _("Not checked: onnxruntime is not installed.")
    images = a_few_images(weighted.preparation)
    values = unit_values(images) if normalise else normalised(images, weighted.preparation)
    expected = logits_in_program(weighted.net, weighted.preparation, images)
    found = largest_difference(onnx_logits(content, values), expected)
    said = f"{found:.1g}"
    if not agrees(found, expected):
        raise ExportProblem(
            _("ONNX would not compute the same here: its logits differ by up to {difference}.").format(
                difference=said
            )
        )
    return content, _("Checked with onnxruntime: the largest difference is {difference}.").format(
        difference=said
    )


def onnx_bytes(network: Network, weighted: Weighted, normalise: bool) -> bytes:
    """The network as ONNX. Raises `ExportProblem`."""
    require_onnx()
    net = Normalised(weighted) if normalise else translatable(weighted.net)
    program = exported(weighted.preparation, net.eval())
    try:
        with silence_output():
            made = torch.onnx.export(
                program,
                dynamo=True,
                dynamic_shapes=(BATCH,),
                opset_version=OPSET,
                input_names=[INPUT],
                output_names=[OUTPUT],
                verbose=False,
            )
        assert made is not None
        for node in made.model.graph:
            node.metadata_props.clear()  # the exporter's own notes
        made.model.metadata_props.update(
            described(weighted.preparation, source(network).text, normalised_inside=normalise)
        )
        model = made.model_proto
    except Exception as error:
        raise ExportProblem(
            _("PyTorch cannot write this network as ONNX ({what}).").format(what=deepest_reason(error))
        ) from error
    size = model.ByteSize()
    if size > _LARGEST:
        raise ExportProblem(
            _(
                "A file of ONNX holds 2 GB at most; this network takes {size}: export .pt2 or .safetensors."
            ).format(size=bytes_text(size))
        )
    _require_strict(model)
    content: bytes = model.SerializeToString()
    return content


def _require_strict(model: Any) -> None:
    """Raises `ExportProblem` where a program that takes ONNX at its word would find other sizes than are written."""
    from onnx import checker, shape_inference

    try:
        checker.check_model(model, full_check=True)
        shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except (checker.ValidationError, shape_inference.InferenceError) as error:
        raise ExportProblem(
            _("ONNX's own check refuses what PyTorch wrote ({what}).").format(what=deepest_reason(error))
        ) from error


def onnx_logits(content: bytes, images: Tensor) -> Tensor:
    """What onnxruntime computes on the CPU."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return torch.from_numpy(session.run([OUTPUT], {INPUT: images.numpy()})[0])
