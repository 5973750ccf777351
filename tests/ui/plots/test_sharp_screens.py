"""On a screen with several pixels for each of ours, curves are as thick as on any other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

_DRAW = """
import json
from PySide6.QtCore import QEventLoop
from PySide6.QtWidgets import QApplication
application = QApplication(["-platform", "offscreen"])
from cnnbuilder.ui.plots.curve_view import CurveView
from cnnbuilder.ui.plots.series import LOSS
from cnnbuilder.ui.widgets.theme import theme
from tests.ui.plots.conftest import run
from tests.ui.plots.test_curves import inks

theme.set_mode("light")
view = CurveView(LOSS)
view.resize(500, 300)
view.show_run(run(), [], None)
view.show()
application.processEvents()
image = view.image()
print(json.dumps([image.width(), inks(image, theme.tokens.ink), inks(image, theme.tokens.validation)]))
"""


def drawn(scale: int, home: Path) -> list[int]:
    """Width of the picture, and its pixels in training's and in validation's colour."""
    environment = {
        **os.environ, "QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen", "CNNBUILDER_HOME": str(home),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", _DRAW],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        check=True,
        timeout=120,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_curves_keep_their_thickness_on_a_sharp_screen(tmp_path: Path) -> None:
    width, training, validation = drawn(1, tmp_path)
    sharp_width, sharp_training, sharp_validation = drawn(2, tmp_path)
    assert sharp_width == 2 * width
    # Twice as long and twice as thick; a line of one pixel of the screen would have twice the pixels.
    assert sharp_training > 3 * training
    assert sharp_validation > 3 * validation
