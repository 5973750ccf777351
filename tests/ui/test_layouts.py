"""Every workspace in every state, at every size of window and text, once more with words 40 % longer: nothing is cut.

What is scrolled out of sight is not cut; what gives way keeps its whole text in a tooltip.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QSplitter,
    QTabBar,
    QToolButton,
    QWidget,
)

from cnnbuilder.engine.data.catalogue import find
from cnnbuilder.engine.messages import BrowseData, BrowseFiles, BrowseImage, DataProgress, ProcessExited
from cnnbuilder.network.data import Data, Folder, Inside
from cnnbuilder.network.data_edits import with_setting
from cnnbuilder.network.edits import remove
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.data.workspace import DataWorkspace
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.widgets.elided_label import ElidedLabel
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.window import Window
from tests.ui.data.answers import answer_to
from tests.ui.data.own import answer_own, clothes
from tests.ui.runs import READY, epoch, finished, started, step

SIZES = [(1366, 768), (1366, 681), (1920, 1080), (1024, 640)]
SLACK = 1
"""Pixels that rounding may take."""


# --- what is looked at ------------------------------------------------------------------------------


def seen_part(widget: QWidget, window: QWidget) -> QRect:
    """The part of a widget that its ancestors leave to be seen, in the window's pixels."""
    area = QRect(widget.mapTo(window, widget.rect().topLeft()), widget.size())
    above = widget.parentWidget()
    while above is not None:
        area &= QRect(above.mapTo(window, above.rect().topLeft()), above.size())
        if above is window:
            break
        above = above.parentWidget()
    return area


def scrolls(widget: QWidget) -> bool:
    """Whether a widget lies in something that scrolls: what is out of sight there can be reached."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            return True
        above = above.parentWidget()
    return False


def described(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton | QLineEdit) else ""
    names, above = [], widget
    while above is not None and len(names) < 4:
        names.append(type(above).__name__)
        above = above.parentWidget()
    return f"{' in '.join(names)} “{text or widget.accessibleName()}” {widget.geometry().getRect()}"


def controls(window: Window) -> list[QWidget]:
    kinds = QAbstractButton | QLineEdit | QComboBox | QAbstractSpinBox | QTabBar
    return [
        widget
        for widget in window.findChildren(QWidget)
        if isinstance(widget, kinds)
        and widget.isVisible()
        and not isinstance(widget.parentWidget(), QComboBox | QAbstractSpinBox | QLineEdit | QTabBar)
    ]


def squeezed_controls(window: Window) -> list[str]:
    """Controls that are smaller than they need to be."""
    found = []
    for widget in controls(window):
        least = widget.minimumSizeHint().expandedTo(widget.minimumSize())
        least = least.boundedTo(widget.maximumSize())
        if isinstance(widget, QLineEdit) or widget.width() < 1:
            continue
        if widget.width() + SLACK < least.width() or widget.height() + SLACK < least.height():
            found.append(f"{described(widget)} needs {least.width()}×{least.height()}")
    return found


def cut_texts(window: Window) -> list[str]:
    """Labels and buttons whose words do not fit, and which no tooltip says whole."""
    found = []
    for label in window.findChildren(QLabel):
        text = label.text()
        if not label.isVisible() or not text or label.width() < 1 or text in label.toolTip():
            continue
        if isinstance(label, ElidedLabel):
            continue  # it says the rest by itself: `test_what_gives_way_says_the_rest`
        label.ensurePolished()
        room = label.contentsRect()
        if label.wordWrap():
            needed = label.heightForWidth(label.width())
            if needed > label.height() + SLACK:
                found.append(f"{described(label)} needs a height of {needed}")
            continue
        # Not its size hint, which remembers the least width that it was given before.
        words = label.fontMetrics().size(0, text)
        if words.width() > room.width() + SLACK or words.height() > room.height() + 4:
            found.append(f"{described(label)} needs {words.width()}, has {room.width()}")
    for button in window.findChildren(QAbstractButton):
        if not isinstance(button, QPushButton | QToolButton | QCheckBox | QRadioButton):
            continue  # painted by itself, for the width that it has
        if (
            isinstance(button, QToolButton)
            and button.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
        ):
            continue
        if not button.isVisible() or not button.text() or button.text() in button.toolTip():
            continue
        if button.sizeHint().width() > button.width() + SLACK:
            found.append(f"{described(button)} needs {button.sizeHint().width()}")
    for bar in window.findChildren(QTabBar):
        if bar.isVisible() and bar.sizeHint().width() > bar.width() + SLACK:
            found.append(f"{described(bar)} needs {bar.sizeHint().width()}")
    return found


def overlaps(window: Window) -> list[str]:
    """Two visible widgets of one layout that lie on one another."""
    found = []
    parents = {widget.parentWidget() for widget in window.findChildren(QWidget) if widget.isVisible()}
    for parent in parents:
        if parent is None or parent.layout() is None or isinstance(parent, QAbstractScrollArea | QSplitter):
            continue
        inside = [
            child
            for child in parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
            if (child.isVisible() and not child.isWindow() and not child.geometry().isEmpty()
            and parent.layout().indexOf(child) >= 0) or _in_inner_layout(parent, child)
        ]  # fmt: skip
        for one, other in combinations(inside, 2):
            both = one.geometry() & other.geometry()
            if both.width() > SLACK and both.height() > SLACK:
                found.append(f"{described(one)} and {described(other)}")
    return found


def _in_inner_layout(parent: QWidget, child: QWidget) -> bool:
    """Whether a child stands in a layout inside the parent's: layouts do not own, their widget does."""
    if not child.isVisible() or child.isWindow() or child.geometry().isEmpty():
        return False
    layouts = [parent.layout()]
    while layouts:
        layout = layouts.pop()
        for place in range(layout.count() if layout else 0):
            item = layout.itemAt(place)
            if item.widget() is child:
                return True
            if item.layout() is not None:
                layouts.append(item.layout())
    return False


