"""What the scene shows: the document's network, or the preview of a drag; and the selection in words."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnbuilder.blocks.input import Input
from cnnbuilder.engine.data import catalogue
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.project import Network, Project
from cnnbuilder.ui.canvas.context import CanvasContext
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING


class Presenter(QObject):
    """Turns (before, after) into changes of the scene; what did not change is not touched."""

    shown = Signal()
    """The scene shows something else now: what floats over it follows."""

    def __init__(self, context: CanvasContext) -> None:
        super().__init__(context)
        self._context = context
        self._document = context.document.id
        self._previewing = False

    @property
    def previewing(self) -> bool:
        """Whether blocks are on their way: what is shown need not be what the document holds."""
        return self._previewing

    def begin_preview(self) -> None:
        """From now on a gesture says what is shown."""
        self._previewing = True
        self.shown.emit()

    def end_preview(self) -> None:
        """From now on the document is shown again, from its next change or from `show_document` on."""
        self._previewing = False

    def show_document(self, *, flash: bool = False, glide: bool = False) -> None:
        """Shows the network that the document holds."""
        self._show(self._context.network, self._context.analysis, frozenset(), flash=flash, glide=glide)

    def show_preview(self, network: Network, analysis: Analysis, ghosts: frozenset[str], glide: bool) -> None:
        """Shows the network as it would be."""
        self._show(network, analysis, ghosts, flash=False, glide=glide)

    def _show(
        self, network: Network, analysis: Analysis, ghosts: frozenset[str], *, flash: bool, glide: bool
    ) -> None:
        scene, camera = self._context.scene, self._context.camera
        conditions = self._context.conditions(analysis)
        scene.show_network(
            network,
            analysis,
            ghosts=ghosts,
            note=self._input_note(network),
            warnings={found.id: found.message for found in conditions if found.id is not None},
            flash=flash,
            glide=glide,
        )
        line_left = scene.arrangement.line_left() if scene.arrangement is not None else 0.0
        camera.set_content(scene.content_bounds(), line_left)
        if camera.scale < MIDDLING:
            # What is written beside the volumes belongs to no item.
            scene.update()
        self.shown.emit()

    def document_changed(self, before: Project, after: Project) -> None:
        """Shows what differs; nothing, while a gesture says what is shown."""
        context = self._context
        if context.document.id != self._document:
            self._document = context.document.id
            self.show_document()
            context.camera.open()
            return
        if self._previewing or (after.network is before.network and after.data == before.data):
            return
        first = not before.network.blocks
        self.show_document(flash=True, glide=not first)
        if first:
            context.camera.open()

    def show_selection(self) -> None:
        """Frames the blocks that are selected."""
        self._context.scene.show_selected(self._context.selection.ids)

    def selection_text(self) -> str:
        """The one selected block in words, for a screen reader."""
        single = self._context.selection.single
        row = self._context.analysis.rows.get(single) if single is not None else None
        return f"{row.block.kind()} {row.name}, {row.output or row.problem or row.unknown}" if row else ""

    def _input_note(self, network: Network) -> str:
        """How the data's images come to the Input's size: "28×28 grey → 32×32 grey"; a vector's length as well."""
        source = next((block for block in network.blocks if isinstance(block, Input)), None)
        info = self._context.data()
        if source is None or info is None:
            return ""
        prepared = catalogue.preparation_text(info, (source.channels, source.height, source.width))
        laid_out = source.summary_text() if source.features else ""
        return " → ".join(part for part in (prepared, laid_out) if part)
