"""The export dialog as a person uses it: forms, options, whose weights, the place, and everything by keyboard."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QRadioButton,
    QWidget,
)

from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.blocks.input import Input
from cnnbuilder.blocks.merging import Add
from cnnbuilder.network.code import source
from cnnbuilder.network.edits import remove
from cnnbuilder.network.file import save
from cnnbuilder.network.project import Network, Project, Wire
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.exporting import dialog as dialog_module
from cnnbuilder.ui.exporting.forms import FORMS
from cnnbuilder.ui.exporting.preview import Preview
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.command_palette import actions_of
from cnnbuilder.ui.window.window import Window
from tests.ui.exporting.conftest import Child, dialog_of
from tests.ui.session.test_run_loader import leave_a_run


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def radio(widget: QWidget, text: str) -> QRadioButton:
    return next(button for button in widget.findChildren(QRadioButton) if button.text() == text)


def trained_window(make_window: Any, tmp_path: Path, *runs: str) -> Window:
    """A saved project with runs of these templates, oldest first."""
    project = TEMPLATES["digits"].make()
    save(project, tmp_path / "mine.cnn")
    for number, name in enumerate(runs, 1):
        leave_a_run(tmp_path / "mine.runs" / f"{number:04}", TEMPLATES[name].make())
    return make_window(Document(project, tmp_path / "mine.cnn"))  # type: ignore[no-any-return]


# --- reaching it ----------------------------------------------------------------------------------


def test_every_form_is_in_the_menu_and_in_the_command_palette(window: Window) -> None:
    names = [name for name, _action in actions_of(window.menus) if name.startswith("Export: ")]
    assert names == [
        "Export: Export",
        "Export: PyTorch model (.py)",
        "Export: Training script (.py)",
        "Export: Notebook (.ipynb)",
        "Export: ONNX (.onnx)",
        "Export: PyTorch program (.pt2)",
        "Export: Weights (.safetensors)",
        "Export: Figure (.svg .pdf .png)",
        "Export: Table (.csv .md .tex)",
        "Export: Folder for use elsewhere",
        "Export: Check export",
    ]


def test_a_form_of_the_menu_opens_the_dialog_there(window: Window) -> None:
    dict(actions_of(window.menus))["Export: ONNX (.onnx)"].trigger()
    assert dialog_of(window).choice.form == "onnx"
    assert "N × 1 × 32 × 32" in words(dialog_of(window).page)


def test_the_code_tab_offers_the_style_that_it_shows(window: Window, qtbot: Any) -> None:
    view = window.host.show_page("code")
    view.styles["sequential"].click()  # type: ignore[attr-defined]
    qtbot.mouseClick(view.export, Qt.MouseButton.LeftButton)  # type: ignore[attr-defined]
    choice = dialog_of(window).choice
    assert (choice.form, choice.style) == ("model", "sequential")


def test_a_problem_is_shown_with_its_fix_instead(make_window: Any, home: Path) -> None:
    project = TEMPLATES["digits"].make()
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    window = make_window(Document(replace(project, network=remove(project.network, [flatten]))))
    window.host.actions["export"].trigger()
    assert "Mend this one" in window.bars.bar("export").label.text()
    assert window.session.selection.single == window.session.document.analysis.problems[0].id
    focused = window.focusWidget()
    assert isinstance(focused, QAbstractButton)
    assert focused.text() == "Insert Flatten"


def test_an_empty_canvas_says_what_is_missing(make_window: Any, home: Path) -> None:
    window = make_window(Document())
    window.host.actions["export"].trigger()
    assert "no network to export yet" in window.bars.bar("export").label.text()


# --- by keyboard ----------------------------------------------------------------------------------


def test_keys_alone_export_a_figure(window: Window, qtbot: Any, tmp_path: Path, saves_to: Any) -> None:
    offered = saves_to(tmp_path / "net.svg")
    qtbot.keyClick(window.build.canvas, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = dialog_of(window)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.focusWidget() is dialog.forms
    while dialog.choice.form != "figure":
        qtbot.keyClick(dialog.forms, Qt.Key.Key_Down)
    for _press in range(30):
        QTest.keyClick(dialog, Qt.Key.Key_Tab)
        if isinstance(dialog.focusWidget(), QRadioButton):
            break
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Right)
    assert dialog.choice.figure == "volumes"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert Path(offered[0]).name == "network-volumes.svg"
    assert (tmp_path / "net.svg").read_text(encoding="utf-8").lstrip().startswith("<?xml")
    assert "net.svg is written." in window.bars.bar("export").label.text()


def test_escape_leaves_everything_as_it_was(window: Window, qtbot: Any) -> None:
    window.host.actions["export"].trigger()
    dialog = dialog_of(window)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert window.bars.bar("export") is None


def test_everything_in_it_has_a_name_for_screen_readers(window: Window) -> None:
    for form in FORMS:
        window.host.exporter.ask(form)
        dialog = dialog_of(window)
        kinds = QAbstractButton | QLineEdit | QComboBox
        nameless = [
            child
            for child in dialog.findChildren(QWidget)
            if isinstance(child, kinds)
            and not child.accessibleName()
            and not (isinstance(child, QAbstractButton) and child.text())
        ]
        assert nameless == []
        dialog.reject()


# --- forms that the window writes -----------------------------------------------------------------


@pytest.mark.parametrize("style", ["Module", "Sequential"])
def test_the_model_is_the_code_of_the_style(
    window: Window, tmp_path: Path, saves_to: Any, style: str
) -> None:
    saves_to(tmp_path / "net.py")
    window.host.exporter.ask("model")
    radio(dialog_of(window), style).click()
    dialog_of(window).export.click()
    expected = source(window.session.document.project.network, style.lower()).text  # type: ignore[arg-type]
    assert (tmp_path / "net.py").read_text(encoding="utf-8") == expected


@pytest.mark.parametrize(
    ("kind", "part"), [("CSV", "name,"), ("Markdown", "| Name"), ("LaTeX", r"\begin{tabular}")]
)
def test_a_table_has_the_kind_that_was_chosen(
    window: Window, tmp_path: Path, saves_to: Any, kind: str, part: str
) -> None:
    offered = saves_to("")
    window.host.exporter.ask("table")
    dialog = dialog_of(window)
    radio(dialog, kind).click()
    dialog.export.click()
    assert dialog.isVisible(), "no place was chosen: nothing has happened"
    place = tmp_path / Path(offered[0]).name
    saves_to(place)
    dialog.export.click()
    assert part in place.read_text(encoding="utf-8")


def test_what_is_previewed_is_what_is_written(window: Window, tmp_path: Path, saves_to: Any) -> None:
    for form, other in (("model", "Sequential"), ("table", "LaTeX")):
        window.host.exporter.ask(form)
        dialog = dialog_of(window)
        preview = dialog.page.findChild(Preview)
        before = preview.lines
        radio(dialog, other).click()
        assert preview.lines != before
        saves_to(tmp_path / f"net{dialog.choice.ending}")
        dialog.export.click()
        written = (tmp_path / f"net{dialog.choice.ending}").read_text(encoding="utf-8")
        assert preview.lines == written.splitlines()


def test_a_figure_is_seen_before_it_is_exported(window: Window, qtbot: Any) -> None:
    window.host.exporter.ask("figure")
    preview = dialog_of(window).page.findChild(Preview)
    qtbot.waitUntil(lambda: preview.has_figure)
    canvas = preview.grab().toImage()
    radio(dialog_of(window), "Volumes").click()
    qtbot.waitUntil(lambda: preview.has_figure)
    assert preview.grab().toImage() != canvas
    assert len({canvas.pixel(x, canvas.height() // 2) for x in range(canvas.width())}) > 3, (
        "something is drawn"
    )


def test_an_ending_that_was_typed_counts(window: Window, tmp_path: Path, saves_to: Any) -> None:
    saves_to(tmp_path / "net.md")
    window.host.exporter.ask("table")  # offers .csv
    dialog_of(window).export.click()
    assert (tmp_path / "net.md").read_text(encoding="utf-8").startswith("|")


def test_sequential_is_barred_for_branches_and_says_why(make_window: Any, home: Path) -> None:
    blocks = (Input(id="in", height=8, width=8), Conv2d(id="c", out_channels=1, padding=(1, 1)), Add(id="a"))
    wires = (Wire("in", "c"), Wire("in", "a"), Wire("c", "a", input=1))
    window = make_window(Document(Project(Network(blocks, wires))))
    window.host.exporter.ask("model", "sequential")
    dialog = dialog_of(window)
    assert not radio(dialog, "Sequential").isEnabled()
    assert dialog.choice.style == "module"
    assert "branches" in words(dialog.page)


# --- whose weights --------------------------------------------------------------------------------


def test_untrained_says_so(window: Window) -> None:
    window.host.exporter.ask("onnx")
    assert "Nothing is trained yet." in words(dialog_of(window).page)
    assert "seed 0" in words(dialog_of(window).page)
    assert dialog_of(window).choice.run is None


def test_the_newest_run_is_proposed_and_others_can_be_chosen(
    make_window: Any, home: Path, tmp_path: Path, qtbot: Any
) -> None:
    window = trained_window(make_window, tmp_path, "digits", "digits", "lenet5")
    window.host.exporter.ask("onnx")
    dialog = dialog_of(window)
    box = dialog.page.findChild(QComboBox)
    titles = [box.itemText(place) for place in range(box.count())]
    assert [re.sub(r" of .* \(", " (", title) for title in titles] == [
        "Run 2 (98 %)",
        "Run 1 (98 %)",
        "Fresh weights",
    ]
    assert dialog.choice.run == tmp_path / "mine.runs" / "0002"
    assert "run 2 of" in words(dialog.page)
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_End)
    assert dialog.choice.run is None
    assert "learned nothing yet" in words(dialog.page)
    box.setCurrentIndex(1)
    qtbot.keyClick(dialog.forms, Qt.Key.Key_Down)  # the choice goes along to the next form
    assert dialog.choice.run == tmp_path / "mine.runs" / "0001"


def test_a_run_of_another_network_is_named(make_window: Any, home: Path, tmp_path: Path) -> None:
    window = trained_window(make_window, tmp_path, "lenet5")
    window.host.exporter.ask("weights")
    said = words(dialog_of(window).page)
    assert "No run has trained the network as it is now" in said
    assert "run 1 of" in said


# --- the place ------------------------------------------------------------------------------------


def test_names_and_places_come_from_the_project_then_from_the_last_export(
    make_window: Any, home: Path, tmp_path: Path, saves_to: Any
) -> None:
    window = trained_window(make_window, tmp_path)
    (tmp_path / "away").mkdir()
    offered = saves_to(tmp_path / "away" / "net.csv")
    window.host.exporter.ask("table")
    dialog_of(window).export.click()
    assert offered == [str(tmp_path / "mine.csv")]
    QApplication.processEvents()
    window.host.exporter.ask()
    dialog = dialog_of(window)
    assert dialog.choice.form == "table"
    dialog.export.click()
    assert offered[1] == str(tmp_path / "away" / "mine.csv")
    assert settings.last_export() == ("table", tmp_path / "away")


def test_a_place_that_cannot_be_written_is_one_sentence_and_the_choice_stays(
    window: Window, tmp_path: Path, saves_to: Any
) -> None:
    saves_to(tmp_path / "nowhere" / "net.md")
    window.host.exporter.ask("table")
    dialog = dialog_of(window)
    radio(dialog, "Markdown").click()
    dialog.export.click()
    assert dialog.isVisible()
    assert dialog.refusal.text() == (
        "net.md cannot be written: there is no such file or folder. Choose another place."
    )
    assert dialog.choice.ending == ".md"
    radio(dialog, "LaTeX").click()
    assert not dialog.refusal.isVisible()


@pytest.mark.parametrize("replaced", [True, False])
def test_a_name_without_its_ending_does_not_overwrite_unasked(
    window: Window, tmp_path: Path, saves_to: Any, monkeypatch: pytest.MonkeyPatch, replaced: bool
) -> None:
    (tmp_path / "net.csv").write_text("mine")
    saves_to(tmp_path / "net")
    monkeypatch.setattr(dialog_module, "choose", lambda *_args: 0 if replaced else 1)
    window.host.exporter.ask("table")
    dialog_of(window).export.click()
    assert ((tmp_path / "net.csv").read_text() != "mine") is replaced


def test_a_folder_has_a_name_and_a_place(
    window: Window, child: Child, tmp_path: Path, saves_to: Any, qtbot: Any
) -> None:
    saves_to(tmp_path)
    window.host.exporter.ask("folder")
    dialog = dialog_of(window)
    field = dialog.page.findChild(QLineEdit)
    assert field.text() == "network-model"
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "a/b")
    dialog.export.click()
    assert "none of these" in dialog.refusal.text()
    field.selectAll()
    qtbot.keyClicks(field, "mine v1.2")
    dialog.export.click()
    assert child.export.out.endswith("/mine v1.2/"), "a folder, whatever its name looks like"
    child.write(b"class Net")
    assert (tmp_path / "mine v1.2" / "model.py").read_bytes() == b"class Net"
    assert "Open the folder" in [button.text() for button in window.bars.bar("export").buttons]


def test_a_folder_that_is_there_is_asked_about_and_keeps_what_else_is_in_it(
    window: Window, child: Child, tmp_path: Path, saves_to: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "network-model"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine")
    (folder / "model.py").write_text("old")
    asked: list[str] = []

    def choose(_parent: object, question: str, loss: str, _answers: object) -> int:
        asked.append(f"{question} {loss}")
        return 0

    monkeypatch.setattr(dialog_module, "choose", choose)
    saves_to(tmp_path)
    window.host.exporter.ask("folder")
    dialog_of(window).export.click()
    assert "network-model exists already." in asked[0]
    child.write(b"new")
    assert (folder / "model.py").read_bytes() == b"new"
    assert (folder / "notes.txt").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(".cnn")) == []


# --- rooms ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_at_double_text_size_in_a_small_room_nothing_is_cut_off(window: Window, form: str) -> None:
    theme.set_scale(2.0)
    window.host.exporter.ask(form)
    dialog = dialog_of(window)
    dialog.resize(992, 560)
    QApplication.processEvents()
    assert dialog.size().width() == 992
    assert dialog.size().height() == 560
    for button in (dialog.check, dialog.cancel, dialog.export):
        assert dialog.rect().contains(button.geometry())
        assert button.width() >= button.sizeHint().width()
    for child in dialog.page.findChildren(QWidget):
        if isinstance(child, QAbstractButton):
            assert child.width() >= child.sizeHint().width(), child
    room = QGuiApplication.primaryScreen().availableGeometry()
    assert dialog.page.width() <= room.width()


def test_a_picture_is_written_in_the_size_that_is_asked_for(
    make_window: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = trained_window(make_window, tmp_path)
    sizes = {}
    for times in ("1×", "2×", "4×"):
        window.host.exporter.ask("figure")
        dialog = dialog_of(window)
        assert "pixels" not in words(dialog) or radio(dialog, "PNG").isChecked()
        radio(dialog, "PNG").click()
        radio(dialog, times).click()
        out = tmp_path / f"figure{times[0]}.png"
        monkeypatch.setattr(
            dialog_module.QFileDialog, "getSaveFileName", lambda *_args, out=out: (str(out), "")
        )
        said = re.search(r"([\d,]+) × ([\d,]+) pixels", words(dialog))
        assert said is not None
        dialog.export.click()
        image = QImage(str(out))
        assert (f"{image.width():,}", f"{image.height():,}") == said.groups()
        sizes[times] = image.width()
    assert sizes["2×"] == pytest.approx(2 * sizes["1×"], abs=2)
    assert sizes["4×"] == pytest.approx(4 * sizes["1×"], abs=4)
