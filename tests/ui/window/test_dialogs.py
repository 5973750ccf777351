"""Questions and small dialogs: buttons say what they do, Escape means no."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QMenu, QMessageBox, QPlainTextEdit, QWidget

from cnnbuilder.ui.widgets.questions import DetailsDialog, choose
from cnnbuilder.ui.window.about import show_about
from cnnbuilder.ui.window.shortcuts import ShortcutsDialog


def when_open(act: object) -> None:
    """Does something with the dialog that is about to open."""

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(10, look)
        else:
            act(dialog)  # type: ignore[operator]

    QTimer.singleShot(0, look)


@pytest.mark.parametrize("number", [0, 1, 2])
def test_the_answer_is_the_button_that_was_pressed(qapp: QApplication, number: int) -> None:
    def press(box: QMessageBox) -> None:
        [button] = [b for b in box.buttons() if b.text() == ("Save", "Don't save", "Cancel")[number]]
        button.click()

    when_open(press)
    assert choose(None, "Save <a>.cnn?", "Else it is lost.", ["Save", "Don't save", "Cancel"]) == number


@pytest.mark.parametrize(("key", "answer"), [(Qt.Key.Key_Escape, 1), (Qt.Key.Key_Return, 0)])
def test_escape_is_the_last_answer_and_enter_the_first(qapp: QApplication, key: Qt.Key, answer: int) -> None:
    when_open(lambda box: QTest.keyClick(box, key))
    assert choose(None, "Go on?", "", ["Yes", "Cancel"]) == answer


def test_a_name_with_markup_in_it_is_shown_as_it_is(qapp: QApplication) -> None:
    seen: list[str] = []

    def look(box: QMessageBox) -> None:
        seen.append(box.text())
        box.reject()

    when_open(look)
    choose(None, "Save <i>x</i>.cnn?", "", ["Save", "Cancel"])
    assert seen == ["<b>Save &lt;i&gt;x&lt;/i&gt;.cnn?</b>"]


def test_details_can_be_copied(qtbot) -> None:
    dialog = DetailsDialog(None, "The process ended.", "Traceback …")
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "Traceback …"
    [copy] = [button for button in dialog.findChildren(QWidget) if getattr(button, "text", str)() == "Copy"]
    copy.click()
    assert QApplication.clipboard().text() == "Traceback …"


def test_every_shortcut_stands_in_one_list(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = QMenu("File", window)
    menu.addAction("&Save").setShortcut("Ctrl+S")
    dialog = ShortcutsDialog(window, [menu])
    texts = [label.text() for label in dialog.findChildren(QLabel) if not label.isHidden()]
    assert texts == ["File", "Save", "Ctrl+S"]


def test_a_shortcut_is_found_by_what_it_does_and_by_its_keys(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menus = []
    for title, entries in (
        ("&File", (("&Save", "Ctrl+S"), ("&Open…", "Ctrl+O"))),
        ("&Edit", (("&Undo", "Ctrl+Z"),)),
    ):
        menus.append(QMenu(title, window))
        for text, keys in entries:
            menus[-1].addAction(text).setShortcut(keys)
    dialog = ShortcutsDialog(window, menus)
    qtbot.addWidget(dialog)
    dialog.show()
    assert [heading.text() for heading, _lines in dialog.headings] == ["File", "Edit"]
    qtbot.keyClicks(dialog.search, "undo")
    assert dialog.shown == ["Undo"]
    assert [heading.isVisible() for heading, _lines in dialog.headings] == [False, True]
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, "ctrl+o")
    assert dialog.shown == ["Open"]
    dialog.search.clear()
    qtbot.keyClicks(dialog.search, "xyzzy")
    assert dialog.shown == []
    assert dialog.miss.isVisible()
    dialog.search.clear()
    assert dialog.shown == ["Save", "Open", "Undo"]


def test_about_names_the_version(qapp: QApplication) -> None:
    seen: list[str] = []

    def look(box: QMessageBox) -> None:
        seen.append(box.text())
        box.buttons()[0].click()

    when_open(look)
    show_about(None)
    assert "0.1.0" in seen[0]
