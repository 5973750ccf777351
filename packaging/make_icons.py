"""Paints packaging/icon.svg at every size that a desktop asks for; run it again whenever the drawing changes.

Makes packaging/icons/cnnbuilder-SIZE.png, cnnbuilder.ico (Windows), cnnbuilder.icns (macOS), and the copy of
the drawing that the window shows.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PIL import Image
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

HERE = Path(__file__).parent
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def paint(drawing: QSvgRenderer, size: int) -> QImage:
    """The drawing on a square of `size` pixels. Painted large and shrunk: edges come out finer."""
    large = max(size, 512)
    image = QImage(large, large, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    drawing.render(painter, QRectF(0, 0, large, large))
    painter.end()
    return image.scaled(size, size, mode=Qt.TransformationMode.SmoothTransformation)


def main() -> None:
    """Makes every file anew."""
    application = QGuiApplication([])
    drawing = QSvgRenderer(str(HERE / "icon.svg"))
    folder = HERE / "icons"
    folder.mkdir(exist_ok=True)
    for size in SIZES:
        paint(drawing, size).save(str(folder / f"cnnbuilder-{size}.png"))
    pictures = [Image.open(folder / f"cnnbuilder-{size}.png") for size in SIZES]
    largest = pictures[-1]
    largest.save(
        folder / "cnnbuilder.ico",
        sizes=[(size, size) for size in SIZES if size <= 256],
        append_images=pictures[:-1],
    )
    largest.save(
        folder / "cnnbuilder.icns", append_images=[p for p in pictures if p.width in (16, 32, 128, 256)]
    )
    shutil.copyfile(HERE / "icon.svg", HERE.parent / "resources" / "icons" / "app.svg")
    application.quit()


if __name__ == "__main__":
    main()
