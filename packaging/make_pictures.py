"""Pictures of the real program in twelve states, light and dark, with real training on real data.

    python packaging/make_pictures.py OUT_FOLDER [--states training,problem] [--themes light] [--pixels 1]

Runs without a screen; QT_QPA_PLATFORM=xcb (or another) shows the window while it works. The program's own home is
a temporary folder: nothing of the user's settings, caches or runs is read or touched.
"""

from __future__ import annotations

import argparse
import os
import signal
import tempfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from cnnbuilder.ui.window import Window

THEMES = ("light", "dark")
USUAL, NARROW = (1440, 900), (1024, 640)
COLOURS = 255
"""A palette this large shows no difference, and the file is a third of the size."""
PATIENCE_S = 300
SEVEN = ((0.26, 0.25), (0.4, 0.24), (0.56, 0.24), (0.73, 0.25), (0.66, 0.4), (0.56, 0.58), (0.48, 0.8))
"""A digit as a hand draws it, in shares of the field."""
STATES: dict[str, Callable[[Studio], None]] = {}


def state(name: str) -> Callable[[Callable[[Studio], None]], Callable[[Studio], None]]:
    """Enters a way to a state under its name, which is the picture's too."""

    def enter(way: Callable[[Studio], None]) -> Callable[[Studio], None]:
        STATES[name] = way
        return way

    return enter


