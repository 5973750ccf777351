"""Own images, from the drop to Train, as a person brings them in; the child is a test's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QInputDialog

from cnnbuilder.engine.data.catalogue import all_data_sets, remember
from cnnbuilder.engine.messages import (
    AnyRequest,
    BrowseData,
    BrowseFiles,
    BrowseImage,
    CancelData,
    DataInspected,
    DataProgress,
    Failed,
    InspectData,
    Train,
)
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import OWN, Arrays, Data, Folder, Inside, Table
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.data.workspace import DataWorkspace
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.recent_data import recent_sources
from cnnbuilder.ui.window.window import Window
from tests.ui.data.answers import answer_to
from tests.ui.data.own import answer_own, clothes, content
from tests.ui.dropping import drop
from tests.ui.runs import READY

LEFT = Qt.MouseButton.LeftButton
MakeWindow = Callable[[Document], Window]


class Child:
    """Answers what looks through data; an inspection waits until the test lets it go on."""

    def __init__(self, window: Window) -> None:
        self._child = window.child
        self.sent: list[AnyRequest] = []

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...

    def send(self, request: AnyRequest) -> None:
        self.sent.append(request)
        if isinstance(request, BrowseFiles) or (
            isinstance(request, BrowseData) and isinstance(request.data.source, OWN)
        ):
            self.say(answer_own(request))
        elif isinstance(request, BrowseData | BrowseImage) and isinstance(request.data.source, Inside):
            self.say(answer_to(request))

    def say(self, *events: Any) -> None:
        self._child._take(self._child._generation, list(events))

    def asked(self, kind: type) -> list[Any]:
        return [request for request in self.sent if isinstance(request, kind)]

    def find(self, **fields: Any) -> None:
        """The inspection under way comes to its end."""
        request = self.asked(InspectData)[-1]
        info = clothes(request.data.source.path, **fields)
        self.say(DataInspected(request.number, replace(info, data=request.data)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "my clothes"
    made.mkdir()
    return made


@pytest.fixture(autouse=True)
def _nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._INSPECTED", {})


def warm(window: Window) -> Child:
    child = Child(window)
    window.child._engine = child
    child.say(READY)
    return child


def workspace(window: Window) -> DataWorkspace:
    found = window.host.workspaces.workspace("data")
    assert isinstance(found, DataWorkspace)
    return found


def touched() -> Document:
    """A network of a person's own."""
    project = TEMPLATES["digits"].make()
    blocks = tuple(
        block.with_fields(out_channels=12) if block.kind() == "Conv2d" else block
        for block in project.network.blocks
    )
    return Document(replace(project, network=replace(project.network, blocks=blocks)))


# --- the way in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("template", [None, "digits", "colour-32", "empty"])
def test_on_a_new_document_a_drop_leaves_train_as_the_only_click(
    make_window: MakeWindow, folder: Path, template: str | None
) -> None:
    project = TEMPLATES[template].make() if template else Project()
    window = make_window(Document(project))
    child = warm(window)
    assert drop(window, folder)
    assert window.host.workspaces.current == "data"
    page = workspace(window).reading
    assert page.isVisible()
    number = child.asked(InspectData)[-1].number
    child.say(DataProgress(number, 1_204, 3_781, 9.2))
    assert page.sentence.text() == "Reading 1,204 of 3,781 · 9 s left"
    child.find()
    document = window.session.document
    assert document.project.data == Data(Folder(str(folder)))
    assert input_shape(document.project.network) == (3, 64, 64)
    assert outputs(analyse(document.project.network)) == 5
    assert not document.analysis.problems
    assert document.undo_stack.count() == 1
    assert workspace(window).head.in_use.isVisible()
    assert window.top_bar.train.property("role") == "primary"
    document.undo_stack.undo()
    assert document.project == project
    document.undo_stack.redo()
    window.host.train()
    assert child.asked(Train)


