"""Both plots of a run, used as a person uses them."""

from __future__ import annotations

import math
from itertools import combinations
from typing import Any

import numpy as np
import pyqtgraph as pg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnbuilder.engine.messages import Step
from cnnbuilder.ui.plots.curve_view import CurveView
from cnnbuilder.ui.plots.curves import Curves
from cnnbuilder.ui.plots.plot import Plot
from cnnbuilder.ui.plots.series import PlotSeries
from cnnbuilder.ui.plots.style import run_color
from cnnbuilder.ui.plots.value_table import ValueTable
from cnnbuilder.ui.widgets import settings as kept
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.plots.conftest import run
from tests.ui.runs import epoch, step


def view(plot: Plot) -> CurveView:
    assert plot.view is not None
    return plot.view


def words(plot: Plot) -> list[str]:
    return [word.text for word in view(plot).words]


def pixel(plot: Plot, across: float, down: float) -> QPoint:
    """A point of the view, by shares of the axes' area."""
    area = view(plot).axes.area
    return QPointF(area.left() + across * area.width(), area.top() + down * area.height()).toPoint()


def drag(plot: Plot, start: QPoint, end: QPoint, *, shift: bool = False) -> None:
    viewport = view(plot).viewport()
    modifier = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, modifier, start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(viewport, start + (end - start) * part)
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, modifier, end)


def inks(image: QImage, color: str) -> int:
    """How many pixels of a picture have this colour, or nearly so where a line's edge is smooth."""
    picture = image.convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(-1, 4)[:, 2::-1].astype(int)
    wanted = [int(color[place : place + 2], 16) for place in (1, 3, 5)]
    return int(np.count_nonzero(np.abs(pixels - wanted).max(axis=1) < 24))


# --- what is drawn --------------------------------------------------------------------------------


def test_validation_is_drawn_in_its_colour_and_training_in_ink(curves: Curves) -> None:
    theme.set_mode("light")
    for plot in curves.plots:
        image = view(plot).image()
        assert inks(image, theme.tokens.validation) > 100
        assert inks(image, theme.tokens.ink) > 20
        assert inks(image, theme.tokens.validation) > inks(image, theme.tokens.activation)


def test_the_view_draws_the_values_of_the_run(curves: Curves) -> None:
    record = curves.record
    assert record is not None
    positions, places = view(curves.loss)._validation.getData()
    assert list(positions) == [0, 1, 2, 3, 4, 5]
    assert list(places) == pytest.approx([found.val_loss for found in record.epochs])
    assert positions.dtype == np.float64
    positions, places = view(curves.accuracy)._smooth.getData()
    assert list(positions) == [report.position for report in record.reports]
    assert list(places) == pytest.approx(
        [-math.log10(1 - report.smooth_accuracy) for report in record.reports]
    )


def test_a_report_moves_the_curve_and_makes_no_new_item(curves: Curves, qtbot: Any) -> None:
    record = run(done=2)
    curves.show_run(record, ())
    items = set(map(id, view(curves.loss).scene().items()))
    record.add([step(2.5, loss=0.01)])
    curves.refresh()
    qtbot.waitUntil(lambda: view(curves.accuracy)._smooth.getData()[0][-1] == 2.5)
    assert view(curves.loss)._smooth.getData()[0][-1] == 2.5
    assert set(map(id, view(curves.loss).scene().items())) == items


def test_the_last_values_stand_at_the_ends_and_earlier_runs_carry_their_names(curves: Curves) -> None:
    record = curves.record
    assert record is not None
    found = words(curves.accuracy)
    assert {"97.7 %", "Run 1", "Run 2", "guessing 10 %"} <= set(found)
    assert found[0] == "97.7 %"
    big = [word for word in view(curves.accuracy).words if word.big]
    assert [word.text for word in big] == ["97.7 %"]
    assert big[0].color == theme.color("validation")


def test_the_best_epoch_is_marked_where_it_is_not_the_last(curves: Curves) -> None:
    assert "best" not in words(curves.loss)
    record = run(epochs=8, done=3, over=False)
    record.add([epoch(number, val_loss=0.5 + number / 10, best=False) for number in range(4, 9)])
    curves.show_run(record, ())
    positions, _places = view(curves.loss)._best.getData()
    assert set(positions) == {3.0}
    assert "best" in words(curves.loss)


