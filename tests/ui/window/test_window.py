"""The whole window without the engine's child: what a person sees, presses and is asked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPushButton,
    QWidget,
)

from cnnbuilder.blocks import KINDS
from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.messages import ProcessExited, Ready
from cnnbuilder.network.edits import append, remove, replace_block
from cnnbuilder.network.equality import equal
from cnnbuilder.network.file import save
from cnnbuilder.network.project import Project, Training
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.conditions import blocking_condition, mend
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.columns import CENTRE_LEAST
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window import closing
from cnnbuilder.ui.window import files as files_module
from cnnbuilder.ui.window.command_palette import LETTERS, CommandPalette, actions_of, matches
from cnnbuilder.ui.window.command_words import words_of
from cnnbuilder.ui.window.window import Window


@pytest.fixture
def empty(make_window, home) -> Window:
    return make_window(Document())


def edit(window: Window, epochs: int = 7) -> None:
    project = window.session.document.project
    window.session.document.edit("Epochs", replace(project, training=Training(epochs=epochs)))


def without_flatten() -> Project:
    project = TEMPLATES["digits"].make()
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    return replace(project, network=remove(project.network, [flatten]))


# --- first start ----------------------------------------------------------------------------------


def test_the_first_start_offers_three_cards_and_no_problem(empty: Window) -> None:
    assert empty.build.area.cards.isVisible()
    assert [card.template.name for card in empty.build.area.cards.cards] == ["digits", "lenet5", "colour-32"]
    assert empty.status_bar.totals.text() == "No blocks yet"
    assert not empty.status_bar.problems.isVisible()
    assert empty.build.area.cards.cards[0].hasFocus()


def test_all_the_room_of_a_large_screen_is_the_canvas(empty: Window, qtbot) -> None:
    empty.resize(1440, 900)
    qtbot.waitUntil(lambda: empty.height() == 900)
    for line in (empty.top_bar, empty.status_bar):
        assert line.height() <= line.sizeHint().height() + 2


def test_a_card_opens_its_network_with_its_data(empty: Window, qtbot) -> None:
    qtbot.mouseClick(empty.build.area.cards.cards[2], Qt.MouseButton.LeftButton)
    assert empty.session.document.project == TEMPLATES["colour-32"].make()
    assert empty.build.canvas.isVisible()
    assert empty.top_bar.data.word.text() == "Shapes" or "shapes" in empty.top_bar.data.word.text().lower()
    assert not empty.session.file.edited


def test_the_keyboard_is_on_the_network_whatever_had_it_before(empty: Window, qtbot) -> None:
    qtbot.mouseClick(empty.build.area.cards.cards[0], Qt.MouseButton.LeftButton)
    empty.session.document.undo_stack.setClean()
    empty.build.search_blocks()
    empty.host.actions["new"].trigger()
    assert empty.build.area.cards.cards[0].hasFocus()
    empty.build.search_blocks()
    empty.session.begin_template("lenet5")
    assert empty.build.canvas.hasFocus()


def test_a_click_beside_the_cards_makes_the_next_paste_one_of_the_canvas(empty: Window, qtbot) -> None:
    empty.build.search_blocks()
    assert not empty.build.area.cards.cards[0].hasFocus()
    qtbot.mouseClick(empty.build.area.cards.childAt(4, 4), Qt.MouseButton.LeftButton)
    QApplication.clipboard().setText("nn.Conv2d(1, 4, 3)\nnn.ReLU()")
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    kinds = [block.kind() for block in empty.session.document.project.network.blocks]
    assert kinds == ["Input", "Conv2d", "ReLU"]
    assert empty.build.canvas.hasFocus()


def test_the_palette_adds_the_first_block_over_the_cards(empty: Window) -> None:
    palette = empty.build.left_tabs.page("blocks")
    palette.append_requested.emit("Conv2d")
    assert empty.build.canvas.isVisible()
    kinds = [block.kind() for block in empty.session.document.project.network.blocks]
    assert "Conv2d" in kinds


def test_a_block_dragged_from_the_palette_lands_on_the_canvas(empty: Window, qtbot) -> None:
    palette = empty.build.left_tabs.page("blocks")
    palette.drag_began.emit("Input", palette.mapToGlobal(QPoint(20, 20)))
    assert empty.build.canvas.isVisible()
    target = empty.build.canvas.viewport().mapToGlobal(empty.build.canvas.viewport().rect().center())
    palette.drag_moved.emit(target)
    palette.drag_ended.emit(target)
    assert [block.kind() for block in empty.session.document.project.network.blocks] == ["Input"]


def test_a_drag_that_is_cancelled_brings_the_cards_back(empty: Window) -> None:
    palette = empty.build.left_tabs.page("blocks")
    palette.drag_began.emit("Input", palette.mapToGlobal(QPoint(20, 20)))
    palette.drag_cancelled.emit()
    assert empty.build.area.cards.isVisible()


# --- what is shown --------------------------------------------------------------------------------


def test_title_and_edited_follow_the_document(window: Window) -> None:
    assert window.top_bar.title.text() == "Untitled"
    assert window.top_bar.edited.text() == ""
    edit(window)
    assert window.top_bar.edited.text() == "edited"
    assert window.isWindowModified()
    window.session.document.undo_stack.undo()
    assert window.top_bar.edited.text() == ""


def test_undo_names_its_step(window: Window) -> None:
    undo = window.host.actions["undo"]
    assert not undo.isEnabled()
    edit(window)
    assert undo.text() == "&Undo Epochs"
    undo.trigger()
    assert window.host.actions["redo"].text() == "&Redo Epochs"


def test_every_action_has_a_tooltip_and_every_named_one_a_shortcut(window: Window) -> None:
    for name in window.host.actions.names():
        action = window.host.actions[name]
        assert action.toolTip(), name
        assert not action.shortcut().isEmpty(), name
    for name, action in actions_of(window.menus):
        assert action.toolTip(), name


def test_no_two_actions_share_a_shortcut(window: Window) -> None:
    seen: dict[str, str] = {}
    for name, action in actions_of(window.menus):
        for shortcut in action.shortcuts():
            keys = shortcut.toString()
            assert seen.setdefault(keys, name) == name, keys


def test_every_control_has_a_name_for_screen_readers(window: Window) -> None:
    nameless = set()
    for page in ("blocks", "outline", "code", "problems", "data", "train"):
        if page in ("data", "train"):
            window.host.go_to(page)
        else:
            window.host.show_page(page)
        QApplication.processEvents()
        nameless |= {
            f"{type(widget).__name__} in {type(widget.parent()).__name__}"
            for widget in window.findChildren(QWidget)
            if isinstance(widget, QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox)
            and widget.isVisible()
            and not isinstance(widget.parent(), QLineEdit | QComboBox | QAbstractSpinBox)
            and not (widget.accessibleName() or (isinstance(widget, QAbstractButton) and widget.text()))
        }
    assert nameless == set()


def test_targets_are_at_least_24_pixels(window: Window) -> None:
    small = [
        f"{type(widget).__name__} “{widget.accessibleName() or widget.text()}” {widget.width()}×{widget.height()}"
        for widget in window.findChildren(QAbstractButton)
        if widget.isVisible()
        and not isinstance(widget.parent(), QLineEdit)
        and min(widget.width(), widget.height()) < 24
    ]
    assert small == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 640)])
def test_it_is_usable_on_small_screens(window: Window, width: int, height: int) -> None:
    window.resize(width, height)
    QApplication.processEvents()
    assert window.width() == width
    assert window.height() == height
    assert window.build.area.width() >= CENTRE_LEAST
    assert window.build.area.height() >= 160
    assert window.top_bar.train.isVisible()
    assert window.rect().contains(
        window.top_bar.train.mapTo(window, window.top_bar.train.rect().bottomRight())
    )


def test_at_double_text_size_nothing_is_cut_off(window: Window) -> None:
    theme.set_scale(2.0)
    QApplication.processEvents()
    assert window.width() == 1440
    toolbar = window.top_bar
    for button in (toolbar.train, toolbar.data):
        assert button.width() >= button.minimumSizeHint().width()
        assert window.rect().contains(button.mapTo(window, button.rect().bottomRight()))


def test_the_layout_is_remembered(make_window, document: Document) -> None:
    window = make_window(document)
    window.build.toggle_left()
    window.build.toggle_drawer()
    window.session.document.undo_stack.setClean()
    window.close()
    again = make_window(Document(TEMPLATES["digits"].make()))
    assert again.build.left.folded
    assert not again.build.drawer.folded
    assert settings.layout_number("build_left_folded", 0) == 1


def test_an_unseen_tab_is_not_made(window: Window) -> None:
    assert window.build.drawer.made("code") is None
    assert window.build.left_tabs.made("outline") is None
    window.host.actions["code"].trigger()
    assert window.build.drawer.made("code") is not None


def test_the_command_palette_does_a_command(window: Window, qtbot) -> None:
    window.host.actions["commands"].trigger()
    field = QApplication.focusWidget() or window.findChild(
        QLineEdit, options=Qt.FindChildOption.FindChildrenRecursively
    )
    palette = window.findChild(CommandPalette)
    assert palette is not None
    assert field is not None
    qtbot.keyClicks(palette.field, "theme dark")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert theme.mode == "dark"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("draw", "Train"), ("digit", "Train"), ("folder", "Add your images"), ("pictures", "Add your images"), ("own images", "Add your images"),
        ("history", "Train"), ("resume", "Train"), ("continue", "Train"), ("compare", "Train"),
        ("help", "Keyboard"), ("why", "Show the first problem"), ("learn", "Train"), ("skip", "Add: Add"),
        ("add", "Add: Add"), ("sum", "Add: Add"), ("residual", "Add: Add"), ("join", "Add: Add"), ("merge", "Add: Add"), ("concat", "Add: Concat"),
        ("deconv", "Add: ConvTranspose2d"), ("upsample", "Add: Upsample"),
    ],
)  # fmt: skip
def test_commands_are_found_by_what_people_type(window: Window, qtbot, typed: str, command: str) -> None:
    palette = CommandPalette(window, window.menus)
    qtbot.addWidget(palette)
    palette.open()
    qtbot.keyClicks(palette.field, typed)
    shown = [
        palette.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(palette.list.count())
    ]
    assert command in shown


def test_letters_in_order_are_shown_only_where_nothing_is_better(window: Window, qtbot) -> None:
    palette = CommandPalette(window, window.menus)
    qtbot.addWidget(palette)
    palette.open()
    for typed in ("history", "theme dark"):
        palette.field.setText(typed)
        for row in range(palette.list.count()):
            action = palette.list.item(row).data(Qt.ItemDataRole.UserRole)
            name = palette.list.item(row).data(Qt.ItemDataRole.AccessibleTextRole)
            assert (matches(name, typed, words_of(action)) or 0) < LETTERS


def test_tab_walks_the_window_as_one_reads_it(window: Window, qtbot) -> None:
    window.session.selection.select([window.session.document.project.network.blocks[1].id])
    regions = (
        window.top_bar,
        window.build.left,
        window.build.area,
        window.build.right,
        window.build.drawer,
        window.status_bar,
    )
    window.top_bar.data.setFocus()
    seen: list[int] = []
    for _press in range(120):
        widget = window.focusWidget()
        place = next(place for place, part in enumerate(regions) if part.isAncestorOf(widget))
        if not seen or seen[-1] != place:
            seen.append(place)
        if len(seen) > 6:
            break
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    assert seen == [0, 1, 2, 3, 4, 5, 0]


# --- training without a child ---------------------------------------------------------------------


def test_train_with_a_problem_opens_the_problem(make_window, home, qtbot) -> None:
    window = make_window(Document(without_flatten()))
    assert window.status_bar.problems.text() == "1 problem"
    assert window.top_bar.train.isEnabled()
    qtbot.mouseClick(window.top_bar.train, Qt.MouseButton.LeftButton)
    assert not window.session.runner.active
    assert window.session.selection.single == window.session.document.analysis.problems[0].id
    focused = window.focusWidget()
    assert isinstance(focused, QAbstractButton)
    assert focused.text() == "Insert Flatten"
    qtbot.keyClick(focused, Qt.Key.Key_Space)
    assert window.session.document.analysis.problems == ()


def test_train_without_a_network_says_so(empty: Window, qtbot) -> None:
    qtbot.mouseClick(empty.top_bar.train, Qt.MouseButton.LeftButton)
    assert "no network" in empty.bars.bar("train").label.text()


def test_train_before_it_is_a_classifier_offers_what_is_missing(make_window, home) -> None:
    window = make_window(Document(TEMPLATES["empty"].make()))
    assert "not yet a classifier" in window.status_bar.hint.text()
    window.session.train()
    bar = window.bars.bar("train")
    assert "not yet a classifier" in bar.label.text()
    window.status_bar.fix.click()
    assert window.session.document.analysis.problems == ()
    assert not window.status_bar.fix.isVisible()
    window.session.document.undo_stack.undo()
    assert window.status_bar.fix.isVisible()


def test_a_softmax_at_the_end_stops_train_and_says_so(window: Window) -> None:
    document = window.session.document
    network = append(document.project.network, KINDS["Softmax"](id="last"))
    document.edit_network("Add Softmax", network)
    window.session.train()
    bar = window.bars.bar("train")
    assert "Softmax is in the loss already" in bar.label.text()
    assert not window.session.runner.active
    assert document.analysis.problems == ()
    assert [choice.text() for choice in bar.findChildren(QPushButton) if "train" in choice.text()] == [
        "Remove Softmax and train"
    ]
    mend(document, blocking_condition(document))
    assert blocking_condition(document) is None
    document.undo_stack.undo()
    assert document.project.network == network


def test_many_outputs_are_never_told_as_no_problems(window: Window, qtbot) -> None:
    document = window.session.document
    network = document.project.network
    wide = replace_block(network, network.by_id["b12"].with_fields(out_features=1024))
    document.edit_network("Widen", wide)
    status = window.status_bar
    assert status.problems.text() == "1,024 outputs for 10 classes"
    qtbot.mouseClick(status.problems, Qt.MouseButton.LeftButton)
    popup = window.build.canvas.overlays.popup
    assert popup.isVisible()
    assert QApplication.focusWidget().text() == "Use 10 outputs"
    QApplication.focusWidget().click()
    assert status.problems.text() == "no problems"
    assert document.undo_stack.count() == 2


def test_without_its_last_linear_a_network_is_not_told_right(window: Window, qtbot) -> None:
    document, status = window.session.document, window.status_bar
    whole = document.project.network
    document.edit_network("Remove fc", remove(whole, ["b12"]))
    assert status.problems.text() == "1,024 outputs for 10 classes"
    assert status.fix.text() == "Add Linear (10)"
    window.host.show_page("problems")
    assert "No problems" not in window.build.drawer.made("problems").empty.text()
    assert "1,024 outputs" in window.build.drawer.made("problems").empty.text()
    qtbot.mouseClick(status.fix, Qt.MouseButton.LeftButton)
    assert equal(document.project.network, whole)
    assert status.problems.text() == "no problems"
    assert window.build.drawer.made("problems").empty.text() == "No problems."


def test_too_few_outputs_are_told_once(window: Window) -> None:
    document = window.session.document
    network = document.project.network
    few = replace_block(network, network.by_id["b12"].with_fields(out_features=3))
    document.edit_network("Narrow", few)
    assert window.status_bar.problems.text() == "3 outputs for 10 classes"
    assert not window.status_bar.hint.isVisible()
    assert window.status_bar.fix.isVisible()


def test_train_without_data_asks_for_it(make_window, home) -> None:
    window = make_window(Document(TEMPLATES["quiz-130"].make()))
    window.session.train()
    assert "images" in window.bars.bar("train").label.text()


def test_the_device_is_named_as_soon_as_it_is_known(window: Window) -> None:
    chip = window.top_bar.device
    assert chip.word.text() == "Starting PyTorch"
    ready = Ready("cpu", "CPU · 2 cores", ("cpu",), 8_000_000_000, True, "2.6", 2)
    window.child.device_known.emit(ready)
    assert chip.word.text() == "CPU · 2 cores"
    assert "8.0 GB of memory" in chip.toolTip()


def test_a_child_that_cannot_start_is_said_on_the_chip(window: Window) -> None:
    window.child.heard.emit([ProcessExited("PyTorch cannot be loaded: a library is missing.")])
    assert window.top_bar.device.word.text() == "PyTorch does not start"
    assert "a library is missing" in window.top_bar.device.toolTip()


# --- files ----------------------------------------------------------------------------------------


def test_a_file_opens_and_keeps_its_name(empty: Window, tmp_path: Path) -> None:
    save(TEMPLATES["lenet5"].make(), tmp_path / "net.cnn")
    assert empty.host.opening.open_path(tmp_path / "net.cnn")
    assert empty.top_bar.title.text() == "net.cnn"
    assert settings.recent_files() == [tmp_path / "net.cnn"]


def test_a_file_that_is_no_project_leaves_the_open_one(window: Window, tmp_path: Path) -> None:
    before = window.session.document.project
    (tmp_path / "bad.cnn").write_text(
        '{"format": "cnnbuilder", "version": 99, "network": {"blocks": [], "wires": []}}'
    )
    assert not window.host.opening.open_path(tmp_path / "bad.cnn")
    assert window.session.document.project is before
    assert "newer cnnbuilder" in window.bars.bar("file").label.text()


@pytest.mark.parametrize(
    ("name", "said"),
    [("seven.png", "Try it"), ("w.safetensors", "weights"), ("net.onnx", "not read"), ("a.runs", "a.cnn"), ("run", "project.cnn")],
)  # fmt: skip
@pytest.mark.parametrize("way", ["open", "drop"])
def test_what_is_no_project_says_what_to_do_with_it(
    window: Window, tmp_path: Path, qtbot, name: str, said: str, way: str
) -> None:
    path = tmp_path / name
    if path.suffix in ("", ".runs"):
        path.mkdir()
    else:
        path.write_bytes(b"\x89PNG")
    if name == "run":
        save(TEMPLATES["digits"].make(), path / "project.cnn")
    before = window.session.document.project
    if way == "open":
        assert not window.host.opening.open_path(path)
    else:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(path))])
        where, keys = QPoint(400, 300), Qt.KeyboardModifier.NoModifier
        enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
        QApplication.sendEvent(window, enter)
        drop = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
        QApplication.sendEvent(window, drop)
    qtbot.waitUntil(lambda: window.bars.bar("file") is not None)
    sentence = window.bars.bar("file").label.text()
    assert said in sentence
    assert sentence.startswith(name)
    assert window.session.document.project is before


def test_a_folder_that_is_opened_says_that_it_is_none_of_projects(window: Window, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    assert not window.host.opening.open_path(tmp_path / "pictures")
    assert window.bars.bar("file").label.text().startswith("pictures cannot be opened: it is a folder.")


def test_a_file_dropped_on_the_window_opens(empty: Window, tmp_path: Path, qtbot) -> None:
    save(TEMPLATES["lenet5"].make(), tmp_path / "net.cnn")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(tmp_path / "net.cnn"))])
    where, keys = QPoint(400, 300), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(empty, enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(empty, drop)
    qtbot.waitUntil(lambda: empty.top_bar.title.text() == "net.cnn")


@pytest.mark.parametrize(("answer", "closes"), [(0, False), (1, True), (2, False)])
def test_closing_with_unsaved_work_asks(
    window: Window, monkeypatch: pytest.MonkeyPatch, answer: int, closes: bool
) -> None:
    asked = []

    def choose(parent: QWidget, question: str, explanation: str, answers: list[str]) -> int:
        asked.append(answers)
        return answer

    monkeypatch.setattr(files_module, "choose", choose)
    monkeypatch.setattr(
        files_module.QFileDialog, "getSaveFileName", lambda *_args: ("", "")
    )  # and changes their mind
    edit(window)
    assert window.close() is closes
    assert asked == [["Save", "Don't save", "Cancel"]]


def test_closing_without_edits_asks_nothing(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files_module, "choose", lambda *_args: pytest.fail("asked"))
    assert window.close()


def test_new_after_an_edit_that_need_not_be_saved_begins_anew(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_module, "choose", lambda *_args: 1)
    edit(window)
    window.host.actions["new"].trigger()
    assert window.session.document.project == Project()
    assert window.build.area.cards.isVisible()
    assert not window.session.file.edited


# --- a run under way ------------------------------------------------------------------------------


class FakeRun:
    """Stands for a run in a window without a child."""

    def __init__(self, window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
        self.active = True
        self.stopped: list[object] = []
        self.window = window
        runner = window.session.runner
        monkeypatch.setattr(type(runner), "active", property(lambda _self: self.active))
        monkeypatch.setattr(runner, "stop", lambda keep=True: self.stopped.append(keep))
        monkeypatch.setattr(runner, "stop_now", self.end)
        monkeypatch.setattr(window.host.files, "settle_edits", lambda: True)  # as in a project with a file

    def end(self) -> None:
        self.active = False
        self.window.session.runner.state_changed.emit()


def test_closing_during_a_run_can_be_called_off(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(window, monkeypatch)
    monkeypatch.setattr(closing, "choose", lambda *_args: 2)
    assert not window.close()
    assert run.stopped == []
    assert not window.host.closing.waiting
    run.active = False


def test_closing_during_a_run_stops_keeps_and_then_closes(
    window: Window, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    run = FakeRun(window, monkeypatch)
    monkeypatch.setattr(closing, "choose", lambda *_args: 0)
    assert not window.close()
    assert run.stopped == [True]
    assert "kept" in window.bars.bar("train").label.text()
    run.end()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_closing_during_a_run_can_wait_for_its_end(
    window: Window, monkeypatch: pytest.MonkeyPatch, qtbot
) -> None:
    run = FakeRun(window, monkeypatch)
    going_on: list[bool] = []
    monkeypatch.setattr(window.session.runner, "go_on", lambda: going_on.append(True))
    monkeypatch.setattr(closing, "choose", lambda *_args: 1)
    assert not window.close()
    assert going_on == [True]  # a run that is held would never end
    assert window.isVisible()
    assert run.stopped == []
    run.end()
    qtbot.waitUntil(lambda: not window.isVisible())


def test_waiting_for_the_end_can_be_called_off(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    run = FakeRun(window, monkeypatch)
    monkeypatch.setattr(closing, "choose", lambda *_args: 1)
    window.close()
    window.bars.bar("train").buttons[0].click()
    run.end()
    QApplication.processEvents()
    assert window.isVisible()


def test_words_never_blame(window: Window) -> None:
    texts = [action.toolTip() for _name, action in actions_of(window.menus)]
    assert not [text for text in texts if re.search(r"\b(error|invalid|illegal)\b", text, re.IGNORECASE)]


def test_the_focus_of_train_goes_to_what_can_be_pressed_next(window) -> None:
    toolbar = window.top_bar
    toolbar.train.setFocus()
    toolbar.pause.setEnabled(False)  # there is nothing to pause yet
    toolbar.show_running(True, False)
    assert toolbar.stop.hasFocus()
    toolbar.show_running(False, False)
    assert toolbar.train.hasFocus()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
@pytest.mark.parametrize("quick", [True, False])
def test_the_canvas_leaves_the_keys_that_train_to_the_window(
    window: Window, monkeypatch: pytest.MonkeyPatch, qtbot, key: Qt.Key, quick: bool
) -> None:
    begun: list[bool] = []
    monkeypatch.setattr(
        window.session.runner, "train", lambda _project, _folder, quick: bool(begun.append(quick))
    )
    window.session.selection.select([window.session.document.project.network.blocks[1].id])
    window.build.canvas.setFocus()
    held = Qt.KeyboardModifier.ControlModifier
    if key == Qt.Key.Key_Enter:
        held |= Qt.KeyboardModifier.KeypadModifier
    qtbot.keyClick(window.build.canvas, key, held | Qt.KeyboardModifier.ShiftModifier if quick else held)
    assert begun == [quick]
    assert window.focusWidget() is window.build.canvas, "no field was opened for it"


def test_stop_in_the_toolbar_keeps_or_discards(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    stopped: list[bool] = []
    monkeypatch.setattr(window.session.runner, "stop", lambda keep=True: stopped.append(keep))
    keep, discard = window.top_bar.stop.menu().actions()
    assert (keep.isEnabled(), discard.isEnabled()) == (False, False)
    for way in (keep, discard):
        way.setEnabled(True)
        way.trigger()
    assert stopped == [True, False]


def test_at_double_text_size_the_inspector_folds_before_the_centre_is_cramped(window: Window) -> None:
    window.session.selection.select([window.session.document.project.network.blocks[1].id])
    window.resize(1366, 768)
    QApplication.processEvents()
    assert not window.build.right.folded
    theme.set_scale(2.0)
    QApplication.processEvents()
    assert window.build.right.folded
    assert window.build.left.folded
    assert window.build.area.width() >= 1200
    window.build.toggle_right()  # a person may open it all the same: over the canvas
    assert window.build.inspector.isVisible()


def test_while_another_data_set_is_looked_at_using_it_is_the_filled_button(window: Window) -> None:
    def filled() -> list[str]:
        return [
            button.text()
            for button in window.findChildren(QPushButton)
            if button.isVisible() and button.property("role") == "primary"
        ]

    window.host.go_to("data")
    assert filled() == ["Train"]
    window.session.data.show(find("shapes"))
    assert filled() == ["Use for this network"]
    window.host.go_to("build")
    assert filled() == ["Train"]
    window.host.go_to("data")
    assert filled() == ["Use for this network"]
    window.session.data.use(find("shapes"))
    assert filled() == ["Train"]
