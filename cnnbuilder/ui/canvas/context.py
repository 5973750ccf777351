"""What the parts of the canvas share: the document, what is selected, the scene, and how it is looked at."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, QRect, Signal

from cnnbuilder.engine.data import catalogue
from cnnbuilder.network.analysis import Analysis, execution_order
from cnnbuilder.network.project import Network, Problem
from cnnbuilder.network.training_conditions import training_conditions
from cnnbuilder.ui.canvas.camera import Camera
from cnnbuilder.ui.canvas.scene import CanvasScene
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.session.selection import Selection


class CanvasContext(QObject):
    """Gestures, commands and overlays are given this and never the view; what they want of the view is a signal."""

    status_hint = Signal(str)
    """A word for the moment; empty: no longer."""
    focus_requested = Signal(object)
    """The canvas is to have the keyboard, for this `Qt.FocusReason`."""
    fields_requested = Signal(str)
    """The fields of this block are to be edited."""
    value_for_input = Signal(str)
    """A value is wanted for the free input of this block: a wire is to be drawn into it."""
    block_for_value = Signal(object, object)
    """(value, at): a block is wanted that takes this value; `at` is a point of the viewport."""
    block_clicked = Signal(str)
    """A click on this block, and nothing more."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        scene: CanvasScene,
        camera: Camera,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.document = document
        self.selection = selection
        self.scene = scene
        self.camera = camera

    @property
    def network(self) -> Network:
        """The document's network; while blocks are dragged the scene shows another."""
        return self.document.project.network

    @property
    def analysis(self) -> Analysis:
        """What follows from the document's network."""
        return self.document.analysis

    def edit(self, title: str, network: Network) -> None:
        """Changes the document's network, as one undo step."""
        self.document.edit_network(title, network)

    def data(self) -> catalogue.DataSetInfo | None:
        """The data set of the project, where it has one."""
        return catalogue.resolve_or_none(self.document.project.data)

    def classes(self) -> int:
        """How many classes the project's data has; 10 where it has none."""
        info = self.data()
        return len(info.classes) if info is not None else 10

    def conditions(self, analysis: Analysis) -> tuple[Problem, ...]:
        """What is to be said of a network's blocks before training on the project's data."""
        info = self.data()
        if info is None:
            return ()
        return tuple(found.problem for found in training_conditions(analysis, len(info.classes)))

    def last_selected(self) -> str | None:
        """Of the selected blocks the one that runs last."""
        here = [id_ for id_ in self.analysis.rows if id_ in self.selection.ids]
        return here[-1] if here else None

    def has_selected(self) -> bool:
        """Whether a block is selected that is there."""
        return any(id_ in self.network.by_id for id_ in self.selection.ids)

    def selected_in_order(self) -> list[str]:
        """The selected blocks that are there, in the order in which they run."""
        selected = self.selection.ids
        if not selected:
            return []
        order, cyclic = execution_order(self.network)
        return [id_ for id_ in (*order, *cyclic) if id_ in selected]

    def select(self, ids: Iterable[str]) -> None:
        """Selects these blocks and scrolls the last of them into view."""
        chosen = list(ids)
        self.selection.select(chosen)
        if chosen:
            self.show_block(chosen[-1])

    def show_block(self, id_: str) -> None:
        """Scrolls a block into view."""
        rect = self.scene.block_rect(id_)
        if not rect.isEmpty():
            self.camera.show_area(rect.adjusted(0, 0, 0, 30))

    def block_area(self, id_: str) -> QRect:
        """Where a block's card is seen, in pixels of the canvas widget."""
        return self.camera.widget_area(self.scene.block_rect(id_))