def test_a_dotted_line_says_how_far_a_run_is_and_goes_at_its_end(curves: Curves) -> None:
    assert len(view(curves.loss)._now_line.getData()[0]) == 0
    curves.show_run(run(done=2), ())
    assert list(view(curves.loss)._now_line.getData()[0]) == [2.0, 2.0]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_pen_follows_the_theme(curves: Curves, mode: str) -> None:
    for other in ("light", "dark", mode):
        theme.set_mode(other)
    image = view(curves.loss).image()
    assert image.pixelColor(1, 1).name().upper() == theme.tokens.window
    assert inks(image, theme.tokens.validation) > 100
    assert inks(image, theme.tokens.runs[1]) + inks(image, theme.tokens.runs[2]) > 10


def test_text_grows_and_ticks_are_never_cut(curves: Curves) -> None:
    for scale in (1.0, 1.5, 2.0):
        theme.set_scale(scale)
        QApplication.processEvents()
        for plot in curves.plots:
            curves_view = view(plot)
            for axis in (curves_view.axes._left, curves_view.axes._bottom):
                image = QImage(10, 10, QImage.Format.Format_RGB32)
                painter = QPainter(image)
                _axis, _ticks, texts = axis.generateDrawSpecs(painter)
                painter.end()
                assert [text for _rect, _flags, text in texts] == [text for _at, text in axis._tickLevels[0]]
                for rect, _flags, text in texts:
                    inside = axis.mapRectToScene(rect)
                    assert curves_view.rect().toRectF().contains(inside), (scale, plot.title.text(), text)


def words_overlap(plot: Plot) -> list[tuple[str, str]]:
    return [
        (one.text, other.text)
        for one, other in combinations(view(plot).words, 2)
        if one.area.adjusted(0.01, 0.01, -0.01, -0.01).intersects(other.area)
    ]


@given(
    st.lists(st.floats(0.05, 1.0), min_size=0, max_size=8),
    st.floats(0.05, 1.0),
    st.sampled_from([(700, 300), (300, 420), (300, 200), (1100, 420), (700, 120)]),
    st.integers(1, 5),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_word_lies_over_another_whatever_the_values(
    curves: Curves, ends: list[float], own: float, size: tuple[int, int], done: int
) -> None:
    curves.resize(*size)
    earlier = tuple(run(end=end, number=number) for number, end in enumerate(ends, 1))
    curves.show_run(run(done=done, end=own), earlier)
    for plot in curves.plots:
        if plot.isVisible():
            assert words_overlap(plot) == []
            room = view(plot).rect().toRectF()
            assert all(room.contains(word.area) for word in view(plot).words)


@pytest.mark.filterwarnings("error")
def test_odd_runs_are_drawn_without_a_warning(curves: Curves) -> None:
    nothing = run(done=3, over=False)
    nothing.add([step(3.5, loss=math.nan), step(3.6, loss=math.inf), epoch(4, val_loss=math.nan)])
    zero = run(done=1, over=False)
    zero.add([step(1.5, loss=0.0), epoch(2, val_loss=0.0, val_accuracy=1.0)])
    for record in (None, run(done=0), run(epochs=1), nothing, zero, run(epochs=300)):
        for logarithmic in (False, True):
            curves.show_run(record, ())
            curves.log.setChecked(logarithmic)
            curves.grab()


def test_a_run_of_many_classes_guesses_seldom(curves: Curves) -> None:
    record = run(done=1)
    record.started = replace(record.started, classes=tuple(map(str, range(100))))
    curves.show_run(record, ())
    assert "guessing 1 %" in words(curves.accuracy)
    assert "guessing 4.61" in words(curves.loss)


# --- logarithm ------------------------------------------------------------------------------------


def test_log_acts_on_the_loss_alone_and_is_remembered(curves: Curves, qtbot: Any) -> None:
    assert not curves.logarithmic
    accuracy = view(curves.accuracy).axes.scale
    curves.log.show()
    qtbot.mouseClick(curves.log, Qt.MouseButton.LeftButton)
    assert view(curves.loss).axes.scale.goal == 0
    assert view(curves.accuracy).axes.scale == accuracy
    assert kept.logarithmic_loss()
    again = Curves()
    qtbot.addWidget(again)
    assert again.logarithmic


def test_on_a_logarithmic_axis_zero_is_left_out(curves: Curves) -> None:
    record = run(done=1, over=False)
    record.add([Step(2, 500, 1.5, 0.0, 0.9, 0.004, 1.0)])
    curves.show_run(record, ())
    curves.log.setChecked(True)
    _positions, places = view(curves.loss)._raw.getData()
    assert np.isnan(places[-1])
    assert np.isfinite(places[:-1]).all()


# --- pointing -------------------------------------------------------------------------------------


def test_the_crosshair_reads_both_plots_at_once(curves: Curves, qtbot: Any) -> None:
    with qtbot.waitSignal(curves.loss.pointed) as pointed:
        qtbot.mouseMove(view(curves.loss).viewport(), pixel(curves.loss, 0.6, 0.5))
    assert pointed.args[0] == pytest.approx(3.0, abs=0.05)
    for plot in curves.plots:
        assert view(plot)._pointed == pytest.approx(3.0, abs=0.05)
        names = [reading.name for reading in view(plot).readings(3.0)]
        assert names == ["training", "validation", "Run 1", "Run 2"]
        plot.grab()


def test_a_click_pins_the_crosshair_and_a_second_lets_it_go(curves: Curves, qtbot: Any) -> None:
    viewport = view(curves.loss).viewport()
    there = pixel(curves.loss, 0.4, 0.5)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=there)
    curves.loss.pointed.emit(None)  # the mouse has left
    assert view(curves.accuracy)._pointed == pytest.approx(2.0, abs=0.05)
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=there)
    assert view(curves.accuracy)._pointed is None


