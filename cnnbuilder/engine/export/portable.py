"""Weights as safetensors and the network as a .pt2 of torch.export, each with class names and preparation inside."""

from __future__ import annotations

import io

import torch
from safetensors.torch import save
from torch import Tensor, nn
from torch.export import Dim, ExportedProgram

from cnnbuilder.engine.export.description import described
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.silence_output import deepest_reason, silence_output
from cnnbuilder.engine.export.weights import Weighted
from cnnbuilder.engine.runs import Preparation
from cnnbuilder.network.code import Style, source
from cnnbuilder.network.project import Network
from cnnbuilder.text import _

BATCH = {0: Dim("batch")}
"""Which axis of the images may have any length."""


def safetensors(network: Network, weighted: Weighted, style: Style = "module") -> bytes:
    """The weights by the names of the source in that style. Raises `CannotGenerateError`."""
    text = source(network, style).text
    weights = weights_by_name(network, weighted.net, style)
    return save(weights, {"format": "pt", **described(weighted.preparation, text)})


def weights_by_name(network: Network, net: nn.Module, style: Style = "module") -> dict[str, Tensor]:
    """The network's weights by the names that they have in one of the two styles. Raises `CannotGenerateError`."""
    ours, theirs = source(network).prefixes, source(network, style).prefixes
    names = {ours[id_]: prefix for id_, prefix in theirs.items()}
    found = {}
    for name, value in net.state_dict().items():
        layer, _dot, rest = name.partition(".")
        found[f"{names[layer]}.{rest}"] = value.detach().contiguous()
    return found


def pt2(network: Network, weighted: Weighted) -> bytes:
    """The network as torch.export saves it, for batches of any size. Raises `ExportProblem`."""
    program = exported(weighted.preparation, weighted.net)
    file = io.BytesIO()
    with silence_output():
        torch.export.save(program, file, extra_files=described(weighted.preparation, source(network).text))
    return file.getvalue()


def exported(preparation: Preparation, net: nn.Module) -> ExportedProgram:
    """A network as torch.export traces it, for batches of any size. Raises `ExportProblem`."""
    images = torch.zeros((2, *preparation.shape))
    try:
        with silence_output(), torch.no_grad():
            program = torch.export.export(net, (images,), dynamic_shapes=(BATCH,))
    except Exception as error:
        raise ExportProblem(
            _("PyTorch cannot trace this network ({what}).").format(what=deepest_reason(error))
        ) from error
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)  # names folders of this machine
    return program