def test_on_another_document_it_is_shown_until_use_is_pressed(
    make_window: MakeWindow, folder: Path, qtbot: Any
) -> None:
    window = make_window(touched())
    child = warm(window)
    before = window.session.document.project
    drop(window, folder)
    child.find()
    room = workspace(window)
    assert window.session.document.project is before
    assert room.head.title.text() == "my clothes"
    assert room.head.change.text() == "Using it sets Input to 3 × 64 × 64 and 5 outputs."
    assert window.top_bar.train.property("role") != "primary"
    assert room.head.use.property("role") == "primary" and room.head.use.isVisible()
    qtbot.mouseClick(room.head.use, LEFT)
    project = window.session.document.project
    assert project.data.source == Folder(str(folder))
    assert input_shape(project.network) == (3, 64, 64)
    assert project.network.by_id["b2"].out_channels == 12
    assert window.session.document.undo_stack.count() == 1
    window.session.document.undo_stack.undo()
    assert window.session.document.project == before


@pytest.mark.parametrize(("choice", "uses"), [("MNIST", False), ("my clothes", True)])
def test_train_asks_which_is_meant_while_another_set_is_looked_at(
    make_window: MakeWindow, folder: Path, qtbot: Any, choice: str, uses: bool
) -> None:
    window = make_window(touched())
    child = warm(window)
    drop(window, folder)
    child.find()
    qtbot.mouseClick(window.top_bar.train, LEFT)
    bar = window.bars.bar("train")
    assert bar is not None and bar.label.text() == "Train MNIST or my clothes?"
    assert not child.asked(Train)
    button = next(button for button in bar.buttons if button.text() == choice)
    qtbot.mouseClick(button, LEFT)
    assert len(child.asked(Train)) == 1
    assert isinstance(window.session.document.project.data.source, Folder) is uses


def test_a_template_does_not_take_own_images_away(make_window: MakeWindow, folder: Path, qtbot: Any) -> None:
    window = make_window(Document(Project()))
    child = warm(window)
    drop(window, folder)
    child.find()
    window.session.document.undo_stack.setClean()
    window.session.document.edit_network("Clear", Project().network)
    window.host.go_to("build")
    window.session.document.undo_stack.setClean()
    window.session.may_leave = lambda: True
    qtbot.mouseClick(window.build.area.cards.cards[1], LEFT)
    project = window.session.document.project
    assert project.data.source == Folder(str(folder))
    assert input_shape(project.network) == (3, 64, 64)
    assert outputs(analyse(project.network)) == 5
    assert any(block.kind() == "AvgPool2d" for block in project.network.blocks)  # LeNet-5's


def test_reading_can_be_given_up(make_window: MakeWindow, folder: Path, qtbot: Any) -> None:
    window = make_window(Document(TEMPLATES["digits"].make()))
    child = warm(window)
    drop(window, folder)
    number = child.asked(InspectData)[-1].number
    qtbot.mouseClick(workspace(window).reading.cancel, LEFT)
    assert [request.number for request in child.asked(CancelData)] == [number]
    assert workspace(window).head.title.text() == "MNIST"
    child.say(Failed("", number=number))
    assert workspace(window).head.title.text() == "MNIST"
    assert window.session.document.undo_stack.count() == 0


def test_what_cannot_be_read_is_said_with_a_way_on(make_window: MakeWindow, folder: Path, qtbot: Any) -> None:
    window = make_window(Document(Project()))
    child = warm(window)
    drop(window, folder)
    child.say(Failed("There is no image in my clothes.", number=child.asked(InspectData)[-1].number))
    room = workspace(window)
    assert room.standstill.isVisible()
    assert room.standstill.sentence.text() == "There is no image in my clothes."
    qtbot.mouseClick(room.standstill.button, LEFT)
    assert len(child.asked(InspectData)) == 2


@pytest.mark.parametrize(
    ("name", "kind"), [("labels.csv", Table), ("labels.TSV", Table), ("images.npz", Arrays)]
)
def test_tables_and_arrays_are_dropped_as_folders_are(
    make_window: MakeWindow, tmp_path: Path, name: str, kind: type
) -> None:
    window = make_window(Document(Project()))
    child = warm(window)
    path = tmp_path / name
    path.write_bytes(b"x")
    assert drop(window, path)
    assert child.asked(InspectData)[-1].data == Data(kind(str(path)))