def test_arrows_move_the_crosshair_and_say_the_values(curves: Curves, qtbot: Any) -> None:
    curves.loss.setFocus()
    qtbot.keyClick(curves.loss, Qt.Key.Key_Left)
    qtbot.keyClick(curves.loss, Qt.Key.Key_Left)
    assert view(curves.accuracy)._pointed == 3.0
    assert curves.loss.accessibleDescription().startswith("epoch 3, training ")
    qtbot.keyClick(curves.loss, Qt.Key.Key_Right)
    assert view(curves.accuracy)._pointed == 4.0
    qtbot.keyClick(curves.loss, Qt.Key.Key_Escape)
    assert view(curves.accuracy)._pointed is None


def test_in_a_small_plot_the_values_take_the_titles_place_and_fit(curves: Curves) -> None:
    curves.resize(300, 420)
    QApplication.processEvents()
    curves.accuracy.point_at(4.0)
    title = curves.accuracy.title
    assert "97." in title.text()
    assert title.sizeHint().width() <= title.width()
    curves.accuracy.point_at(None)
    assert title.text() == "Accuracy"


# --- zooming --------------------------------------------------------------------------------------


def test_a_box_zooms_both_plots_to_its_epochs_and_a_button_shows_all_again(
    curves: Curves, qtbot: Any
) -> None:
    assert not curves.loss.all_button.isVisible()
    drag(curves.loss, pixel(curves.loss, 0.2, 0.1), pixel(curves.loss, 0.6, 0.9))
    for plot in curves.plots:
        assert view(plot).epochs_shown == pytest.approx((1.0, 3.0), abs=0.05)
        assert plot.all_button.isVisible()
    qtbot.mouseClick(curves.accuracy.all_button, Qt.MouseButton.LeftButton)
    assert not any(view(plot).zoomed for plot in curves.plots)
    assert not curves.loss.all_button.isVisible()


def test_shift_and_a_drag_move_what_is_shown(curves: Curves) -> None:
    drag(curves.loss, pixel(curves.loss, 0.2, 0.1), pixel(curves.loss, 0.6, 0.9))
    drag(curves.loss, pixel(curves.loss, 0.9, 0.5), pixel(curves.loss, 0.4, 0.5), shift=True)
    assert view(curves.loss).epochs_shown == pytest.approx((2.0, 4.0), abs=0.05)
    # No further than there are curves.
    drag(curves.loss, pixel(curves.loss, 0.9, 0.5), pixel(curves.loss, 0.0, 0.5), shift=True)
    drag(curves.loss, pixel(curves.loss, 0.9, 0.5), pixel(curves.loss, 0.0, 0.5), shift=True)
    assert view(curves.loss).epochs_shown == pytest.approx((3.0, 5.0), abs=0.05)


