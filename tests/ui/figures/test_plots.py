"""A plot taken out of the program: what can be read in its file, and where nothing lies over its words."""

from __future__ import annotations

import csv
import io
import math
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer

from cnnbuilder.network.file import FileProblemError
from cnnbuilder.ui.figures import CannotDrawError
from cnnbuilder.ui.figures.plots import PlotFigure, csv_text, save_plot
from cnnbuilder.ui.plots.series import ACCURACY, LOSS, EarlierRun, PlotSeries, plot_series
from cnnbuilder.ui.widgets.theme import LIGHT, theme
from tests.ui.plots.conftest import run
from tests.ui.runs import epoch, step


def shown(*, logarithmic: bool = False) -> PlotSeries:
    earlier = [EarlierRun(run(number=1, end=0.9), 1), EarlierRun(run(number=2, end=0.95), 2)]
    return plot_series(LOSS, run(), earlier, math.log(10), logarithmic=logarithmic)


def texts(svg: Path) -> list[str]:
    return [
        "".join(element.itertext()).strip()
        for element in ElementTree.parse(svg).getroot().iter("{http://www.w3.org/2000/svg}text")
    ]


def test_an_svg_says_what_the_plot_said(tmp_path: Path) -> None:
    save_plot(shown(), tmp_path / "loss.svg")
    written = texts(tmp_path / "loss.svg")
    assert {"Loss", "Run 9", "epochs", "guessing 2.30", "validation 0.013"} <= set(written)
    assert {"0", "1", "2", "3", "4", "5"} <= set(written)
    assert {text.rsplit(" ", 1)[0] for text in written} >= {"Run 1", "Run 2", "training"}
    source = (tmp_path / "loss.svg").read_text(encoding="utf-8")
    assert "<image" not in source
    assert QSvgRenderer(str(tmp_path / "loss.svg")).isValid()


@pytest.mark.parametrize("name", ["plot.png", "plot.pdf", "PLOT.SVG"])
def test_every_kind_of_picture_is_written(name: str, tmp_path: Path) -> None:
    save_plot(shown(logarithmic=True), tmp_path / name)
    assert (tmp_path / name).stat().st_size > 1000


def test_a_png_is_light_with_two_pixels_for_each_whatever_the_window_is(tmp_path: Path) -> None:
    save_plot(shown(), tmp_path / "light.png")
    theme.set_mode("dark")
    theme.set_scale(2.0)
    save_plot(shown(), tmp_path / "dark.png")
    light, dark = (QImage(str(tmp_path / name)) for name in ("light.png", "dark.png"))
    assert light == dark
    assert light.pixelColor(0, 0) == QColor("#FFFFFF")
    figure = PlotFigure(shown())
    assert abs(light.width() - 2 * figure.area.width()) <= 2


def test_nothing_is_cut(tmp_path: Path) -> None:
    save_plot(shown(), tmp_path / "plot.png")
    with Image.open(tmp_path / "plot.png") as image:
        inked = image.convert("L").point(lambda value: 255 - value).getbbox()
        width, height = image.size
    assert inked is not None
    left, top, right, bottom = inked
    assert min(left, top, width - right, height - bottom) >= 2


def test_validation_has_its_colour_and_earlier_runs_theirs(tmp_path: Path) -> None:
    save_plot(shown(), tmp_path / "plot.svg")
    source = (tmp_path / "plot.svg").read_text(encoding="utf-8").upper()
    for color in (LIGHT.validation, LIGHT.runs[1], LIGHT.runs[2]):
        assert color in source


@given(st.lists(st.floats(0.05, 1.0), max_size=10), st.floats(0.05, 1.0))
@settings(max_examples=30, deadline=None)
def test_no_label_lies_over_another_whatever_the_values(ends: list[float], own: float) -> None:
    earlier = [EarlierRun(run(number=number, end=end), number) for number, end in enumerate(ends, 1)]
    figure = PlotFigure(plot_series(ACCURACY, run(end=own), earlier, 0.1))
    boxes = [box for _text, box, _color, _strong in figure._labels]
    assert not [pair for pair in combinations(boxes, 2) if pair[0].overlaps(pair[1])]
    assert all(figure.area.right() >= box.left + box.width for box in boxes)


def test_values_are_exact_and_empty_where_there_are_none(tmp_path: Path) -> None:
    plotted = shown()
    save_plot(plotted, tmp_path / "values.csv")
    rows = list(csv.reader((tmp_path / "values.csv").read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["epoch", "training", "training, smoothed", "validation", "Run 1", "Run 2"]
    for one, column in zip(plotted.series, range(1, 6), strict=True):
        found = [(float(row[0]), float(row[column])) for row in rows[1:] if row[column]]
        assert found == list(zip(one.epochs, one.values, strict=True))


def test_no_number_is_written_as_such() -> None:
    record = run(done=1, over=False)
    record.add([step(1.5, loss=math.nan), epoch(2, val_loss=math.inf)])
    values = list(csv.reader(io.StringIO(csv_text(plot_series(LOSS, record)))))
    assert values[-2][1] == "nan"
    assert values[-1][3] == "inf"


def test_odd_runs_are_drawn_too(tmp_path: Path) -> None:
    broken = run(done=1, over=False)
    broken.add([step(1.5, loss=math.nan), step(1.6, loss=0.0), epoch(2, val_loss=0.0, val_accuracy=1.0)])
    for record in (run(done=0), run(epochs=1), broken, run(epochs=300)):
        for quantity in (LOSS, ACCURACY):
            save_plot(plot_series(quantity, record, logarithmic=True), tmp_path / "odd.svg")


def test_another_ending_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        CannotDrawError, match=r"saved as \.svg, \.png, \.pdf, \.csv, and plot\.gif ends otherwise"
    ):
        save_plot(shown(), tmp_path / "plot.gif")
    with pytest.raises(FileProblemError):
        save_plot(shown(), tmp_path / "gone" / "plot.svg")