def outside(window: Window) -> list[str]:
    """Controls that stand partly outside of what can be seen, and cannot be scrolled to."""
    found = []
    for widget in controls(window):
        if scrolls(widget):
            continue
        seen = seen_part(widget, window)
        if seen.width() + SLACK < widget.width() or seen.height() + SLACK < widget.height():
            found.append(f"{described(widget)} is seen {seen.width()}×{seen.height()}")
    return found


def faults(window: Window) -> list[str]:
    return [
        *(f"squeezed: {text}" for text in squeezed_controls(window)),
        *(f"cut: {text}" for text in cut_texts(window)),
        *(f"overlapping: {text}" for text in overlaps(window)),
        *(f"outside: {text}" for text in outside(window)),
    ]


# --- the states -------------------------------------------------------------------------------------


def _broken() -> Project:
    project = TEMPLATES["digits"].make()
    flatten = next(block.id for block in project.network.blocks if block.kind() == "Flatten")
    return Project(remove(project.network, [flatten]), project.data, project.training)


def _train(window: Window, *, until: str) -> None:
    runner, child = window.session.runner, window.child
    child.ready = READY
    child._take(child._generation, [READY])
    window.session.run_directory.folder.mkdir(parents=True, exist_ok=True)
    window.host.train()
    run = str(window.session.run_directory.folder / "0001")
    child._take(
        child._generation, [started(run), epoch(0), step(0.3), step(0.6), step(0.9), epoch(1), step(1.4)]
    )
    if until == "finished":
        child._take(child._generation, [epoch(2), finished(run)])
    assert runner.state == ("finished" if until == "finished" else "training")


def first_start(window: Window) -> None:
    """As it opens."""
    window.session.begin(Project())


def digits(window: Window) -> None:
    """A template, with nothing selected."""


def selected(window: Window) -> None:
    window.session.selection.select(["b2"])


def broken(window: Window) -> None:
    """A problem, with its mend."""
    window.session.document.edit("Break", _broken())
    window.session.show_first_problem()


def drawer(page: str) -> Callable[[Window], None]:
    def open_page(window: Window) -> None:
        window.host.show_page(page)

    open_page.__name__ = f"drawer_{page}"
    return open_page


def outline(window: Window) -> None:
    window.host.show_page("outline")


def message(window: Window) -> None:
    """A long sentence with its buttons."""
    window.session.document.edit_network("Clear", Project().network)
    window.session.say(
        "file", "The file cannot be saved: the disk is full.", ("Save as…", print), ("Try again", print)
    )


def data(window: Window) -> None:
    """The child is not up yet: no image has come."""
    window.host.go_to("data")


def _data_filled(window: Window, name: str) -> DataWorkspace:
    window.child._engine = AnsweringEngine(window)
    window.child._take(window.child._generation, [READY])
    window.host.go_to("data")
    window.session.data.show(find(name))
    workspace: DataWorkspace = window.host.workspaces.workspace("data")  # type: ignore[assignment]
    assert all(map(workspace.classes.known, workspace.grid.labels_in_sight()))
    return workspace


def data_in_use(window: Window) -> None:
    _data_filled(window, "mnist")


def data_other(window: Window) -> None:
    """A data set is looked at that is not in use."""
    _data_filled(window, "fashion-mnist")


def data_image(window: Window) -> None:
    """One image large."""
    _data_filled(window, "shapes").grid.opened.emit(9, 3)


def data_failed(window: Window) -> None:
    """The child has died."""
    _data_filled(window, "mnist")
    window.child._engine = NoEngine()
    window.session.data.show(find("shapes"))
    window.child._take(window.child._generation, [ProcessExited("The training process crashed (SIGSEGV).")])


