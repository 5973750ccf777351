"""Check export: every form of the network, read back as others will read it, beside the network in the program."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

import torch
from safetensors.torch import load
from torch import Tensor

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.engine.export import comparing, portable
from cnnbuilder.engine.export.export_path import ExportProblem
from cnnbuilder.engine.export.onnx import onnx_bytes, onnx_logits, require_onnx, runtime_is_here
from cnnbuilder.engine.export.silence_output import silence_output
from cnnbuilder.engine.export.weights import Weighted
from cnnbuilder.engine.messages import CheckedForm
from cnnbuilder.engine.module import build_without_weights
from cnnbuilder.network.code import CannotGenerateError, Style, source
from cnnbuilder.network.project import Network
from cnnbuilder.text import _, number

Found = tuple[bool | None, Tensor]
"""Whether the weights have the names and shapes that the form promises (None: it has no names), and its logits."""


class Check:
    """One network with its weights, and the logits that every form has to give."""

    def __init__(self, network: Network, weighted: Weighted) -> None:
        self._network = network
        self._weighted = weighted
        preparation = weighted.preparation
        real = comparing.real_images(preparation)
        images = comparing.random_images(preparation) if real is None else real
        self._values = comparing.normalised(images, preparation)
        self._expected = comparing.logits_in_program(weighted.net, preparation, images)
        info = resolve_or_none(preparation.data)
        title = info.title if info is not None else preparation.dataset
        kind = _("random images") if real is None else _("images of {data}").format(data=title)
        self.remark = _("Compared on {count} {kind}.").format(count=number(len(images)), kind=kind)

    def forms(self) -> tuple[CheckedForm, ...]:
        """Each form in turn; one that cannot be made says why and stops no other."""
        forms = {
            "model.py": self._model,
            _("sequential style"): self._sequential,
            ".safetensors": self._safetensors,
            ".pt2": self._pt2,
            ".onnx": self._onnx,
        }
        if not self._is_chain():
            del forms[_("sequential style")]
        return tuple(self._compared(form, read_back) for form, read_back in forms.items())

    def _is_chain(self) -> bool:
        try:
            source(self._network, "sequential")
        except CannotGenerateError:
            return False
        return True

    def _compared(self, form: str, read_back: Callable[[], Found]) -> CheckedForm:
        try:
            keys_equal, logits = read_back()
        except ExportProblem as why:
            return CheckedForm(form, None, None, False, str(why))
        difference = comparing.largest_difference(logits, self._expected)
        agrees = keys_equal is not False and comparing.agrees(difference, self._expected)
        return CheckedForm(form, keys_equal, difference, agrees, _sentence(keys_equal, difference, agrees))

    def _model(self) -> Found:
        return self._loaded(self._weighted.net.state_dict(), "module")

    def _sequential(self) -> Found:
        weights = portable.weights_by_name(self._network, self._weighted.net, "sequential")
        return self._loaded(weights, "sequential")

    def _safetensors(self) -> Found:
        return self._loaded(load(portable.safetensors(self._network, self._weighted)), "module")

    def _loaded(self, weights: Mapping[str, Tensor], style: Style) -> Found:
        """A network made anew from the source of that style, with these weights."""
        net = build_without_weights(self._network, style).eval()
        keys_equal = _shapes(net.state_dict()) == _shapes(weights)
        if not keys_equal:
            return False, torch.empty(0)
        net.load_state_dict(weights, assign=True)
        return True, comparing.logits_of(net, self._values)

    def _pt2(self) -> Found:
        content = io.BytesIO(portable.pt2(self._network, self._weighted))
        with silence_output():
            program = torch.export.load(content)
        keys_equal = _shapes(program.state_dict) == _shapes(self._weighted.net.state_dict())
        return keys_equal, comparing.logits_of(program.module(), self._values)

    def _onnx(self) -> Found:
        require_onnx()
        if not runtime_is_here():
            raise ExportProblem(_("Not compared: onnxruntime is not installed."))
        content = onnx_bytes(self._network, self._weighted, normalise=False)
        return None, onnx_logits(content, self._values)


def _shapes(weights: Mapping[str, Tensor]) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in weights.items()}


def _sentence(keys_equal: bool | None, difference: float, agrees: bool) -> str:
    if keys_equal is False:
        return _("Its weights have other names or shapes than the network's.")
    if not agrees:
        return _("Its logits differ from the network's by up to {difference}.").format(
            difference=f"{difference:.2g}"
        )
    largest = f"{difference:.1g}"
    if keys_equal is None:
        return _("The same logits; the largest difference is {difference}.").format(difference=largest)
    return _(
        "The same names and shapes of weights and the same logits; the largest difference is {difference}."
    ).format(difference=largest)
