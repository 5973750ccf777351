"""Saves a plot of a run: which file, and what is said when it is written or cannot be."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from cnnbuilder.network.file import FileProblemError
from cnnbuilder.text import _
from cnnbuilder.ui.exporting.job import BAR, say_written
from cnnbuilder.ui.plots.series import PlotSeries
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets import settings


def ask_for_file(shown: PlotSeries, project: Path | None, window: QWidget) -> Path | None:
    """Where a plot is to be written; None where the person thinks better of it."""
    last = settings.last_export()[1]
    folder = last or (project.parent if project else Path.home())
    parts = [project.stem if project else _("network"), shown.run, shown.quantity.title]
    name = " ".join(parts).replace(":", "-") + ".png"
    kinds = _("Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf);;Values (*.csv)")
    chosen, kind = QFileDialog.getSaveFileName(window, _("Save the plot"), str(folder / name), kinds)
    if not chosen:
        return None
    out = Path(chosen)
    # A name without an ending is of the kind that was chosen beside it.
    return out if out.suffix else out.with_suffix(kind.partition("*")[2].rstrip(")") or ".png")


def write_plot(shown: PlotSeries, out: Path, session: Session) -> None:
    """Writes it, and says where it is, or why it is nowhere."""
    from cnnbuilder.ui.figures import CannotDrawError
    from cnnbuilder.ui.figures.plots import save_plot

    try:
        save_plot(shown, out)
    except (CannotDrawError, FileProblemError) as problem:
        session.say(BAR, str(problem))
        return
    settings.remember_export(settings.last_export()[0], out.parent)
    say_written(session, out)
