"""The canvas follows the document, the selection and the theme: what changes there is shown, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnbuilder.engine.data import catalogue
from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.project import Network, Project
from cnnbuilder.ui.canvas.level_of_detail import MIDDLING
from cnnbuilder.ui.widgets.theme import theme

if TYPE_CHECKING:
    from cnnbuilder.ui.canvas.view import CanvasView


class Following(QObject):
    """Shows the document's network, or the preview of a gesture, on one canvas."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._document = view.document.id
        view.document.changed.connect(self._document_changed)
        view.selection.changed.connect(self._selection_changed)
        theme.changed.connect(self._theme_changed)
        self.show_document()
        self._selection_changed()

    def show_document(self, *, flash: bool = False, glide: bool = False) -> None:
        """Shows the network that the document holds."""
        document = self._view.document
        network = document.project.network
        note = self._input_note(network)
        self._view.canvas.show_network(network, document.analysis, note=note, flash=flash, glide=glide)
        self._shown_changed()

    def show_preview(self, network: Network, analysis: Analysis, ghosts: frozenset[str], glide: bool) -> None:
        """Shows the network as it would be."""
        note = self._input_note(network)
        self._view.canvas.show_network(network, analysis, note=note, ghosts=ghosts, glide=glide)
        self._shown_changed()

    def _shown_changed(self) -> None:
        view = self._view
        arrangement = view.canvas.arrangement
        line_left = arrangement.line_left() if arrangement is not None else 0.0
        view.camera.set_content(view.canvas.content_bounds(), line_left)
        if view.camera.scale < MIDDLING:
            # What is written beside the volumes belongs to no item.
            view.viewport().update()
        view.overlays.refresh()

    def _input_note(self, network: Network) -> str:
        """How the data's images come to the Input's size: "28×28 grey → 32×32 grey"."""
        source = next((block for block in network.blocks if block.family == "input"), None)
        info = self._view.data()
        if source is None or info is None:
            return ""
        channels, height, width = source.output().sizes
        return catalogue.preparation_text(info, (channels, height, width)) or ""

    def _document_changed(self, before: Project, after: Project) -> None:
        view = self._view
        present = after.network.by_id
        view.selection.select(id_ for id_ in view.selection.ids if id_ in present)
        if view.document.id != self._document:
            self._document = view.document.id
            view.cancel_gesture()
            self.show_document()
            view.camera.open()
            return
        if after.network is before.network and after.data == before.data:
            return
        if view.hands.gesture is not None:
            view.hands.gesture.document_changed()
        if view.carrying:
            return
        first = not before.network.blocks
        self.show_document(flash=True, glide=not first)
        if first:
            view.camera.open()

    def _selection_changed(self) -> None:
        view = self._view
        view.canvas.show_selected(view.selection.ids)
        single = view.selection.single
        row = view.document.analysis.rows.get(single) if single is not None else None
        said = f"{row.block.kind()} {row.name}, {row.output or row.problem or row.unknown}" if row else ""
        view.setAccessibleDescription(said)

    def _theme_changed(self) -> None:
        view = self._view
        view.canvas.show_theme()
        view.overlays.restyle()
        if abs(view.transform().m11() - view.camera.scale) > 1e-6:  # another text size; colours move nothing
            view.camera.refit()
        view.viewport().update()
        view.update()
