"""Pictures of the real program in fifteen states, light and dark, with real training on real data.

    python packaging/make_pictures.py OUT_FOLDER [--states training,problem] [--themes light] [--pixels 1]

Runs without a screen; QT_QPA_PLATFORM=xcb (or another) shows the window while it works. The program's own home is
a temporary folder: nothing of the user's settings, caches or runs is read or touched.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio import Studio

THEMES = ("light", "dark")
NARROW = (1024, 640)
SEVEN = ((0.26, 0.25), (0.4, 0.24), (0.56, 0.24), (0.73, 0.25), (0.66, 0.4), (0.56, 0.58), (0.48, 0.8))
"""A digit as a hand draws it, in shares of the field."""
STATES: dict[str, Callable[[Studio], None]] = {}


def state(name: str) -> Callable[[Callable[[Studio], None]], Callable[[Studio], None]]:
    """Enters a way to a state under its name, which is the picture's too."""

    def enter(way: Callable[[Studio], None]) -> Callable[[Studio], None]:
        STATES[name] = way
        return way

    return enter


# --- the states -------------------------------------------------------------------------------------


@state("first-start")
def _first_start(_studio: Studio) -> None:
    """As it opens."""


@state("empty")
def _empty(studio: Studio) -> None:
    studio.click(studio.window.build.area.cards.empty)


@state("template")
def _template(studio: Studio) -> None:
    studio.begin_digits()
    studio.rest(2)  # until the first image of the data stands in the lane


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
    studio.click(studio.window.top_bar.train)  # with a problem it leads there


@state("training")
def _training(studio: Studio) -> None:
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)
    studio.train(2)
    studio.draw(SEVEN)
    studio.until(lambda: studio.position > 3.4)


@state("edited")
def _edited(studio: Studio) -> None:
    """Two edits while the run goes on."""
    studio.begin_digits()
    studio.rest(0.3)
    studio.train(1.2)
    studio.go_to("build")
    studio.rest(0.3)
    studio.select("Conv2d", 2)
    studio.enter("out_channels", "48")
    studio.select("Conv2d", 1)
    studio.enter("out_channels", "24")
    studio.go_to("train")
    studio.until(lambda: studio.position > 2.2)


@state("strip")
def _strip(studio: Studio) -> None:
    """Building on while the run goes on: the strip in the status bar tells of it."""
    studio.begin_digits()
    studio.train(1.3)
    studio.go_to("build")
    studio.select("Conv2d", 1)
    studio.until(lambda: studio.position > 2.2)


@state("data")
def _data(studio: Studio) -> None:
    studio.begin_digits()
    studio.go_to("data")
    studio.rest(6)  # until its images are there


@state("finished")
def _finished(studio: Studio) -> None:
    studio.begin_digits()
    studio.set_training(epochs=3)
    studio.train(3)
    studio.until(lambda: not studio.window.session.runner.active)
    studio.draw(SEVEN)


@state("failed")
def _failed(studio: Studio) -> None:
    studio.begin_digits()
    studio.train(1.3)
    studio.kill_engine()
    studio.until(lambda: not studio.window.session.runner.active)


@state("code")
def _code(studio: Studio) -> None:
    studio.begin_digits()
    studio.rest(0.3)
    studio.select("Conv2d", 1)
    studio.window.host.show_page("code")


@state("graph")
def _graph(studio: Studio) -> None:
    """A network of torchvision, with every number of every block."""
    studio.read_network("resnet18")
    studio.rest(0.5)
    studio.select("Conv2d", 3)
    studio.window.host.show_page("analysis")
    studio.rest(0.5)


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
    from cnnbuilder.ui.widgets.theme import theme

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
    parser.add_argument("--size", default="1440x900", help="of the window (1440x900)")
    parser.add_argument("--pixels", default="2", help="pixels of the picture for one of the window (2)")
    options = parser.parse_args()
    names = options.states.split(",")
    if unknown := [name for name in names if name not in STATES]:
        parser.error(f"no such state: {', '.join(unknown)}; there are {', '.join(STATES)}")
    options.folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["QT_SCALE_FACTOR"] = options.pixels
    # Ended from outside it closes its window first: neither a child nor a folder is left.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="cnnbuilder-pictures-") as home:
        os.environ["CNNBUILDER_HOME"] = home
        from studio import Studio  # Qt reads the environment when it starts

        width, height = map(int, options.size.split("x"))
        studio = Studio(options.folder, tuple(options.themes.split(",")), (width, height))
        for name in names:
            studio.make(name, STATES[name])


if __name__ == "__main__":
    main()