def test_keys_zoom_in_and_out(curves: Curves, qtbot: Any) -> None:
    qtbot.keyClick(curves.loss, Qt.Key.Key_Plus)
    assert view(curves.loss).zoomed
    shown = view(curves.loss).epochs_shown
    qtbot.keyClick(curves.loss, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view(curves.loss).epochs_shown[0] > shown[0]
    qtbot.keyClick(curves.loss, Qt.Key.Key_Minus)
    qtbot.keyClick(curves.loss, Qt.Key.Key_Minus)
    assert not view(curves.loss).zoomed
    qtbot.keyClick(curves.loss, Qt.Key.Key_Plus)
    qtbot.keyClick(curves.loss, Qt.Key.Key_Home)
    assert not view(curves.loss).zoomed


def wheel(plot: Plot, turned: int) -> bool:
    """Turns the wheel over the middle of a plot; whether the plot has used it."""
    viewport = view(plot).viewport()
    at = QPointF(pixel(plot, 0.5, 0.5))
    event = QWheelEvent(
        at, QPointF(viewport.mapToGlobal(at)), QPoint(), QPoint(0, turned), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(viewport, event)
    return event.isAccepted()


def test_the_wheel_zooms_and_leaves_the_page_to_scroll_where_there_is_nothing_to_zoom(curves: Curves) -> None:
    assert not wheel(curves.loss, -120)
    assert wheel(curves.loss, 120)
    assert view(curves.loss).epochs_shown == pytest.approx((0.41, 4.59), abs=0.05)
    assert wheel(curves.loss, -120)
    assert not view(curves.loss).zoomed


def test_a_run_goes_on_behind_a_part_that_was_zoomed_into(curves: Curves, qtbot: Any) -> None:
    record = run(done=2)
    curves.show_run(record, ())
    drag(curves.loss, pixel(curves.loss, 0.2, 0.1), pixel(curves.loss, 0.6, 0.9))
    shown = view(curves.loss).epochs_shown
    record.add([step(2.5, loss=0.01), epoch(3)])
    curves.refresh()
    assert view(curves.loss).epochs_shown == shown


# --- one plot, menus, values ----------------------------------------------------------------------


def test_a_double_click_or_its_button_enlarges_a_plot_and_escape_shows_both(
    curves: Curves, qtbot: Any
) -> None:
    viewport = view(curves.loss).viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=pixel(curves.loss, 0.5, 0.5))
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=pixel(curves.loss, 0.5, 0.5))
    assert (curves.loss.isVisible(), curves.accuracy.isVisible()) == (True, False)
    assert view(curves.loss)._pointed is None
    assert curves.loss.enlarge_button.toolTip() == "Both plots"
    qtbot.keyClick(curves.loss, Qt.Key.Key_Escape)
    assert curves.accuracy.isVisible()
    qtbot.mouseClick(curves.accuracy.enlarge_button, Qt.MouseButton.LeftButton)
    assert (curves.loss.isVisible(), curves.accuracy.isVisible()) == (False, True)


def choose(plot: Plot, text: str) -> None:
    (action,) = [action for action in plot.menu.actions() if action.text() == text]
    assert action.isEnabled()
    action.trigger()


@pytest.fixture
def opened(curves: Curves, monkeypatch: pytest.MonkeyPatch) -> list[QPoint]:
    """Where the loss' menu was opened; without a screen no menu can take the keyboard."""
    places: list[QPoint] = []
    monkeypatch.setattr(curves.loss.menu, "popup", places.append)
    return places


