"""Where the parts of the Data workspace stand beside and below one another."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnbuilder.ui.widgets.flow_row import FlowRow


def stacked(above: QWidget, below: QWidget) -> QWidget:
    """The list of data sets, and the way to others below it."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 6)
    column.setSpacing(0)
    column.addWidget(above, 1)
    column.addWidget(below)
    return holder


def classes_page(parts: QWidget, search: QWidget, grid: QWidget) -> QWidget:
    """The grid of classes below what chooses among them."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(8)
    row = FlowRow(spacing=12)
    row.add(parts)
    row.add(search)
    column.addWidget(row)
    column.addWidget(grid, 1)
    return page


def centre(head: QWidget, findings: QWidget, pages: QWidget) -> QWidget:
    """The pages below the head, which stays."""
    whole = QWidget()
    whole.setProperty("role", "panel")
    whole.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    column = QVBoxLayout(whole)
    column.setContentsMargins(16, 12, 4, 0)
    column.setSpacing(10)
    above = QVBoxLayout()
    above.setContentsMargins(0, 0, 12, 0)
    above.setSpacing(10)
    above.addWidget(head)
    above.addWidget(findings)
    column.addLayout(above)
    column.addWidget(pages, 1)
    return whole
