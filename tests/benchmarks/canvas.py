"""The canvas with 1,000 blocks, as a stack and as a graph with skips: milliseconds until what was done is painted.

Every figure runs from the call that a key or the mouse makes to the end of the paint that follows, in a canvas of
1,000 × 800 pixels. One frame at 60 Hz is 16.7 ms.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QEvent, QPointF

    from cnnbuilder.network.project import Network
    from cnnbuilder.ui.canvas.view import CanvasView

SIZE = (1000, 800)
CARRIED = 50
ZOOMS = (1.0, 0.9, 0.75, 0.6, 0.45, 0.3, 0.2, 0.1, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9)


def run(blocks: int = 1000, repeats: int = 120) -> dict[str, Any]:
    """Medians and 99th percentiles; names with `graph` are those of residual blocks, the others of a stack."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ["CNNBUILDER_HOME"] = tempfile.mkdtemp(prefix="cnnbuilder-benchmark-")
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.ui.widgets.style import Style
    from tests.benchmarks.recompute import stack
    from tests.network.literature import long_graph

    application = QApplication.instance() or QApplication([])
    Style(application)  # type: ignore[arg-type]  # a core application only in theory
    result: dict[str, Any] = {"blocks": blocks}
    for word, network in ((f"{blocks}", stack(blocks)), (f"graph_{blocks}", long_graph(blocks))):
        result.update(_measured(word, network, repeats))
    result["platform"] = QApplication.platformName()
    return result


def _measured(word: str, network: Network, repeats: int) -> dict[str, float]:
    from PySide6.QtWidgets import QApplication

    from cnnbuilder.network.project import Project
    from cnnbuilder.ui.canvas.view import CanvasView
    from cnnbuilder.ui.session.document import Document
    from tests.ui.runs import quiet_session

    session = quiet_session(Document(Project()))
    view = CanvasView(session)
    view.resize(*SIZE)
    view.show()
    QApplication.processEvents()
    carried = word.replace(str(len(network.blocks)), str(CARRIED))
    times = {
        f"open_{word}": _times(lambda number: _open(view, network), 12, lambda: _close(view)),
        f"edit_{word}": _times(lambda number: _edit(view, number), repeats),
        f"insert_{word}": _times(lambda number: _insert(view, number), repeats // 2),
        f"pan_{word}": _times(lambda number: view.camera.pan(0, -37 if number % 60 < 30 else 37), repeats),
        f"zoom_{word}": _times(lambda number: view.camera.zoom_to(ZOOMS[number % len(ZOOMS)]), repeats),
        f"drag_{carried}": _drag(view, repeats),
    }
    view.close()
    view.document.undo_stack.clear()
    session.close()
    view.deleteLater()
    QApplication.processEvents()
    found = {}
    for name, each in times.items():
        found[f"{name}_ms_median"] = statistics.median(each)
        found[f"{name}_ms_p99"] = sorted(each)[min(len(each) - 1, int(0.99 * len(each)))]
    return found


def _times(
    action: Callable[[int], object], repeats: int, prepare: Callable[[], None] = lambda: None
) -> list[float]:
    from PySide6.QtWidgets import QApplication

    found = []
    for number in range(repeats):
        prepare()
        QApplication.processEvents()
        began = time.perf_counter()
        action(number)
        QApplication.processEvents()
        found.append(1000 * (time.perf_counter() - began))
    return found


def _open(view: CanvasView, network: Network) -> None:
    from cnnbuilder.network.project import Network, Project

    # A new value: nothing that was counted for it before may help.
    view.document.replace(Project(Network(network.blocks, network.wires)), None)


def _close(view: CanvasView) -> None:
    from cnnbuilder.network.project import Project

    view.document.replace(Project(), None)


def _edit(view: CanvasView, number: int) -> None:
    """Another block's filters, in view: as many changes of shape behind it as there are."""
    from msgspec.structs import replace

    from cnnbuilder.blocks.convolution import Conv2d
    from cnnbuilder.network.edits import replace_block

    project = view.document.project
    convolutions = [block for block in project.network.blocks[:40] if isinstance(block, Conv2d)]
    block = convolutions[number % len(convolutions)].with_fields(bias=number // len(convolutions) % 2 == 0)
    view.document.edit("Edit", replace(project, network=replace_block(project.network, block)))


def _insert(view: CanvasView, number: int) -> None:
    """A block more at the beginning: all others move down."""
    if number % 2:
        view.document.undo_stack.undo()
    else:
        view.selection.select([view.document.project.network.blocks[1].id])
        view.append("MaxPool2d")


def _drag(view: CanvasView, repeats: int) -> list[float]:
    """Fifty blocks carried over empty ground."""
    from PySide6.QtCore import QEvent, QPointF

    view.camera.zoom_to(0.75)
    view.camera.open()
    ids = [block.id for block in view.document.project.network.blocks[2 : 2 + CARRIED]]
    view.selection.select(ids)
    pressed = QPointF(view.mapFromScene(view.scene().block_rect(ids[0]).center()))
    _mouse(view, QEvent.Type.MouseButtonPress, pressed)
    _mouse(view, QEvent.Type.MouseMove, pressed + QPointF(8, 8))
    beside = pressed + QPointF(-350, 120)
    times = _times(
        lambda number: view.interaction.feed(beside + QPointF(3 * (number % 20), number % 30)), repeats
    )
    view.cancel_gesture()
    return times


def _mouse(view: CanvasView, kind: QEvent.Type, at: QPointF) -> None:
    from PySide6.QtCore import QPointF, Qt
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QApplication

    left, viewport = Qt.MouseButton.LeftButton, view.viewport()
    event = QMouseEvent(
        kind, at, QPointF(viewport.mapToGlobal(at)), left, left, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(viewport, event)