def test_several_at_once_are_not_welcome(make_window: MakeWindow, tmp_path: Path, folder: Path) -> None:
    window = make_window(Document(Project()))
    assert not drop(window, folder, tmp_path)


def test_a_run_folder_is_not_taken_for_images(
    make_window: MakeWindow, tmp_path: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(Document(Project()))
    opened: list[Path] = []
    monkeypatch.setattr(window.host.opening, "open_path", opened.append)
    run = tmp_path / "a.runs" / "0001"
    run.mkdir(parents=True)
    (run / "project.cnn").write_text("{}")
    for place in (run, run.parent):
        assert drop(window, place)
    qtbot.waitUntil(lambda: opened == [run, run.parent])
    assert window.session.data.reading is None


def test_the_button_and_the_menu_ask_for_a_folder(
    make_window: MakeWindow, folder: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(Document(Project()))
    child = warm(window)
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    qtbot.mouseClick(window.build.area.cards.images, LEFT)
    assert [request.data.source.path for request in child.asked(InspectData)] == [str(folder)]
    workspace(window).reading.cancel.click()
    qtbot.mouseClick(workspace(window).add_images.folder, LEFT)
    assert len(child.asked(InspectData)) == 2
    workspace(window).reading.cancel.click()
    window.host.actions["images"].trigger()
    assert len(child.asked(InspectData)) == 3


# --- the list -------------------------------------------------------------------------------------


def test_recent_sets_are_listed_and_missing_ones_said(
    make_window: MakeWindow, folder: Path, qtbot: Any
) -> None:
    window = make_window(Document(Project()))
    child = warm(window)
    drop(window, folder)
    child.find()
    assert recent_sources() == [Folder(str(folder))]
    folder.rename(folder.with_name("moved away"))
    other = make_window(Document(TEMPLATES["digits"].make()))
    warm(other)
    other.host.go_to("data")
    model = workspace(other).source_model
    row = model.row_of(str(folder))
    assert row is not None
    assert model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) == "my clothes, not there now"
    assert len([1 for at in range(model.rowCount()) if model.index(at).data() == "Your images"]) == 1
    headings = [model.index(at).data() for at in range(model.rowCount()) if model.index(at).flags() == Qt.ItemFlag.NoItemFlags]  # fmt: skip
    assert headings[-1] == "Your images"
    assert model.rowCount() == len(all_data_sets()) + len(headings) + 1


def test_a_moved_folder_is_asked_for_once_and_nothing_else_changes(
    make_window: MakeWindow, folder: Path, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = TEMPLATES["colour-32"].make()
    data = Data(Folder(str(folder.with_name("before"))), fit="stretch")
    window = make_window(Document(replace(network, data=data)))
    child = warm(window)
    window.host.go_to("data")
    room = workspace(window)
    assert room.standstill.isVisible()
    assert "Where has it moved?" in room.standstill.sentence.text()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_args: str(folder))
    qtbot.mouseClick(room.standstill.button, LEFT)
    after = window.session.document.project
    assert after == replace(network, data=replace(data, source=Folder(str(folder))))
    assert child.asked(InspectData)[-1].data == after.data


def test_an_opened_project_reads_its_images_and_train_waits_for_them(
    make_window: MakeWindow, folder: Path
) -> None:
    project = replace(TEMPLATES["colour-32"].make(), data=Data(Folder(str(folder))))
    window = make_window(Document(project))
    child = warm(window)
    window.host.train()
    assert not child.asked(Train)
    assert "read first" in window.bars.bar("train").label.text()
    child.find(classes=tuple("abcdefghij"), counts=((9, 1, 1),) * 10)
    assert len(child.asked(Train)) == 1


# --- the page -------------------------------------------------------------------------------------


@pytest.fixture
def used(make_window: MakeWindow, folder: Path) -> tuple[Window, Child, DataWorkspace]:
    """Clothes in use, in the Data workspace."""
    window = make_window(Document(Project()))
    child = warm(window)
    drop(window, folder)
    child.find()
    window.activateWindow()
    return window, child, workspace(window)


def test_findings_stand_worst_first_and_each_is_mended_in_one_step(
    used: tuple[Window, Child, DataWorkspace], qtbot: Any
) -> None:
    window, child, room = used
    said = [bar.sentence.text() for bar in room.findings.bars]
    assert said == [
        "2 images are equal in training and validation.",
        "skirt is 7 times rarer than t-shirt.",
        "1 file cannot be read and is set aside.",
    ]
    qtbot.mouseClick(room.findings.bars[1].mend, LEFT)
    assert window.session.document.project.data.balance == "sampling"
    qtbot.mouseClick(room.findings.bars[0].mend, LEFT)
    changes = window.session.document.project.data.changes
    assert {change.part for change in changes} == {"train"}
    assert {change.image for change in changes} == {content(0, 0), content(0, 1)}
    renewal = child.asked(InspectData)[-1]
    assert renewal.data == window.session.document.project.data
    child.find(findings=())
    assert [bar.finding.kind for bar in room.findings.bars] == ["set-aside"]
    window.session.document.undo_stack.undo()
    assert window.session.document.project.data.changes == ()


def test_more_than_three_findings_fold(used: tuple[Window, Child, DataWorkspace], qtbot: Any) -> None:
    window, child, room = used
    window.session.data.edit("Seed", replace(window.session.document.project.data, split=replace(window.session.document.project.data.split, seed=3)))  # fmt: skip
    child.find(findings=tuple(replace(clothes("/x").findings[0], message=f"Say {n}.") for n in range(6)))
    assert len(room.findings.bars) == 3
    assert room.findings.more.text() == "+4 more"
    qtbot.mouseClick(room.findings.more, LEFT)
    assert len(room.findings.bars) == 7


def test_show_lists_the_files_with_the_reason(used: tuple[Window, Child, DataWorkspace], qtbot: Any) -> None:
    _window, _child, room = used
    qtbot.mouseClick(room.findings.bars[2].show_files, LEFT)
    assert room.images.isVisible()
    model = room.images.model
    qtbot.waitUntil(lambda: model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) is not None)
    assert model.index(0).data(Qt.ItemDataRole.AccessibleTextRole) == "train/hat/cut.jpg: cut short"
    qtbot.keyClick(room.images.view, Qt.Key.Key_Escape)
    assert room.grid.isVisible()


