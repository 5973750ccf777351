"""The frame's parts alone: tabs, sides, bars, the status line, the command palette, the settings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QWidget

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.edits import remove
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.message_bars import Bars
from cnnbuilder.ui.widgets.side_panel import CANVAS_MINIMUM, Across, Side, Sides
from cnnbuilder.ui.widgets.tabs import Tabs
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.command_palette import CommandPalette, actions_of, matches
from cnnbuilder.ui.window.status_bar import StatusLine, totals_text


@pytest.fixture
def tabs(qtbot) -> Tabs:
    tabs = Tabs("Panel")
    qtbot.addWidget(tabs)
    for key in ("one", "two"):
        tabs.add(key, key.title(), key, lambda key=key: QLabel(key))
    return tabs


def test_a_page_is_made_when_it_is_first_shown(tabs: Tabs) -> None:
    tabs.show()
    tabs.open("one")
    assert tabs.made("one") is not None
    assert tabs.made("two") is None
    tabs.bar.setCurrentIndex(1)
    assert tabs.made("two") is not None
    assert tabs.current == "two"


def test_tabs_work_by_keyboard(tabs: Tabs, qtbot) -> None:
    tabs.show()
    tabs.open("one")
    tabs.bar.setFocus()
    qtbot.keyClick(tabs.bar, Qt.Key.Key_Right)
    assert tabs.current == "two"


def test_a_badge_comes_and_goes(tabs: Tabs) -> None:
    narrow = (
        tabs.bar.tabSizeHint(1).width() if hasattr(tabs.bar, "tabSizeHint") else tabs.bar.tabRect(1).width()
    )
    tabs.set_badge("two", 3)
    assert tabs.bar.tabButton(1, tabs.bar.ButtonPosition.RightSide).text() == "3"
    tabs.set_badge("two", 0)
    assert tabs.bar.tabButton(1, tabs.bar.ButtonPosition.RightSide) is None
    assert narrow


@pytest.fixture
def sides(qtbot) -> Sides:
    splitter = Across()
    left, centre, right = Side(232), QWidget(), Side(320)
    left.set_panel(QLabel("left"))
    right.set_panel(QLabel("right"))
    for widget in (left, centre, right):
        splitter.addWidget(widget)
    splitter.setStretchFactor(1, 1)
    qtbot.addWidget(splitter)
    sides = Sides(splitter, left, right)
    splitter.resize(1440, 600)
    splitter.show()
    return sides


def width(sides: Sides, total: int) -> int:
    splitter = sides.parent()
    splitter.resize(total, 600)
    QApplication.processEvents()
    return splitter.sizes()[1]


@pytest.mark.parametrize(
    ("total", "folded"),
    [(1440, ""), (1366, ""), (1152, "left"), (1024, "left"), (900, "right"), (800, "both")],
)
def test_panels_fold_before_the_canvas_gets_too_narrow(sides: Sides, total: int, folded: str) -> None:
    assert width(sides, total) >= CANVAS_MINIMUM
    assert sides.left.folded == (folded in ("left", "both"))
    assert sides.right.folded == (folded in ("right", "both"))


def test_they_unfold_when_there_is_room_again(sides: Sides) -> None:
    width(sides, 800)
    width(sides, 1440)
    assert not sides.left.folded
    assert not sides.right.folded


def test_the_one_that_a_person_opens_takes_the_others_place(sides: Sides) -> None:
    width(sides, 1024)
    sides.open(sides.left)
    assert not sides.left.folded
    assert sides.right.folded
    assert sides.right.width() == sides.right.strip_width


def test_a_panel_folded_by_hand_stays_folded(sides: Sides) -> None:
    sides.toggle(sides.right)
    width(sides, 1600)
    assert sides.right.folded
    sides.toggle(sides.right)
    assert not sides.right.folded


def test_a_width_set_by_hand_outlives_folding(sides: Sides, qtbot) -> None:
    handle = sides.parent().handle(1)
    grip = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(handle, grip + QPoint(60, 0))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=grip)
    QApplication.processEvents()
    before = sides.left.width()
    assert before > 280
    sides.toggle(sides.left)
    sides.toggle(sides.left)
    QApplication.processEvents()
    assert abs(sides.left.width() - before) <= 2


def test_large_text_takes_wider_panels(sides: Sides) -> None:
    width(sides, 1440)
    theme.set_scale(2.0)
    QApplication.processEvents()
    assert sides.parent().sizes()[1] >= CANVAS_MINIMUM


def test_a_bar_does_its_work_and_goes(qtbot) -> None:
    bars = Bars()
    qtbot.addWidget(bars)
    done: list[str] = []
    bars.say("a", "One thing.", [("Do it", lambda: done.append("a"))])
    bars.say("b", "Another.")
    assert bars.isVisibleTo(None)
    bar = bars.bar("a")
    assert bar is not None
    bar.buttons[0].click()
    assert done == ["a"]
    assert bars.bar("a") is None
    bars.close_bar("b")
    assert not bars.isVisibleTo(None)


def test_a_bar_of_the_same_key_replaces_the_old_one(qtbot) -> None:
    bars = Bars()
    qtbot.addWidget(bars)
    bars.say("a", "One.")
    bars.say("a", "Two.", [("Go on", lambda: bars.say("a", "Three."))])
    bars.bar("a").buttons[0].click()
    assert bars.bar("a").label.text() == "Three."


def test_the_status_line_says_the_totals() -> None:
    project = TEMPLATES["digits"].make()
    text = totals_text(project, analyse(project.network))
    assert text.startswith("12 blocks · 33,546 parameters · 2.52 M MACs · about ")
    assert text.endswith(" MB at batch 128")


def test_a_status_line_without_room_ends_in_an_ellipsis(qtbot) -> None:
    project = TEMPLATES["digits"].make()
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_state(project, analyse(project.network), None)
    line.resize(line.totals.fontMetrics().horizontalAdvance(line.totals.text()) + 400, line.height())
    line.show()
    assert line.totals.shown() == line.totals.text()
    line.resize(300, line.height())
    assert line.totals.shown().endswith("…")
    assert line.totals.text() in line.totals.toolTip()
    assert not line.grab().isNull()


def test_the_status_line_counts_up_to_the_problem(qtbot) -> None:
    project = TEMPLATES["digits"].make()
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    broken = Project(remove(project.network, [flatten]), project.data, project.training)
    line = StatusLine()
    qtbot.addWidget(line)
    line.show_state(broken, analyse(broken.network), None)
    assert line.totals.text() == "11 blocks · 23,296 parameters up to the problem · 2.51 M MACs"
    assert line.totals.toolTip().endswith("MACs: multiply–accumulates of one image")
    assert line.problems.text() == "1 problem"
    with qtbot.waitSignal(line.problems_clicked):
        line.problems.click()


def test_the_status_line_names_what_is_missing_with_its_fix(qtbot) -> None:
    project = TEMPLATES["empty"].make()
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    line.show_state(project, analyse(project.network), "not yet a classifier: add Flatten and Linear (10)")
    assert line.problems.text() == "no problems"
    assert "not yet a classifier" in line.hint.text()
    with qtbot.waitSignal(line.fix_clicked):
        line.fix.click()


@pytest.mark.parametrize(
    ("typed", "first"),
    [("dark", "Theme: Dark"), ("sav as", "Save as"), ("undo", "Undo"), ("thdk", "Theme: Dark"), ("", "New")],
)
def test_a_command_is_found_by_what_people_type(typed: str, first: str) -> None:
    names = ["New", "Save", "Save as", "Undo", "Redo", "Theme: Light", "Theme: Dark"]
    ranked = sorted(
        (rank, place, name) for place, name in enumerate(names) if (rank := matches(name, typed)) is not None
    )
    assert ranked[0][2] == first


def test_the_command_palette_finds_actions_in_menus_of_menus(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = window.menuBar().addMenu("&View")
    dark = menu.addMenu("&Theme").addAction("&Dark")
    menu.addAction("Gone").setEnabled(False)
    assert [name for name, _action in actions_of(window.menuBar())] == ["Theme: Dark", "Gone"]
    window.resize(800, 600)
    window.show()
    palette = CommandPalette(window, window.menuBar())
    palette.open()
    qtbot.keyClicks(palette.field, "dark")
    with qtbot.waitSignal(dark.triggered):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()


def test_the_command_palette_answers_a_miss(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.resize(800, 600)
    window.show()
    palette = CommandPalette(window, window.menuBar())
    palette.open()
    qtbot.keyClicks(palette.field, "zzz")
    assert palette.miss.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)
    assert not palette.isVisible()


def test_the_theme_is_remembered(home, qapp) -> None:
    theme.set_mode("dark")
    theme.set_scale(1.5)
    settings.save_theme()
    theme.set_mode("light")
    theme.set_scale(1.0)
    settings.restore_theme()
    assert (theme.mode, theme.scale) == ("dark", 1.5)


def test_nonsense_in_the_settings_counts_as_nothing(home, qapp) -> None:
    settings.settings_folder().mkdir(parents=True)
    (settings.settings_folder() / "cnnbuilder.ini").write_text("[General]\ntheme=purple\ntext_size=big\n")
    settings.restore_theme()
    assert (theme.mode, theme.scale) == ("system", 1.0)
    assert settings.layout_number("left_width", 0) == 0
    assert settings.layout_bytes("window") is None
    settings.save_layout({"window": QByteArray(b"x"), "left_width": 300})
    assert settings.layout_number("left_width", 0) == 300
    assert settings.layout_bytes("window") == QByteArray(b"x")
