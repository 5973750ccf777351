"""pyqtgraph comes in the background: a plot waits with its frame, and fills itself."""

from __future__ import annotations

from typing import Any

import pytest

from cnnbuilder.ui.plots import loading, plot
from cnnbuilder.ui.plots.curves import Curves
from cnnbuilder.ui.plots.loading import PlotLibrary


@pytest.fixture
def empty_library(monkeypatch: pytest.MonkeyPatch, qapp: Any) -> PlotLibrary:
    """A library that nothing has loaded yet."""
    library = PlotLibrary()
    monkeypatch.setattr(plot, "library", library)
    return library


def shown(qtbot: Any) -> Curves:
    curves = Curves()
    qtbot.addWidget(curves)
    curves.resize(700, 300)
    curves.show()
    qtbot.waitExposed(curves)
    return curves


def test_a_plot_shows_its_frame_until_it_can_draw_and_nothing_moves_then(
    empty_library: PlotLibrary, home: object, qtbot: Any
) -> None:
    curves = shown(qtbot)
    assert [one.view for one in curves.plots] == [None, None]
    titles = [one.title.geometry() for one in curves.plots]
    frames = [one._frame_area() for one in curves.plots]
    curves.grab()
    with qtbot.waitSignal(empty_library.loaded):
        empty_library.load()
    qtbot.waitUntil(lambda: all(one.view is not None for one in curves.plots), timeout=1000)
    curves.grab()
    for one, title, frame in zip(curves.plots, titles, frames, strict=True):
        assert one.view is not None
        assert one.title.geometry() == title
        assert one.view.axes.area.translated(one.view.pos()) == frame


def test_it_is_loaded_once_however_often_it_is_asked_for(empty_library: PlotLibrary, qtbot: Any) -> None:
    loads = []
    empty_library.loaded.connect(lambda: loads.append(1))
    with qtbot.waitSignal(empty_library.loaded):
        for _window in range(3):
            empty_library.load()
    empty_library.load()
    assert empty_library.ready
    assert loads == [1]


def test_without_pyqtgraph_the_frame_says_why(
    empty_library: PlotLibrary, monkeypatch: pytest.MonkeyPatch, home: object, qtbot: Any
) -> None:
    monkeypatch.setattr(loading, "DRAWING", "pyqtgraph.gone")
    curves = shown(qtbot)
    with qtbot.waitSignal(empty_library.loaded):
        empty_library.load()
    assert not empty_library.ready
    assert "pyqtgraph.gone" in empty_library.failure
    curves.grab()
    assert [one.view for one in curves.plots] == [None, None]
