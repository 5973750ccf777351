"""What is about to leave: the project as it is now, whose weights there are, and the sentences on both."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, get_args

from cnnbuilder.blocks.input import Input
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.code import CannotGenerateError, Style, source
from cnnbuilder.network.project import Project
from cnnbuilder.text import _, number
from cnnbuilder.ui.exporting.weight_sources import Offer, offer
from cnnbuilder.ui.session.document import Document

TRACED = ("onnx", "program")
"""Forms whose input and output are fixed in the file."""
SCRIPTS = ("script", "notebook")


class ExportSummary(NamedTuple):
    """A network without problems on its way out."""

    project: Project
    analysis: Analysis
    path: Path | None
    """The project's file."""
    offer: Offer
    training: bool
    """Whether a run is under way."""
    not_sequential: str
    """Why it cannot be written as nn.Sequential; empty where it can."""
    names: dict[str, str]
    """In each style, what the weights of the first layer with some begin with; empty where nothing is learned."""

    def facts(self, form: str) -> str:
        """What else is known of the file: what it takes and gives, how it computes."""
        if form in TRACED:
            first = next(row for row in self.analysis.rows.values() if isinstance(row.block, Input))
            return _("Takes N × {input}, gives N × {output}.").format(
                input=first.output, output=self.analysis.output
            )
        if form in SCRIPTS and self.offer.runs:
            said = _(
                "It computes as {run} did where that was asked for the same precision, else as this computer would."
            )
            return said.format(run=self.offer.runs[0].title)
        if form in SCRIPTS:
            return _("It computes as a training on this computer would.")
        if form == "weights":
            return _("{count} numbers.").format(count=number(self.analysis.params))
        return ""

    def sentence(self, run: Path | None) -> str:
        """Which weights go out."""
        for known in self.offer.runs:
            if known.folder == run:
                return _("What was learned in {run} goes out.").format(run=known.title)
        fresh = _("Fresh weights go out, made from seed {seed}: they have learned nothing yet.").format(
            seed=self.project.training.seed
        )
        if self.offer.runs:
            return fresh
        if self.training:
            why = _("The training is not over yet; its weights can go out once it is.")
        elif self.offer.other:
            why = _("No run has trained the network as it is now; {run} trained another.").format(
                run=self.offer.other
            )
        else:
            why = _("Nothing is trained yet.")
        return f"{why} {fresh}"


def export_summary(document: Document, runs_folder: Path | None, *, training: bool) -> ExportSummary:
    """What leaves if a person exports now."""
    project, analysis = document.project, document.analysis
    network = project.network
    reason, names = "", {}
    for style in get_args(Style):
        try:
            names[style] = next(iter(source(network, style, analysis).prefixes.values()), "")
        except CannotGenerateError as refusal:
            reason = str(refusal)
    return ExportSummary(
        project, analysis, document.path, offer(runs_folder, network), training, reason, names
    )
