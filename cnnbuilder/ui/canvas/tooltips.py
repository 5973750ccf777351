"""What the tooltip over the canvas says: more of what is under the pointer than has room on it."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from cnnbuilder.network.rows import Row
from cnnbuilder.text import _, number
from cnnbuilder.ui.canvas.items import BlockItem, TensorItem, WireItem
from cnnbuilder.ui.canvas.scene import CanvasScene


def tip_at(scene: CanvasScene, point: QPointF) -> str:
    """More of what stands at a point of the scene than has room on it; empty on empty ground."""
    if scene.arrangement is None:
        return ""
    rows = scene.arrangement.analysis.rows
    for item in scene.items(point):
        if isinstance(item, BlockItem) and item.id in rows:
            row = rows[item.id]
            parts = [
                row.name,
                row.block.label_text(),
                row.problem or row.unknown or scene.warnings.get(item.id, ""),
            ]
            if row.params:
                parts.append(_("{count} parameters").format(count=number(row.params)))
            return "\n".join(part for part in parts if part)
        id_ = scene.source_of(item) if isinstance(item, (WireItem, TensorItem)) else None
        if id_ is not None and id_ in rows:
            said = _tensor_tip(rows[id_])
            if isinstance(item, TensorItem) and item.picture is not None and scene.picture_label:
                said = f"{scene.picture_label}\n{said}"
            return said
    return ""


def _tensor_tip(row: Row) -> str:
    if row.output is None:
        return row.unknown or row.problem or ""
    return _("{shape}: {count} values of one image, out of {name}").format(
        shape=row.output, count=number(row.output.count), name=row.name
    )
