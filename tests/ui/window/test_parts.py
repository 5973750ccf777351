"""The frame's parts alone: tabs, sides, bars, the status line, the command palette, the settings."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QByteArray, QPoint, Qt
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QMenu, QWidget

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.edits import remove
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.widgets import settings
from cnnbuilder.ui.widgets.columns import CENTRE_LEAST, Columns, SidePanel
from cnnbuilder.ui.widgets.message_bars import MessageBars
from cnnbuilder.ui.widgets.tabs import Tabs
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.command_palette import CommandPalette, actions_of, matches
from cnnbuilder.ui.window.status_bar import StatusBar, totals_text
from cnnbuilder.ui.window.top_bar import Chip


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
    tabs.show()
    tabs.set_badge("two", 4)
    assert tabs.bar.tabButton(1, tabs.bar.ButtonPosition.RightSide).isVisible()
    tabs.set_badge("two", 0)
    assert tabs.bar.tabButton(1, tabs.bar.ButtonPosition.RightSide) is None
    assert narrow


@pytest.fixture
def columns(qtbot) -> Columns:
    left, centre, right = SidePanel("left", 232), QWidget(), SidePanel("right", 320)
    left.set_content(QLabel("left"))
    right.set_content(QLabel("right"))
    columns = Columns((left,), centre, (right,))
    qtbot.addWidget(columns)
    columns.resize(1440, 600)
    columns.show()
    return columns


def width(columns: Columns, total: int) -> int:
    columns.resize(total, 600)
    QApplication.processEvents()
    return columns.sizes()[1]


@pytest.mark.parametrize(
    ("total", "folded"),
    [(1440, ""), (1366, ""), (1152, "right"), (1024, "right"), (900, "right"), (800, "both")],
)
def test_panels_fold_before_the_centre_gets_too_narrow(columns: Columns, total: int, folded: str) -> None:
    assert width(columns, total) >= CENTRE_LEAST
    (left,), (right,) = columns.left, columns.right
    assert left.folded == (folded in ("left", "both"))
    assert right.folded == (folded in ("right", "both"))


def test_they_unfold_when_there_is_room_again(columns: Columns) -> None:
    width(columns, 800)
    width(columns, 1440)
    assert not any(panel.folded for panel in columns.panels)


def test_the_one_that_a_person_opens_takes_the_others_place(columns: Columns) -> None:
    width(columns, 1024)
    (left,), (right,) = columns.left, columns.right
    columns.open(right)
    assert not right.folded
    assert left.folded
    assert left.width() == left.rail_width


def test_without_room_it_opens_over_the_centre_and_escape_closes_it(columns: Columns, qtbot) -> None:
    width(columns, 700)
    (right,) = columns.right
    columns.open(right)
    assert right.folded
    assert right.content.isVisible()
    assert columns.sizes()[1] >= CENTRE_LEAST, "the centre keeps its width below it"
    qtbot.keyClick(right.content, Qt.Key.Key_Escape)
    assert not right.content.isVisible()
    width(columns, 1440)
    assert right.content.isVisible()
    assert right.isAncestorOf(right.content)


def test_a_panel_folded_by_hand_stays_folded(columns: Columns) -> None:
    (right,) = columns.right
    columns.toggle(right)
    width(columns, 1600)
    assert right.folded
    columns.toggle(right)
    assert not right.folded


def test_a_width_set_by_hand_outlives_folding(columns: Columns, qtbot) -> None:
    handle = columns.handle(1)
    (left,) = columns.left
    grip = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=grip)
    qtbot.mouseMove(handle, grip + QPoint(60, 0))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=grip)
    QApplication.processEvents()
    before = left.width()
    assert before > 280
    columns.toggle(left)
    columns.toggle(left)
    QApplication.processEvents()
    assert abs(left.width() - before) <= 2


def test_large_text_takes_wider_panels(columns: Columns) -> None:
    width(columns, 1440)
    theme.set_scale(2.0)
    QApplication.processEvents()
    assert columns.sizes()[1] >= CENTRE_LEAST


def test_a_bar_does_its_work_and_goes(qtbot) -> None:
    bars = MessageBars()
    qtbot.addWidget(bars)
    done: list[str] = []
    bars.show_message("a", "One thing.", [("Do it", lambda: done.append("a"))])
    bars.show_message("b", "Another.")
    assert bars.isVisibleTo(None)
    bar = bars.bar("a")
    assert bar is not None
    bar.buttons[0].click()
    assert done == ["a"]
    assert bars.bar("a") is None
    bars.close_message("b")
    assert not bars.isVisibleTo(None)


def test_a_bar_of_the_same_key_replaces_the_old_one(qtbot) -> None:
    bars = MessageBars()
    qtbot.addWidget(bars)
    bars.show_message("a", "One.")
    bars.show_message("a", "Two.", [("Go on", lambda: bars.show_message("a", "Three."))])
    bars.bar("a").buttons[0].click()
    assert bars.bar("a").label.text() == "Three."


def test_the_status_line_says_the_totals() -> None:
    project = TEMPLATES["digits"].make()
    text = totals_text(project, analyse(project.network))
    assert text.startswith("12 blocks · 33,546 parameters · 2.52 M MACs · about ")
    assert text.endswith(" MB at batch 128")


def test_a_status_line_without_room_ends_in_an_ellipsis(qtbot) -> None:
    project = TEMPLATES["digits"].make()
    line = StatusBar()
    qtbot.addWidget(line)
    line.show_state(project, analyse(project.network), None)
    line.resize(line.totals.fontMetrics().horizontalAdvance(line.totals.text()) + 400, line.height())
    line.show()
    assert line.totals.shown == line.totals.text()
    line.resize(300, line.height())
    assert line.totals.shown.endswith("…")
    assert line.totals.text() in line.totals.toolTip()
    assert not line.grab().isNull()


def test_the_status_line_counts_up_to_the_problem(qtbot) -> None:
    project = TEMPLATES["digits"].make()
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    broken = Project(remove(project.network, [flatten]), project.data, project.training)
    line = StatusBar()
    qtbot.addWidget(line)
    line.show_state(broken, analyse(broken.network), None)
    assert line.totals.text() == "11 blocks · 23,296 parameters up to the problem · 2.51 M MACs"
    assert line.totals.toolTip().endswith("MACs: multiply–accumulates of one image")
    assert line.problems.text() == "1 problem"
    with qtbot.waitSignal(line.problems_clicked):
        line.problems.click()


def test_the_status_line_names_what_is_missing_with_its_fix(qtbot) -> None:
    project = TEMPLATES["empty"].make()
    line = StatusBar()
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
    menu = QMenu("&View", window)
    dark = menu.addMenu("&Theme").addAction("&Dark")
    menu.addAction("Gone").setEnabled(False)
    assert [name for name, _action in actions_of([menu])] == ["Theme: Dark", "Gone"]
    window.resize(800, 600)
    window.show()
    palette = CommandPalette(window, [menu])
    palette.open()
    qtbot.keyClicks(palette.field, "dark")
    with qtbot.waitSignal(dark.triggered):
        qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isVisible()


def test_the_command_palette_answers_a_miss(qtbot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    menu = QMenu("&View", window)
    window.resize(800, 600)
    window.show()
    palette = CommandPalette(window, [menu])
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


def test_a_chips_picture_follows_the_theme(qtbot) -> None:
    chip = Chip("Data set", "The images", "data")
    qtbot.addWidget(chip)
    chip.set_form(worded=False, detailed=False)
    theme.set_mode("light")
    light = chip.picture.pixmap().toImage()
    theme.set_mode("dark")
    dark = chip.picture.pixmap().toImage()
    theme.set_mode("light")
    assert light != dark
    assert chip.picture.pixmap().toImage() == light
