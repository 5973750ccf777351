"""A person who does anything at all to one window, by chance but the same for the same seed, and what must hold then.

Built on what the window shows in public and on its widgets; it presses keys and buttons wherever that is how a person
does it. What happened last is told with whatever fails, and the seed brings it back.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication, QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QPushButton, QWidget

from cnnbuilder.blocks import OFFERED
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.file import dumps, load, loads
from cnnbuilder.network.mends import offered
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.build.palette_card import Card
from cnnbuilder.ui.fields.editors import ChoiceEditor, SwitchEditor, TypedEditor
from cnnbuilder.ui.widgets.switch import Switch
from cnnbuilder.ui.window.window import Window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
PLAIN = Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
SLOWEST = 4.0
"""Seconds one action may take; the machine may be busy, a hang is not that."""
MOST_BLOCKS = 400
"""Larger networks only make the rest of a session slow."""
VALUES = (
    *("0", "-1", "1", "2", "3", "7", "16", "65536", "99999999999999999999", "1e9", "0.5", "3,5", "3x5"),
    *(
        "1,1,1",
        "nan",
        "inf",
        "",
        "  ",
        "abc",
        "١٢",
        "²",
        "1_000",
        "0x10",
        "1" * 400,
        "💥",
        "<b>x</b>",
        "same",
    ),
    *("(3, 3)", "true", "\u202e5", "5\t6"),
)
NAMES = (
    *("a", "conv1", "__class__", "forward", "x", "<img src=x>", "", "1st", "ß", "名前", "a\u202eb", "self"),
    *("x" * 300, "a;b", "&amp;&", "{0}", "%s"),
)
SOURCES = (
    "nn.Conv2d(3, 8, 3)",
    "x = F.relu(x)",
    "nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.MaxPool2d(2))",
    "garbage",
    "",
    "exec('1')",
    "self.fc = nn.Linear(84, 10)",
    "x = torch.cat([x, x], 1)",
    "x" * 200_000,
    '{"format":"cnnbuilder-blocks"}',
    '{"format":"cnnbuilder","version":1,"network":{"blocks":[{"id":"b1","block":"ReLU"}],"wires":[]}}',
)
KEYS = (
    *(Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Delete),
    *(Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_F, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Escape, Qt.Key.Key_F6, Qt.Key.Key_F8),
)
TYPED_ENDS = (Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_Escape, Qt.Key.Key_Up, Qt.Key.Key_Down)


def start(seed: int) -> Project:
    """What the session of this seed begins with: one of the templates, or nothing."""
    names = [*TEMPLATES, None]
    name = random.Random(seed).choice(names)
    return TEMPLATES[name].make() if name is not None else Project()


class RandomSession:
    """One window under one seed. `folder` is where it saves; `answers` is asked for the answer to each question."""

    def __init__(self, window: Window, seed: int, folder: Path, answers: list[int]) -> None:
        self.random = random.Random(seed)
        self.window = window
        self.session = window.session
        self.document = window.session.document
        self.canvas = window.build.canvas
        self.answers = answers
        self.log: deque[str] = deque(maxlen=6)
        self._file = folder / f"session-{seed}.cnn"
        self._bad_file = folder / "bad.cnn"
        self._first = self.document.project
        self._actions = self._weighted()

    # --- running --------------------------------------------------------------------------------------

    def run(self, actions: int) -> None:
        """Does so many things; after each what must hold is asserted, and at the end that undo leads back."""
        self.window.resize(self.random.choice([1440, 1024, 760]), self.random.choice([900, 640]))
        for _number in range(actions):
            action = self.random.choice(self._actions)
            began = time.perf_counter()
            word = action()
            _pump()
            self.log.append(
                f"{action.__name__.strip('_')} {str(word)[:40] if word is not None else ''}".strip()
            )
            assert time.perf_counter() - began < SLOWEST, f"slow: {list(self.log)}"
            self._check()
        self._undo_everything()

    def _check(self) -> None:
        told = list(self.log)
        project, network = self.document.project, self.document.project.network
        assert len(network.by_id) == len(network.blocks), told
        assert analyse(network) == self.document.analysis, told
        assert loads(dumps(project)) == project, told
        assert self.session.selection.ids <= network.by_id.keys(), told
        if self.canvas.interaction.gesture is None:
            self._check_canvas(told)
        while len(self.document.project.network.blocks) > MOST_BLOCKS and self.document.undo_stack.canUndo():
            self.document.undo_stack.undo()

    def _check_canvas(self, told: list[str]) -> None:
        scene, network = self.canvas.scene(), self.document.project.network
        assert scene.blocks.keys() == network.by_id.keys(), told
        assert scene.arrangement is not None
        assert scene.arrangement.network == network, told
        assert scene.wires.keys() == scene.arrangement.lines.keys(), told
        assert scene.ghosts == frozenset(), told
        popup = self.canvas.overlays.popup
        if popup.isVisible():
            area = self.canvas.viewport().geometry()
            room = area.width() >= popup.width() + 16 and area.height() >= popup.height() + 16
            assert area.contains(popup.geometry()) or not room, told

    def _undo_everything(self) -> None:
        stack = self.document.undo_stack
        while stack.canUndo():
            stack.undo()
        _pump()
        assert self.document.project == self._first, list(self.log)
        assert analyse(self.document.project.network) == self.document.analysis, list(self.log)

    def _weighted(self) -> list[Callable[[], object]]:
        often = [
            (self._edit_field, 10),
            (self._palette, 5),
            (self._append, 6),
            (self._join, 6),
            (self._drag, 7),
            (self._draw_wire, 6),
        ]
        some = [
            (self._delete, 4),
            (self._undo, 4),
            (self._paste, 4),
            (self._keys, 5),
            (self._palette_drag, 3),
        ]
        few = [(self._fix, 3), (self._training, 3), (self._data, 3), (self._page, 4), (self._redo, 2)]
        once = [
            *(
                self._copy,
                self._cut,
                self._duplicate,
                self._duplicate,
                self._tidy,
                self._move,
                self._template,
            ),
            *(self._save, self._save, self._open, self._open_bad, self._complete, self._show_problem),
            *(self._select_all, self._new, self._copy_source, self._resize, self._quick_add, self._bars),
        ]
        return [*(action for action, times in (*often, *some, *few) for _time in range(times)), *once]

    # --- choosing -------------------------------------------------------------------------------------

    def _select(self, count: int = 1) -> None:
        ids = list(self.document.project.network.by_id)
        self.session.selection.select(self.random.sample(ids, min(len(ids), count)))

    def _maybe(self, share: float) -> bool:
        return self.random.random() < share

    def _trigger(self, action: QAction) -> str | None:
        if not action.isEnabled():
            return None
        action.trigger()
        return action.text()

    def _visible(self, kind: type[QWidget], below: QWidget) -> list[QWidget]:
        return [found for found in below.findChildren(kind) if found.isVisible() and found.isEnabled()]

    # --- blocks ---------------------------------------------------------------------------------------

    def _cards(self) -> list[QWidget]:
        self.window.host.show_page("blocks")
        _pump()
        return [card for card in self._visible(Card, self.window.build) if card.property("kind")]

    def _palette(self) -> object:
        if self._maybe(0.6):
            self._select()
        cards = self._cards()
        if not cards:
            return None
        card = self.random.choice(cards)
        QTest.mouseDClick(card, LEFT, PLAIN, card.rect().center())
        return card.property("kind")

    def _palette_drag(self) -> object:
        cards = self._cards()
        if not cards:
            return None
        card = self.random.choice(cards)
        QTest.mousePress(card, LEFT, PLAIN, card.rect().center())
        viewport = self.canvas.viewport()
        for _step in range(self.random.choice([1, 3, 6])):
            at = QPoint(
                self.random.randrange(-40, viewport.width() + 40), self.random.randrange(viewport.height())
            )
            _move(card, viewport.mapToGlobal(at))
            if self._maybe(0.05):
                self.document.undo_stack.undo()
            if self._maybe(0.05):
                QTest.keyClick(card, Qt.Key.Key_Escape)
            _pump()
        QTest.mouseRelease(card, LEFT, PLAIN, card.mapFromGlobal(viewport.mapToGlobal(at)))
        return card.property("kind")

    def _append(self) -> object:
        if self._maybe(0.6):
            self._select(self.random.choice([1, 1, 2]))
        kind = self.random.choice(OFFERED).kind()
        self.canvas.append(kind)
        return kind

    def _quick_add(self) -> object:
        self.window.host.go_to("build")
        self.canvas.quick_add()
        field = self.canvas.overlays.quick_add.field
        word = self.random.choice(["conv", "add", "liniar", "", "zzz", "pool"])
        QTest.keyClicks(field, word)
        QTest.keyClick(field, self.random.choice([Qt.Key.Key_Return, Qt.Key.Key_Escape]))
        return word

    def _menu(self, menu: str, number: int) -> QAction:
        return self.canvas.menu_actions(menu)[number]

    def _edit_action(self, text: str) -> QAction:
        actions = [*self.canvas.menu_actions("edit"), *self.canvas.menu_actions("network")]
        return next(action for action in actions if action.text().replace("&", "") == text)

    def _delete(self) -> object:
        self._select(self.random.choice([1, 1, 1, 2, 5]))
        return self._trigger(self._edit_action("Delete"))

    def _copy(self) -> object:
        self._select(self.random.choice([1, 2, 4]))
        return self._trigger(self._edit_action("Copy"))

    def _cut(self) -> object:
        self._select(self.random.choice([1, 2, 4]))
        return self._trigger(self._edit_action("Cut"))

    def _copy_source(self) -> object:
        return self._trigger(self._edit_action("Copy as PyTorch"))

    def _paste(self) -> object:
        if self._maybe(0.5):
            self._select()
        if self._maybe(0.5):
            QGuiApplication.clipboard().setText(self.random.choice(SOURCES))
        return self._trigger(self._edit_action("Paste"))

    def _duplicate(self) -> object:
        self._select(self.random.choice([1, 2, 3]))
        return self._trigger(self._edit_action("Duplicate"))

    def _select_all(self) -> object:
        return self._trigger(self._edit_action("Select all"))

    def _tidy(self) -> object:
        return self._trigger(self._edit_action("Tidy up"))

    def _move(self) -> object:
        self._select()
        return self._trigger(self._edit_action(self.random.choice(["Move up", "Move down"])))

    def _join(self) -> object:
        self._select(self.random.choice([1, 2, 2, 3]))
        actions = self.canvas.menu_actions("network")
        joining = [action for action in actions if action.text().startswith(("Join", "Cut"))]
        enabled = [action for action in joining if action.isEnabled()]
        return self._trigger(self.random.choice(enabled)) if enabled else None

    # --- mouse and keys -------------------------------------------------------------------------------

    def _drag(self) -> object:
        self.window.host.go_to("build")
        view, viewport = self.canvas, self.canvas.viewport()
        ids = list(self.document.project.network.by_id)
        area = viewport.rect()
        start = QPoint(self.random.randrange(area.width()), self.random.randrange(area.height()))
        if ids and self._maybe(0.8):
            start = view.mapFromScene(view.scene().block_rect(self.random.choice(ids)).center())
        if not view.isVisible() or not area.contains(start):
            view.fit()
            return "out of sight"
        held = self.random.choice([PLAIN, PLAIN, PLAIN, CONTROL, SHIFT, ALT])
        QTest.mousePress(viewport, LEFT, held, start)
        for _step in range(self.random.choice([1, 4])):
            at = QPoint(self.random.randrange(area.width()), self.random.randrange(area.height()))
            _move(viewport, viewport.mapToGlobal(at), held)
            if self._maybe(0.1):
                QTest.keyClick(view, Qt.Key.Key_Escape)
            if self._maybe(0.05):
                self.document.undo_stack.undo()
            _pump()
        QTest.mouseRelease(viewport, LEFT, held, at)
        return None

    def _draw_wire(self) -> object:
        """From a port or a wire to anywhere: by drag, from click to click, or by keys; now and then put back."""
        self.window.host.go_to("build")
        view, viewport = self.canvas, self.canvas.viewport()
        arrangement, area = view.scene().arrangement, viewport.rect()
        if not view.isVisible() or arrangement is None or not arrangement.boxes:
            return None
        box = arrangement.boxes[self.random.choice(list(arrangement.boxes))]
        ports = [(box.right, box.y + box.height / 2), (box.x + 24, box.bottom + 2), (box.x + 24, box.y - 3)]
        start = view.mapFromScene(QPointF(*self.random.choice([*ports, (box.x + 60, box.bottom + 12)])))
        if not area.contains(start):
            view.fit()
            return "out of sight"
        clicks = self._maybe(0.3)
        if clicks:
            QTest.mouseClick(viewport, LEFT, PLAIN, start)
        else:
            QTest.mousePress(viewport, LEFT, PLAIN, start)
        at = start
        for _step in range(self.random.choice([1, 2, 4])):
            end = view.scene().block_rect(self.random.choice(list(view.scene().blocks)))
            wish = QPointF(
                end.left() + self.random.choice([24, 200]), end.bottom() + self.random.choice([-9, 11])
            )
            at = view.mapFromScene(wish)
            _move(viewport, viewport.mapToGlobal(at), PLAIN, NONE if clicks else LEFT)
            if self._maybe(0.15):
                QTest.keyClick(view, self.random.choice([Qt.Key.Key_C, Qt.Key.Key_M, Qt.Key.Key_Down]))
            if self._maybe(0.05):
                QTest.keyClick(view, Qt.Key.Key_Escape)
            if self._maybe(0.05):
                self.document.undo_stack.undo()
            _pump()
        if clicks:
            QTest.mouseClick(viewport, LEFT, PLAIN, at)
        else:
            QTest.mouseRelease(viewport, LEFT, PLAIN, at)
        if self._maybe(0.8):  # a search that was opened, a wire that hangs
            QTest.keyClick(QApplication.focusWidget() or view, Qt.Key.Key_Escape)
        return "clicks" if clicks else None

    def _keys(self) -> object:
        self.window.host.go_to("build")
        self.canvas.setFocus()
        key = self.random.choice(KEYS)
        QTest.keyClick(self.canvas, key, self.random.choice([PLAIN, PLAIN, CONTROL, SHIFT, ALT]))
        return key.name

    def _undo(self) -> None:
        for _time in range(self.random.choice([1, 1, 3, 20])):
            self.document.undo_stack.undo()

    def _redo(self) -> None:
        for _time in range(self.random.choice([1, 1, 3, 20])):
            self.document.undo_stack.redo()

    # --- fields ---------------------------------------------------------------------------------------

    def _edit_field(self) -> object:
        self.window.host.go_to("build")
        self._select(self.random.choice([1, 1, 1, 3]))
        _pump()
        page = self.window.build.inspector.page
        if page is None:
            return None
        lines = self._visible(QLineEdit, page)
        if lines and self._maybe(0.15):
            return self._type(self.random.choice(lines), self.random.choice(NAMES))
        return self._edit_one(page)

    def _training(self) -> object:
        self.window.host.go_to("train")
        _pump()
        return self._edit_one(self.window.host.workspaces.workspace("train"))

    def _edit_one(self, below: QWidget) -> object:
        editors = [
            *self._visible(TypedEditor, below),
            *self._visible(SwitchEditor, below),
            *self._visible(ChoiceEditor, below),
        ]
        return self._edit(self.random.choice(editors)) if editors else None

    def _edit(self, editor: QWidget) -> object:
        if isinstance(editor, TypedEditor):
            text = self.random.choice(VALUES) if self._maybe(0.5) else str(self.random.randrange(1, 40))
            return self._type(editor.line, text)
        if isinstance(editor, SwitchEditor):
            QTest.mouseClick(editor.findChildren(Switch)[0], LEFT)
            return "switched"
        boxes = editor.findChildren(QComboBox)
        if not boxes:
            return None
        index = self.random.randrange(boxes[0].count())
        boxes[0].setCurrentIndex(index)
        boxes[0].activated.emit(index)
        return f"choice {index}"

    def _type(self, line: QLineEdit, text: str) -> str:
        line.setFocus()
        line.selectAll()
        if text.isascii() and len(text) < 60:
            QTest.keyClicks(line, text)
        else:
            # As an input method does; QTest knows no keys for other scripts.
            committed = QInputMethodEvent()
            committed.setCommitString(text)
            QApplication.sendEvent(line, committed)
        QTest.keyClick(line, self.random.choice(TYPED_ENDS))
        return text

    # --- problems -------------------------------------------------------------------------------------

    def _fix(self) -> object:
        """Presses one of the mends that are offered anywhere in sight."""
        self.window.host.show_page("problems")
        _pump()
        analysis = self.document.analysis
        labels = {fix.label for problem in analysis.problems for fix in offered(analysis, problem)}
        buttons = [b for b in self._visible(QPushButton, self.window.build) if b.text() in labels]
        if not buttons:
            return None
        button = self.random.choice(buttons)
        label = button.text()
        QTest.mouseClick(button, LEFT)
        return label

    def _show_problem(self) -> None:
        self.session.show_first_problem()

    def _complete(self) -> None:
        self.session.complete()

    # --- documents ------------------------------------------------------------------------------------

    def _replaced(self, id_before: str) -> None:
        if self.document.id != id_before:
            self._first = self.document.project

    def _template(self) -> object:
        self.answers[0] = self.random.choice([1, 1, 2])
        name, id_ = self.random.choice(list(TEMPLATES)), self.document.id
        self.session.begin_template(name)
        self._replaced(id_)
        return name

    def _new(self) -> None:
        if self._maybe(0.3):
            self.answers[0] = self.random.choice([1, 2])
            id_ = self.document.id
            self.window.host.opening.new()
            self._replaced(id_)

    def _save(self) -> object:
        self.answers[0] = 1
        saved = self.window.host.files.save()
        if saved:
            assert load(self._file) == self.document.project, list(self.log)
        return saved

    @property
    def file(self) -> Path:
        """What is saved to."""
        return self._file

    def _open(self) -> object:
        if not self._file.exists():
            return None
        self.answers[0] = 1
        id_ = self.document.id
        opened = self.window.host.opening.open_path(self._file)
        if self.document.id != id_:
            assert load(self._file) == self.document.project, list(self.log)
        self._replaced(id_)
        return opened

    def _open_bad(self) -> None:
        self._bad_file.write_bytes(self.random.randbytes(50))
        before = self.document.project
        self.window.host.opening.open_path(self._bad_file)
        assert self.document.project is before, list(self.log)

    # --- the window -----------------------------------------------------------------------------------

    def _data(self) -> object:
        action = self.random.choice(self.window.data.menu.actions())
        action.trigger()
        return action.text()

    def _bars(self) -> object:
        buttons = self._visible(QPushButton, self.window.bars)
        if not buttons:
            return None
        button = self.random.choice(buttons)
        text = button.text()
        QTest.mouseClick(button, LEFT)
        return text

    def _page(self) -> str:
        page = self.random.choice(
            ["blocks", "outline", "analysis", "code", "problems", "build", "data", "train"]
        )
        if page in ("build", "data", "train"):
            self.window.host.go_to(page)
        else:
            self.window.host.show_page(page)
        return page

    def _resize(self) -> None:
        self.window.resize(self.random.randrange(720, 1600), self.random.randrange(480, 1000))


def _move(
    widget: QWidget,
    position: QPoint,
    held: Qt.KeyboardModifier = PLAIN,
    buttons: Qt.MouseButton = LEFT,
) -> None:
    # QTest.mouseMove tells of no buttons; a real drag does.
    at = QPointF(widget.mapFromGlobal(position))
    event = QMouseEvent(QEvent.Type.MouseMove, at, QPointF(position), NONE, buttons, held)
    QApplication.sendEvent(widget, event)


def _pump() -> None:
    QApplication.processEvents()
    QApplication.processEvents()
