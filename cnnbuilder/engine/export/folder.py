"""Export > Folder: model.py, its weights, the names of its classes, and a script that classifies pictures."""

from __future__ import annotations

from cnnbuilder.engine.data.fit_rules import unfit
from cnnbuilder.engine.export.export_path import LABELS, MODEL, PREDICT, WEIGHTS, ExportProblem
from cnnbuilder.engine.export.portable import safetensors
from cnnbuilder.engine.export.predicting import predict_script
from cnnbuilder.engine.export.weights import Weighted
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import gives_shares, outputs
from cnnbuilder.network.code import Style, source
from cnnbuilder.network.project import Network
from cnnbuilder.text import _


def files(network: Network, weighted: Weighted, style: Style) -> dict[str, bytes]:
    """The content of each file by its name.

    Raises `CannotGenerateError`, and `ExportProblem` where the network names no classes of pictures.
    """
    if outputs(analyse(network)) is None:
        raise ExportProblem(
            _(
                "The network is not yet a classifier, so predict.py could name nothing: add Flatten and Linear."
            )
        )
    if sentence := unfit(weighted.preparation.shape):
        raise ExportProblem(sentence)
    labels = "".join(f"{' '.join(name.split())}\n" for name in weighted.preparation.classes)
    return {
        MODEL: source(network, style).text.encode(),
        WEIGHTS: safetensors(network, weighted, style),
        LABELS: labels.encode(),
        PREDICT: predict_script(weighted.preparation, shares=gives_shares(network)).encode(),
    }
