"""The Train workspace, used as a person uses it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from cnnbuilder.engine.messages import Failed, Paused, Stop, TestRun, Train
from cnnbuilder.network.data import Data
from cnnbuilder.network.edits import create, new_id, place_loose, remove
from cnnbuilder.network.project import Project
from cnnbuilder.ui.session.messages import Message
from cnnbuilder.ui.train.empty import EmptyState
from cnnbuilder.ui.train.workspace import TrainWorkspace
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.runs import READY, Stand, epoch, finished, step


def click(qtbot: Any, button: QWidget) -> None:
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def notice(panel: TrainWorkspace, text: str) -> QPushButton:
    return next(button for button in panel.notice.buttons if button.text() == text)


def train_and_hear(stand: Stand, qtbot: Any) -> Message:
    """Train is pressed, and something stands before it."""
    with qtbot.waitSignal(stand.session.message_requested) as said:
        stand.session.train()
    message: Message = said.args[0]
    return message


def change_a_filter(stand: Stand, filters: int = 8) -> None:
    project = stand.document.project
    blocks = tuple(
        block.with_fields(out_channels=filters) if block.kind() == "Conv2d" else block
        for block in project.network.blocks
    )
    network = replace(project.network, blocks=blocks)
    stand.document.edit("Change filters", replace(project, network=network))


def test_before_the_first_run_it_says_what_train_does(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    assert panel.empty.isVisible()
    assert "55,000 images of MNIST" in panel.empty.state.text()
    click(qtbot, panel.empty.button)
    assert stand.runner.state == "starting"
    assert not panel.empty.isVisible()
    assert panel.head.line.text == "Starting PyTorch"


def test_in_a_low_panel_the_sentence_and_its_button_keep_their_room(stand: Stand, qtbot: Any) -> None:
    room = QWidget()  # without a layout: it may get lower than all of it would need
    empty = EmptyState(stand.session, room)
    qtbot.addWidget(room)
    empty.resize(700, 400)
    room.resize(700, 400)
    room.show()
    qtbot.waitExposed(room)
    assert empty.heading.isVisible()
    words, button = empty.state.heightForWidth(empty.state.width()), empty.button.height()
    empty.resize(700, words + button + 16)
    qtbot.waitUntil(lambda: not empty.heading.isVisible())
    qtbot.waitUntil(lambda: empty.state.height() >= words)
    assert empty.button.isVisible()
    empty.resize(700, 400)
    qtbot.waitUntil(empty.heading.isVisible)


def test_without_images_the_button_says_what_comes_first(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    stand.document.edit("No data", replace(stand.document.project, data=Data(None)))
    assert panel.empty.button.text() == "Choose a data set"
    with qtbot.waitSignal(stand.session.workspace_requested) as asked:
        click(qtbot, panel.empty.button)
    assert asked.args == ["data"]
    assert not stand.runner.active
    stand.document.undo_stack.undo()
    assert panel.empty.button.text() == "Train"


def test_a_problem_is_asked_to_be_shown_in_place_of_training(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    project = stand.document.project
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    stand.document.edit("Delete", replace(project, network=remove(project.network, [flatten])))
    assert "One problem stands before it" in panel.empty.state.text()
    with qtbot.waitSignal(stand.session.problem_requested) as asked:
        click(qtbot, panel.empty.button)
    assert asked.args[0] == stand.document.analysis.problems[0]
    with qtbot.waitSignal(stand.session.problem_requested):
        stand.session.train()
    assert not stand.engine.asked(Train)


def test_settings_are_edits_that_can_be_undone(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    line = panel.form.rows["epochs"].editor.focusProxy()
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(line, "12")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert stand.document.project.training.epochs == 12
    stand.document.undo_stack.undo()
    assert stand.document.project.training.epochs == 5
    assert line.text() == "5"


def test_a_bad_setting_gets_one_sentence_and_changes_nothing(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    row = panel.form.rows["learning_rate"]
    line = row.editor.focusProxy()
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(line, "fast")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert row.sentence.isVisible()
    assert row.sentence.text() == "A number above 0 to 100."
    assert stand.document.project.training.learning_rate == 0.005


def test_momentum_is_asked_only_of_sgd(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    click(qtbot, panel.form.more)
    assert panel.form.rows["seed"].editor.isVisible()
    assert not panel.form.rows["momentum"].editor.isVisible()
    project = stand.document.project
    stand.document.edit("SGD", replace(project, training=replace(project.training, optimizer="sgd")))
    assert panel.form.rows["momentum"].editor.isVisible()


def test_what_is_typed_counts_when_train_is_pressed(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    line = panel.form.rows["batch_size"].editor.focusProxy()
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(line, "64")
    stand.session.train()
    assert stand.runner.record is not None
    assert stand.runner.record.project.training.batch_size == 64


def test_quick_try(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    click(qtbot, panel.form.quick)
    assert stand.engine.asked(Train)[0].limit_images == 2_000
    assert panel.curves.loss.length == 1


def test_a_run_shows_its_curves_and_its_progress(panel: TrainWorkspace, stand: Stand) -> None:
    stand.session.train()
    stand.begin()
    assert panel.curves.isVisible()
    assert panel.head.line.text.startswith("Epoch 1 of 5")
    assert "12,000 images/s" in panel.head.line.figures
    assert panel.reading.text().startswith("Untrained")
    assert panel.try_it.isVisible()
    stand.end_of_epoch()
    assert panel.try_it.isVisible()


def test_in_a_narrow_line_the_stage_is_shorter_and_never_cut(panel: TrainWorkspace, stand: Stand) -> None:
    stand.session.train()
    stand.begin()
    stand.end_of_epoch()
    stand.hear(step(1.5))
    line = panel.head.line
    metrics = QFontMetricsF(theme.font())
    seen = []
    for width in (900, 170, 120, 90):
        line.resize(width, line.height())
        assert metrics.horizontalAdvance(line.shown) <= width
        seen.append(line.shown)
    assert seen == ["Epoch 2 of 5 · 16 s left", "Epoch 2 of 5 · 16 s left", "2 of 5 · 16 s left", "16 s left"]
    assert line.accessibleName() == "Epoch 2 of 5 · 16 s left"


def test_a_stop_that_waits_can_be_hurried(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    stand.session.train()
    stand.begin()
    stand.runner.pause()
    stand.hear(Paused())
    assert panel.head.line.text == "Paused in epoch 1 of 5"
    stand.runner.stop(keep=True)
    assert stand.engine.asked(Stop) == [Stop(True)]
    click(qtbot, panel.head.stop_now)
    assert panel.head.sentence.text() == "Stopped before the first checkpoint: nothing is kept."


def test_a_finished_run_offers_its_test_once(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    from cnnbuilder.engine import messages

    stand.session.train()
    stand.begin()
    stand.end_of_epoch()
    stand.hear(finished(str(stand.run)))
    assert panel.head.sentence.text().startswith("5 epochs in 43 s: 99.1 %")
    click(qtbot, panel.head.test)
    (request,) = stand.engine.asked(TestRun)
    stand.hear(messages.Tested(request.number, request.run, 0.9903, 0.0312, 10_000))
    assert "99.0 % of 10,000 test images right" in panel.head.sentence.text()
    assert not panel.head.test.isVisible()


def test_a_failure_is_a_sentence_with_a_way_on(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    stand.session.train()
    stand.begin()
    stand.hear(Failed("Out of memory on the GPU at batch size 512: try 256.", "Traceback"))
    assert panel.head.sentence.text() == "Out of memory on the GPU at batch size 512: try 256."
    assert panel.head.details.isVisible()
    click(qtbot, panel.head.again)
    assert len(stand.engine.asked(Train)) == 2


def test_edits_during_a_run_are_told_and_can_be_taken_back(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    stand.session.train()
    stand.begin()
    assert not panel.notice.isVisible()
    trained = stand.document.project
    change_a_filter(stand, 8)
    change_a_filter(stand, 9)
    record = stand.runner.record
    assert record is not None
    assert panel.notice.label.text() == f"Training the network of {record.name} · 2 edits since"
    click(qtbot, notice(panel, "Show it"))
    assert stand.document.project == trained
    assert not panel.notice.isVisible()
    stand.document.undo_stack.undo()
    assert panel.notice.isVisible()


def test_moving_a_block_is_no_other_network(panel: TrainWorkspace, stand: Stand) -> None:
    stand.session.train()
    stand.begin()
    project = stand.document.project
    moved = tuple(replace(block, position=(10.0, 20.0)) for block in project.network.blocks)
    stand.document.edit("Move", replace(project, network=replace(project.network, blocks=moved)))
    assert not panel.notice.isVisible()


def test_train_the_new_one_keeps_the_old_and_goes_on(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    stand.session.train()
    stand.begin()
    change_a_filter(stand)
    click(qtbot, notice(panel, "Train the new one"))
    assert stand.runner.state == "stopping"
    stand.hear(finished(str(stand.run), stopped=True, epochs=0))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Train)) == 2)
    assert stand.runner.record is not None
    assert stand.runner.record.project == stand.document.project
    assert not panel.notice.isVisible()


def test_what_does_not_fit_the_device_is_said_before_the_first_step(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    stand.hear(replace(READY, memory_bytes=4_000_000, device_name="GPU"))
    said = train_and_hear(stand, qtbot)
    assert not stand.engine.asked(Train)
    assert said.text.startswith("One step at batch size 128 takes about")
    text, use_batch = said.choices[0]
    assert text.startswith("Use batch size")
    use_batch()
    assert stand.document.project.training.batch_size < 128
    assert len(stand.engine.asked(Train)) == 1


def test_whoever_knows_better_trains_anyway(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    stand.hear(replace(READY, memory_bytes=4_000_000))
    train_anyway = dict(train_and_hear(stand, qtbot).choices)["Train anyway"]
    train_anyway()
    assert len(stand.engine.asked(Train)) == 1


def test_another_document_shows_nothing_of_the_last_run(panel: TrainWorkspace, stand: Stand) -> None:
    stand.session.train()
    stand.begin()
    stand.document.replace(Project(), None)
    assert stand.runner.state == "idle"
    assert panel.empty.isVisible()
    assert panel.empty.state.text() == "There is no network yet: drag blocks onto the canvas."


def test_a_loose_block_is_a_problem_of_the_network_and_not_of_the_run(
    panel: TrainWorkspace, stand: Stand
) -> None:
    stand.session.train()
    stand.begin()
    project = stand.document.project
    block = replace(create("ReLU", project.network, None), id=new_id(project.network))
    stand.document.edit("Add", replace(project, network=place_loose(project.network, block, (400.0, 0.0))))
    assert stand.runner.state == "training"
    assert panel.curves.isVisible()


def test_l_makes_the_axes_logarithmic(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    stand.session.train()
    stand.begin()
    panel.curves.setFocus()
    panel.activateWindow()
    qtbot.keyClick(panel.curves, Qt.Key.Key_L)
    assert panel.curves.logarithmic


def test_the_crosshair_stands_in_both_plots(panel: TrainWorkspace, stand: Stand, qtbot: Any) -> None:
    stand.session.train()
    stand.begin()
    stand.end_of_epoch()
    curves = panel.curves
    qtbot.waitUntil(lambda: all(plot.view is not None for plot in curves.plots))
    view = curves.loss.view
    with qtbot.waitSignal(curves.loss.pointed) as pointed:
        qtbot.mouseMove(view.viewport(), view.axes.area.center().toPoint())
    assert 0 < pointed.args[0] < 5
    assert [plot.view.readings(pointed.args[0])[-1].name for plot in curves.plots] == ["validation"] * 2
    panel.grab()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("width", "height", "scale"), [(900, 300, 1.0), (340, 180, 1.0), (1000, 600, 2.0), (500, 700, 1.5)]
)
def test_every_state_paints_in_every_room(
    panel: TrainWorkspace, stand: Stand, qtbot: Any, mode: str, width: int, height: int, scale: float
) -> None:
    theme.set_mode(mode)
    theme.set_scale(scale)
    panel.resize(width, height)
    panel.grab()
    stand.session.train()
    panel.grab()
    stand.begin()
    stand.end_of_epoch()
    panel.curves.loss.point_at(0.5)
    panel.grab()
    stand.hear(step(1.5, loss=float("nan")), epoch(2), finished(str(stand.run)))
    panel.try_it.field.show_picture(None)
    panel.grab()
    assert panel.size().toTuple() == (width, height)


def test_large_text_in_a_narrow_room_lays_nothing_over_the_settings(
    panel: TrainWorkspace, stand: Stand, qtbot: Any
) -> None:
    theme.set_scale(2.0)
    panel.resize(660, 450)
    stand.session.train()
    stand.begin()
    stand.end_of_epoch()
    stand.hear(finished(str(stand.run)))
    columns = panel.columns
    parts = [columns.widget(place).geometry() for place in range(columns.count())]
    for left, right in pairwise(parts):
        assert left.right() < right.left()
    assert panel.settings_panel.folded
    click(qtbot, panel.settings_panel.findChild(QToolButton))
    assert columns.over is panel.settings_panel
    assert panel.form.isVisible()
    qtbot.keyClick(panel.form.quick, Qt.Key.Key_Escape)
    assert not panel.form.isVisible()