def data_none(window: Window) -> None:
    _data_filled(window, "mnist")
    project = window.session.document.project
    window.session.document.edit("No data", Project(project.network, Data(None), project.training))


def _own(window: Window) -> DataWorkspace:
    """Photographs of a person's own are looked at, and MNIST is in use."""
    room = _data_filled(window, "mnist")
    window.session.data.inspection.found.emit(clothes("/home/a person/Pictures/my clothes"))
    return room


def data_own(window: Window) -> None:
    """Looked at, not in use: findings, and Use."""
    window.session.data.may_begin = lambda: False
    _own(window)


def data_own_used(window: Window) -> None:
    """In use: every setting can be edited, one augmentation is on."""
    _own(window)
    data = window.session.document.project.data
    window.session.data.edit("Shift", with_setting(data, "augmentation.shift", 0.1))


def data_own_class(window: Window) -> None:
    """All images of a class, some chosen."""
    room = _own(window)
    room.grid.class_opened.emit(1)
    room.images.view.grab()
    room.images.view.selectAll()


def data_reading(window: Window) -> None:
    _data_filled(window, "mnist")
    session = window.session
    session.data.look_at(Data(Folder("/home/a person/Pictures/my clothes")))
    assert session.data.inspection._number is not None
    progress = DataProgress(session.data.inspection._number, 1_204, 3_781, 9.2)
    window.child._take(window.child._generation, [progress])


def data_lost(window: Window) -> None:
    """The folder of the project's own images is gone."""
    window.host.go_to("data")
    project = window.session.document.project
    lost = Data(Folder("/home/a person/Pictures/holiday/my clothes of last summer"))
    window.session.document.edit("Lost", Project(project.network, lost, project.training))


def train_before(window: Window) -> None:
    window.host.go_to("train")


def train_more(window: Window) -> None:
    window.host.go_to("train")
    window.host.workspaces.workspace("train").form.more.setChecked(True)


def train_during(window: Window) -> None:
    _train(window, until="training")


def train_edited(window: Window) -> None:
    """Another network than the one that trains."""
    _train(window, until="training")
    window.session.document.edit("Break", _broken())


def train_after(window: Window) -> None:
    _train(window, until="finished")


def strip(window: Window) -> None:
    """Another workspace while a run is under way."""
    _train(window, until="training")
    window.host.go_to("build")


STATES = [
    first_start, digits, selected, broken, drawer("analysis"), drawer("code"), drawer("problems"), outline, message,
    data, data_in_use, data_other, data_image, data_failed, data_none, data_own, data_own_used,
    data_own_class, data_reading, data_lost, train_before, train_more, train_during, train_edited, train_after, strip,
]  # fmt: skip


SCALES = (1.0, 1.5, 2.0)


def look(window: Window, size: tuple[int, int], scale: float) -> list[str]:
    """What is wrong with a window at a size of its own and of its text."""
    theme.set_scale(scale)
    window.resize(*size)
    for _round in range(3):
        QApplication.processEvents()
    if window.size().toTuple() != size:
        return [f"the window does not get as small as {size}, but {window.size().toTuple()}"]
    return faults(window)


def look_everywhere(
    window: Window, state: Callable[[Window], None], sizes: list[tuple[int, int]], scales: tuple[float, ...]
) -> list[str]:
    """The state, brought about once, at every size: from large to small and back, as a window is pulled."""
    window.child._engine = NoEngine()
    window.resize(*sizes[0])
    QApplication.processEvents()
    state(window)
    return [
        f"{state.__name__} {size[0]}×{size[1]} at {scale:.0%}: {fault}"
        for scale in scales
        for size in sizes
        for fault in look(window, size, scale)
    ]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_nothing_is_cut_at_any_size(
    make_window: Callable[[Document], Window], state: Callable[[Window], None]
) -> None:
    window = make_window(Document(TEMPLATES["digits"].make()))
    found = look_everywhere(window, state, SIZES, SCALES)
    window.session.document.undo_stack.setClean()
    assert found == [], "\n".join(found)


class NoEngine:
    """A child that is never there."""

    def start(self) -> None: ...
    def send(self, request: object) -> None: ...
    def kill(self) -> None: ...
    def close(self) -> None: ...


class AnsweringEngine(NoEngine):
    """A child that looks through data at once, and does nothing else."""

    def __init__(self, window: Window) -> None:
        self._child = window.child

    def send(self, request: object) -> None:
        if isinstance(request, BrowseData | BrowseFiles) and isinstance(request.data.source, Folder):
            self._child._take(self._child._generation, [answer_own(request)])
        elif isinstance(request, BrowseData | BrowseImage) and isinstance(request.data.source, Inside):
            self._child._take(self._child._generation, [answer_to(request)])


def test_nothing_is_cut_in_a_language_that_takes_more_room(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ui.longer_words"],
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout == "", done.stdout