class Studio:
    """One window at a time, driven the way a person would, and its pictures."""

    def __init__(self, folder: Path, themes: tuple[str, ...]) -> None:
        from PySide6.QtWidgets import QApplication

        from cnnbuilder.ui.style import Style

        self._folder = folder
        self._themes = themes
        self._application = QApplication(["cnnbuilder"])
        Style(self._application)
        self.window: Window

    def make(self, name: str) -> None:
        """Opens a window, brings it to the state, and pictures it in each theme."""
        from PySide6.QtCore import Qt

        from cnnbuilder.ui.theme import theme
        from cnnbuilder.ui.window import Window

        theme.set_mode(self._themes[0])
        self.window = Window()
        self.window.setWindowState(Qt.WindowState.WindowNoState)
        self.window.resize(*USUAL)
        self.window.show()
        self.window.runner.warm_up()
        self.until(lambda: self.window.runner.status.ready is not None)
        try:
            STATES[name](self)
            for mode in self._themes:
                theme.set_mode(mode)
                self.rest()
                self._save(self._folder / f"{name}-{mode}.png")
        finally:
            theme.set_scale(1.0)
            self._close()

    def _save(self, path: Path) -> None:
        from PIL import Image

        image = self.window.grab().toImage()
        image.save(str(path))
        with Image.open(path) as picture:
            small = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
        small.save(path, optimize=True)
        print(f"{path}  {image.width()}×{image.height()}  {path.stat().st_size / 1000:.0f} kB", flush=True)

    def _close(self) -> None:
        window = self.window
        window.document.undo_stack.setClean()
        window.files.has_runs = lambda: False  # no question: nobody is there to answer
        window.runner.shutdown()
        window.recovery.close()
        window.deleteLater()
        self.rest(0.1)

    # --- waiting ----------------------------------------------------------------------------------

    def until(self, reached: Callable[[], bool]) -> None:
        """Lets the window live until something is so; raises TimeoutError after five minutes."""
        from PySide6.QtTest import QTest

        for _turn in range(PATIENCE_S * 50):
            if reached():
                return
            QTest.qWait(20)
        raise TimeoutError(f"not reached in {PATIENCE_S} s; the run is {self.window.runner.status}")

    def rest(self, seconds: float = 0.6) -> None:
        """Until what moves has come to rest."""
        from PySide6.QtTest import QTest

        QTest.qWait(round(seconds * 1000))

    # --- what a person does -----------------------------------------------------------------------

    def click(self, widget: QWidget) -> None:
        """A click with the left button in the middle."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def do(self, name: str) -> None:
        """An action of the menus, by its name."""
        self.window.actions_by_name[name].trigger()

    def begin_digits(self) -> None:
        """The first card."""
        self.click(self.window.area.cards.cards[0])

    def select(self, kind: str, nth: int = 0) -> None:
        """Clicks the n-th block of a kind."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        blocks = self.window.document.project.network.blocks
        id_ = [block.id for block in blocks if block.kind() == kind][nth]
        canvas = self.window.canvas
        where = canvas.block_area(id_).center()
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=where)

    def press_delete(self) -> None:
        """The key, on the canvas."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.keyClick(self.window.canvas, Qt.Key.Key_Delete)

    def enter(self, field: str, text: str) -> None:
        """Types into a field of the inspector."""
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QLineEdit

        editors = self.window.inspector.page.findChildren(QLineEdit)
        editor = next(editor for editor in editors if editor.accessibleName().endswith(field))
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def set_training(self, **settings: object) -> None:
        """What the Training tab's form does."""
        project = self.window.document.project
        self.window.document.edit(
            "Training", replace(project, training=replace(project.training, **settings))
        )

    def train(self, epochs: float) -> None:
        """Presses Train and waits until so many epochs are behind it, or the run is over."""
        runner = self.window.runner
        self.click(self.window.toolbar.train)
        self.until(lambda: not runner.active or _position(self.window) >= epochs)

    def draw(self, strokes: tuple[tuple[float, float], ...]) -> None:
        """Draws in Try it, and waits for the guess."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        training = self.window.bottom.training
        if not training.try_it.isVisible():
            self.click(training.try_button)
        self.rest(0.2)
        field = training.try_it.field
        points = [QPoint(round(x * field.width()), round(y * field.height())) for x, y in strokes]
        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(field, button, none, points[0])
        for here, there in pairwise(points):
            for step in range(1, 9):
                QTest.mouseMove(field, here + (there - here) * step / 8)
        QTest.mouseRelease(field, button, none, points[-1])
        self.until(lambda: training.try_it.guesses.likeliest is not None)


def _position(window: Window) -> float:
    step = window.runner.status.step
    return step.position if step is not None else 0.0


# --- the states -------------------------------------------------------------------------------------


@state("first-start")
def _first_start(_studio: Studio) -> None:
    """As it opens."""


@state("empty")
def _empty(studio: Studio) -> None:
    studio.click(studio.window.area.cards.empty)


@state("template")
def _template(studio: Studio) -> None:
    studio.begin_digits()


@state("selected")
def _selected(studio: Studio) -> None:
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)


@state("problem")
def _problem(studio: Studio) -> None:
    """Flatten taken away: the sentence, and the button that mends it."""
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Flatten")
    studio.press_delete()
    studio.click(studio.window.toolbar.train)  # with a problem it leads there


@state("training")
def _training(studio: Studio) -> None:
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)
    studio.train(2)
    studio.draw(SEVEN)
    studio.until(lambda: _position(studio.window) > 3.4)


@state("edited")
def _edited(studio: Studio) -> None:
    """Two edits while the run goes on."""
    studio.begin_digits()
    studio.rest(0.3)
    studio.train(1.2)
    studio.select("Conv2d", 2)
    studio.enter("out_channels", "48")
    studio.select("Conv2d", 1)
    studio.enter("out_channels", "24")
    studio.until(lambda: _position(studio.window) > 2.2)


@state("finished")
def _finished(studio: Studio) -> None:
    studio.begin_digits()
    studio.set_training(epochs=3)
    studio.train(3)
    studio.until(lambda: not studio.window.runner.active)
    studio.draw(SEVEN)


@state("failed")
def _failed(studio: Studio) -> None:
    """The child is killed in the middle of an epoch, as a system short of memory would."""
    from multiprocessing import active_children

    studio.begin_digits()
    studio.train(1.3)
    [child] = active_children()
    os.kill(child.pid or 0, getattr(signal, "SIGKILL", signal.SIGTERM))
    studio.until(lambda: not studio.window.runner.active)


@state("code")
def _code(studio: Studio) -> None:
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)
    studio.window.show_page("code")


@state("narrow")
def _narrow(studio: Studio) -> None:
    studio.window.resize(*NARROW)
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)
    studio.set_training(epochs=3)
    studio.train(1.6)


@state("large-text")
def _large_text(studio: Studio) -> None:
    from cnnbuilder.ui.theme import theme

    theme.set_scale(2.0)
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)
    studio.train(1.4)


def main() -> None:
    """Makes the pictures that are asked for, in a home of their own."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="OUT_FOLDER")
    parser.add_argument("--states", default=",".join(STATES), help="by name, with commas between")
    parser.add_argument("--themes", default=",".join(THEMES), help="light, dark")
    parser.add_argument("--pixels", default="2", help="pixels of the picture for one of the window (2)")
    options = parser.parse_args()
    names = options.states.split(",")
    if unknown := [name for name in names if name not in STATES]:
        parser.error(f"no such state: {', '.join(unknown)}; there are {', '.join(STATES)}")
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.pixels
    with tempfile.TemporaryDirectory(prefix="cnnbuilder-pictures-") as home:
        os.environ["CNNBUILDER_HOME"] = home
        studio = Studio(options.folder, tuple(options.themes.split(",")))
        for name in names:
            studio.make(name)


if __name__ == "__main__":
    main()
