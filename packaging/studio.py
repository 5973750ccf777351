"""What pictures of the real program are taken with: a window, the hands that work on it, and a small PNG."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from itertools import pairwise
from multiprocessing import active_children
from pathlib import Path

import numpy as np
from msgspec.structs import replace
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from cnnbuilder.engine.messages import NetworkRead, ReadNetwork
from cnnbuilder.network.file import loads
from cnnbuilder.ui.plots.loading import library
from cnnbuilder.ui.widgets.style import Style
from cnnbuilder.ui.widgets.theme import theme
from cnnbuilder.ui.window.window import Window

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
USUAL = (1440, 900)
COLOURS, GROUNDS = 256, 128
"""A palette this large shows no difference, and the file is a third of the size. So many of its colours are the most
frequent ones, kept exactly; the others are those that are farthest from them."""
PATIENCE_S = 300


class Studio:
    """One window at a time, driven the way a person would, and its pictures."""

    def __init__(self, folder: Path, themes: tuple[str, ...], size: tuple[int, int] = USUAL) -> None:
        self._folder = folder
        self._themes = themes
        self._size = size
        self._application = QApplication(["cnnbuilder"])
        Style(self._application)
        self.window: Window

    def make(self, name: str, way: Callable[[Studio], None]) -> None:
        """Opens a window, brings it to a state, and pictures it in each theme."""
        theme.set_mode(self._themes[0])
        self.window = Window()
        self.window.setWindowState(Qt.WindowState.WindowNoState)
        self.window.resize(*self._size)
        self.window.show()
        try:
            self.window.child.warm_up()
            library.load()
            self.until(lambda: library.ready)
            self.until(lambda: self.window.session.runner.status.ready is not None)
            way(self)
            for mode in self._themes:
                theme.set_mode(mode)
                self.rest()
                self._save(self._folder / f"{name}-{mode}.png")
        finally:
            theme.set_scale(1.0)
            self._close()

    def _save(self, path: Path) -> None:
        image = self.window.grab().toImage()
        image.save(str(path))
        _shrink(path)
        print(f"{path}  {image.width()}×{image.height()}  {path.stat().st_size / 1000:.0f} kB", flush=True)

    def _close(self) -> None:
        window = self.window
        window.session.document.undo_stack.setClean()
        window.session.file.decline()  # no question: nobody is there to answer
        window.shutdown()
        window.session.close()
        window.hide()  # as closing does: a window that goes must not hold the keyboard
        window.deleteLater()
        self.rest(0.1)

    # --- waiting ----------------------------------------------------------------------------------

    def until(self, reached: Callable[[], bool]) -> None:
        """Lets the window live until something is so; raises TimeoutError after five minutes."""
        for _turn in range(PATIENCE_S * 50):
            if reached():
                return
            QTest.qWait(20)
        raise TimeoutError(f"not reached in {PATIENCE_S} s; the run is {self.window.session.runner.status}")

    def rest(self, seconds: float = 0.6) -> None:
        """Until what moves has come to rest."""
        QTest.qWait(round(seconds * 1000))

    # --- what a person does -----------------------------------------------------------------------

    def click(self, widget: QWidget) -> None:
        """A click with the left button in the middle."""
        QTest.mouseClick(widget, LEFT)

    def begin_digits(self) -> None:
        """The first card."""
        self.click(self.window.build.area.cards.cards[0])

    def go_to(self, key: str) -> None:
        """Clicks a workspace in the switch."""
        self.click(self.window.top_bar.switch.segments[key])

    def read_network(self, name: str) -> None:
        """A network of torchvision, as File > Import reads it, seen from its top as an opened file is."""
        answers: list[object] = []
        self.window.tasks.ask(lambda number: ReadNetwork(number, name), answers.append)
        self.until(lambda: bool(answers))
        (answer,) = answers
        assert isinstance(answer, NetworkRead), answer
        self.window.session.begin(loads(answer.project))
        self.window.build.canvas.camera.open()

    def select(self, kind: str, nth: int = 0) -> None:
        """Clicks the n-th block of a kind."""
        blocks = self.window.session.document.project.network.blocks
        id_ = [block.id for block in blocks if block.kind() == kind][nth]
        canvas = self.window.build.canvas
        where = canvas.block_area(id_).center()
        QTest.mouseClick(canvas.viewport(), LEFT, pos=where)

    def press_delete(self) -> None:
        """The key, on the canvas."""
        QTest.keyClick(self.window.build.canvas, Qt.Key.Key_Delete)

    def enter(self, field: str, text: str) -> None:
        """Types into a field of the inspector."""
        editors = self.window.build.inspector.page.findChildren(QLineEdit)
        editor = next(editor for editor in editors if editor.accessibleName().endswith(field))
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def set_training(self, **settings: object) -> None:
        """What the settings of Train do."""
        project = self.window.session.document.project
        self.window.session.document.edit(
            "Training", replace(project, training=replace(project.training, **settings))
        )

    @property
    def position(self) -> float:
        """How far the run is, in epochs."""
        step = self.window.session.runner.status.step
        return step.position if step is not None else 0.0

    def train(self, epochs: float) -> None:
        """Presses Train and waits until so many epochs are behind it, or the run is over."""
        runner = self.window.session.runner
        self.click(self.window.top_bar.train)
        self.until(lambda: not runner.active or self.position >= epochs)

    def kill_engine(self) -> None:
        """Ends the training process as a system short of memory would."""
        [child] = active_children()
        os.kill(child.pid or 0, getattr(signal, "SIGKILL", signal.SIGTERM))

    def draw(self, strokes: tuple[tuple[float, float], ...]) -> None:
        """Draws in Try it, and waits for the guess."""
        self.go_to("train")
        training = self.window.host.workspaces.workspace("train")
        self.rest(0.2)
        field = training.try_it.field
        points = [QPoint(round(x * field.width()), round(y * field.height())) for x, y in strokes]
        QTest.mousePress(field, LEFT, NONE, points[0])
        for here, there in pairwise(points):
            for step in range(1, 9):
                QTest.mouseMove(field, here + (there - here) * step / 8)
        QTest.mouseRelease(field, LEFT, NONE, points[-1])
        self.until(lambda: training.try_it.guesses.likeliest is not None)


def _shrink(path: Path) -> None:
    """Writes a PNG anew with a palette. Pillow's own palettes tint large grounds, or lose the colour of an icon."""
    with Image.open(path) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    colours, places, counts = np.unique(
        pixels.reshape(-1, 3).astype(np.int32), axis=0, return_inverse=True, return_counts=True
    )
    palette = list(colours[np.argsort(-counts)[:GROUNDS]])
    distances = ((colours[:, None] - np.array(palette)) ** 2).sum(2)
    nearest, gaps = distances.argmin(1), distances.min(1)
    while len(palette) < COLOURS and gaps.any():
        farthest = colours[gaps.argmax()]
        distance = ((colours - farthest) ** 2).sum(1)
        nearest[distance < gaps] = len(palette)
        gaps = np.minimum(gaps, distance)
        palette.append(farthest)
    indices = nearest.astype(np.uint8)[places.reshape(pixels.shape[:2])]
    small = Image.fromarray(indices)
    small.putpalette(np.array(palette, np.uint8).tobytes())
    small.save(path, optimize=True)