def choose(room: DataWorkspace, label: int, *places: int) -> None:
    """Opens a class by its row's first column, and chooses images."""
    index = room.classes.index(label, 0)
    room.grid.setFocus()
    room.grid.setCurrentIndex(index)
    room.grid.clicked.emit(index)
    view = room.images.view
    assert view.isVisible()
    view.grab()  # what is painted is asked for
    view.selectionModel().clear()
    for place in places:
        view.selectionModel().select(
            room.images.model.index(place), view.selectionModel().SelectionFlag.Select
        )


def test_delete_sets_aside_what_is_chosen_and_undo_brings_it_back(
    used: tuple[Window, Child, DataWorkspace], qtbot: Any
) -> None:
    window, child, room = used
    choose(room, 1, 0, 2)
    qtbot.keyClick(room.images.view, Qt.Key.Key_Delete)
    document = window.session.document
    assert [(c.image, c.excluded) for c in document.project.data.changes] == [
        (content(1, 0), True),
        (content(1, 2), True),
    ]
    assert document.undo_stack.undoText() == "Set 2 images aside"
    counts = list(clothes("/x").counts)
    counts[1] = (298, 84, 84)
    child.find(counts=tuple(counts))
    assert room.images.isVisible() and room.images.model.rowCount() == 298
    document.undo_stack.undo()
    assert document.project.data.changes == ()


def test_a_key_of_a_class_relabels_and_the_menu_moves_to_a_part(
    used: tuple[Window, Child, DataWorkspace], qtbot: Any
) -> None:
    window, _child, room = used
    choose(room, 1, 3)
    assert "5 t-shirt" in room.images.hint.text()
    qtbot.keyClick(room.images.view, Qt.Key.Key_5)
    choose(room, 1, 3)
    room.images.to_part.menu().actions()[1].trigger()
    (change,) = window.session.document.project.data.changes
    assert (change.image, change.label, change.part) == (content(1, 3), "t-shirt", "val")
    choose(room, 1, 3)
    qtbot.mouseClick(room.images.restore, LEFT)
    assert window.session.document.project.data.changes == ()