def test_the_menu_offers_what_gestures_do(curves: Curves, opened: list[QPoint], qtbot: Any) -> None:
    qtbot.mouseClick(curves.loss.more_button, Qt.MouseButton.LeftButton)
    assert len(opened) == 1
    there = view(curves.loss).mapToGlobal(pixel(curves.loss, 0.5, 0.5))
    QApplication.sendEvent(
        view(curves.loss).viewport(),
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, pixel(curves.loss, 0.5, 0.5), there),
    )
    assert opened[1] == there
    texts = [action.text() for action in curves.loss.menu.actions() if action.text()]
    assert texts == [
        "Zoom in", "Zoom out", "View all", "Enlarge", "Values as a table", "Copy values", "Copy image", "Save…",
    ]  # fmt: skip
    assert not next(a for a in curves.loss.menu.actions() if a.text() == "View all").isEnabled()
    choose(curves.loss, "Zoom in")
    assert view(curves.loss).zoomed


def test_values_and_picture_are_copied(curves: Curves, qtbot: Any) -> None:
    curves.loss.setFocus()
    qtbot.keyClick(curves.loss, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].split("\t") == ["epoch", "training", "training, smoothed", "validation", "Run 1", "Run 2"]
    assert lines[1].split("\t") == ["0", "", "", "2.303", "2.303", "2.303"]
    choose(curves.loss, "Copy image")
    picture = QGuiApplication.clipboard().image()
    assert picture.size() == view(curves.loss).size() * view(curves.loss).devicePixelRatio()


def test_saving_asks_for_a_file_of_what_is_shown(curves: Curves, qtbot: Any) -> None:
    with qtbot.waitSignal(curves.save_requested) as asked:
        choose(curves.accuracy, "Save…")
    shown = asked.args[0]
    assert isinstance(shown, PlotSeries)
    assert [one.kind for one in shown.series] == ["raw", "training", "validation", "earlier", "earlier"]


def test_without_a_run_there_is_nothing_to_copy_or_save(curves: Curves, opened: list[QPoint]) -> None:
    curves.show_run(None, ())
    curves.loss.open_menu()
    enabled = [action.text() for action in curves.loss.menu.actions() if action.isEnabled() and action.text()]
    assert enabled == ["Zoom in", "Enlarge"]
    assert curves.loss.menu.show_values() is None


# --- reading without seeing -----------------------------------------------------------------------


def test_a_plot_says_its_name_and_its_reading_line(curves: Curves) -> None:
    assert [plot.accessibleName() for plot in curves.plots] == ["Loss", "Accuracy"]
    description = curves.accuracy.accessibleDescription()
    assert description.startswith("Validation 97.7 % after epoch 5, training ")
    assert all(button.accessibleName() for button in curves.loss.findChildren(type(curves.loss.more_button)))


def test_t_opens_the_values_escape_closes_them(curves: Curves, qtbot: Any) -> None:
    curves.accuracy.setFocus()
    qtbot.keyClick(curves.accuracy, Qt.Key.Key_T)
    (values,) = curves.accuracy.findChildren(ValueTable)
    assert values.isVisible()
    model = values.view.model()
    heads = [model.headerData(column, Qt.Orientation.Horizontal) for column in range(model.columnCount())]
    assert heads == ["epoch", "training, smoothed", "validation", "Run 1", "Run 2"]
    assert model.rowCount() == 6
    assert model.index(5, 2).data() == "97.66 %"
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "no value"
    qtbot.keyClick(values.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("epoch\ttraining, smoothed\t")
    qtbot.keyClick(values, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not curves.accuracy.findChildren(ValueTable))


# --- colours and pyqtgraph's traps ----------------------------------------------------------------


def test_a_run_keeps_its_colour_whichever_others_are_shown(curves: Curves) -> None:
    curves.show_run(run(number=3), (run(number=1), run(number=2)))
    assert view(curves.loss)._earlier_curves[1].opts["pen"].color() == run_color(2)
    curves.show_run(run(number=3), (run(number=2),))
    assert view(curves.loss)._earlier_curves[0].opts["pen"].color() == run_color(2)


def test_pens_are_opaque_menus_off_and_images_row_major(curves: Curves) -> None:
    assert pg.getConfigOption("imageAxisOrder") == "row-major"
    for plot in curves.plots:
        found = view(plot)
        assert not found.axes._box.menuEnabled()
        for item in found.scene().items():
            if isinstance(item, pg.PlotCurveItem):
                assert item.opts["pen"].color().alpha() == 255
                assert item.opts["pen"].isCosmetic()