def test_images_that_nobody_sorted_get_classes_by_name(
    used: tuple[Window, Child, DataWorkspace], qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, child, room = used
    child.find()
    remark = "Neither folders nor file names tell classes: all images are unlabelled."
    window.session.data.edit("x", replace(window.session.document.project.data, fit="stretch"))
    window.session.data._renewed(
        clothes(window.session.document.project.data.source.path, classes=("unlabelled",), counts=((40, 9, 9),), remarks=(remark,))
    )  # fmt: skip
    assert room.head.remarks.text() == remark
    choose(room, 0, 0, 1)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_args: (" cat ", True))
    room.images.to_class.menu().actions()[-1].trigger()
    changes = window.session.document.project.data.changes
    assert [(change.image, change.label) for change in changes] == [
        (content(0, 0), "cat"),
        (content(0, 1), "cat"),
    ]


def test_nothing_can_be_decided_about_images_that_are_not_in_use(
    make_window: MakeWindow, folder: Path, qtbot: Any
) -> None:
    window = make_window(touched())
    child = warm(window)
    drop(window, folder)
    child.find()
    room = workspace(window)
    assert not room.findings.bars[0].mend.isEnabled()
    assert room.findings.bars[0].show_files.isEnabled()
    choose(room, 1, 0)
    assert not room.images.buttons.isVisible()
    qtbot.keyClick(room.images.view, Qt.Key.Key_Delete)
    assert window.session.document.project.data == Data(Inside("mnist"))


# --- the form -------------------------------------------------------------------------------------


def test_each_setting_is_one_checked_step(used: tuple[Window, Child, DataWorkspace], qtbot: Any) -> None:
    window, _child, room = used
    document, forms = window.session.document, room.preparation
    steps = document.undo_stack.count()
    qtbot.mouseClick(forms.augmentation_form.rows["augmentation.shift"].editor.switch, LEFT)
    assert document.project.data.augmentation.shift == 0.1
    line = forms.split_form.rows["split.val"].editor.line
    line.setFocus()
    line.selectAll()
    qtbot.keyClicks(line, "0.25")
    qtbot.keyClick(line, Qt.Key.Key_Return)
    assert document.project.data.split.val == 0.25
    box = forms.fit_form.rows["fit"].editor.box
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert document.project.data.fit == "border"
    side = forms.side.editor.line
    side.setFocus()
    qtbot.keyClick(side, Qt.Key.Key_Up)
    assert input_shape(document.project.network) == (3, 96, 96)
    assert document.undo_stack.count() == steps + 4
    for _step in range(4):
        document.undo_stack.undo()
    assert input_shape(document.project.network) == (3, 64, 64)
    assert document.project.data == Data(document.project.data.source)


def test_a_flip_that_lies_is_warned_of(used: tuple[Window, Child, DataWorkspace], qtbot: Any) -> None:
    window, _child, room = used
    flip = room.preparation.augmentation_form.rows["augmentation.flip_horizontal"].editor.switch
    qtbot.mouseClick(flip, LEFT)
    assert not room.preparation.flip_warning.isVisible()
    info = clothes(window.session.document.project.data.source.path, classes=("1", "2", "3", "4", "5"))
    remember(replace(info, data=window.session.document.project.data))
    window.session.data._renewed(replace(info, data=window.session.document.project.data))
    assert room.preparation.flip_warning.text() == "Mirrored digits are no digits: leave flips off."


def test_the_strip_steps_epochs_by_keys(used: tuple[Window, Child, DataWorkspace], qtbot: Any) -> None:
    _window, _child, room = used
    strip = room.preparation.strip
    strip.setFocus()
    qtbot.keyClick(strip, Qt.Key.Key_Period)
    qtbot.keyClick(strip, Qt.Key.Key_Period)
    qtbot.keyClick(strip, Qt.Key.Key_Comma)
    assert strip.which.text() == "epoch 2"
