"""Before the first run: what Train would do, or what stands before it, with one button."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.network.classifier import not_yet
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.session.conditions import conditions
from cnnbuilder.ui.session.memory_check import room_text
from cnnbuilder.ui.session.session import Session


class EmptyState(QWidget):
    """One sentence, the state of the problems, one button."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self.heading = QLabel(_("Train makes the first curve."))
        self.heading.setProperty("role", "heading")
        self.state = QLabel()
        self.state.setProperty("role", "secondary")
        self.button = QPushButton()
        self.button.clicked.connect(self._pressed)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        for label in (self.heading, self.state):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            column.addWidget(label)
        self.state.setContentsMargins(24, 0, 24, 0)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignCenter)
        column.addStretch(1)
        session.document.changed.connect(self._follow)
        session.child.device_known.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        project, analysis = self._document.project, self._document.analysis
        info = resolve_or_none(project.data)
        missing = not_yet(analysis, len(info.classes)) if info is not None else None
        self.button.setText(_("Train"))
        self.button.setVisible(bool(project.network.blocks))
        if not project.network.blocks:
            self.state.setText(_("There is no network yet: drag blocks onto the canvas."))
        elif analysis.problems:
            count = len(analysis.problems)
            stand = ngettext(
                "One problem stands before it:\n{message}", "{n} problems stand before it:\n{message}", count
            )
            self.state.setText(stand.format(n=number(count), message=analysis.problems[0].message))
            self.button.setText(_("Show problem"))
        elif info is None:
            self.state.setText(_("It needs images to learn from: choose a data set."))
            self.button.setText(_("Choose a data set"))
        elif missing is not None:
            self.state.setText(_("Right, but {missing}.").format(missing=missing))
        else:
            ready = _("{images} images of {data}, {epochs}, {params} parameters to learn.").format(
                images=number(info.train_images),
                data=info.title,
                epochs=ngettext("{n} epoch", "{n} epochs", project.training.epochs).format(
                    n=number(project.training.epochs)
                ),
                params=number(analysis.trainable),
            )
            condition = next((found.problem.message for found in conditions(self._document)), None)
            if condition is not None:
                ready = f"{condition}\n{ready}"
            room = room_text(analysis, project.training, self._session.child.ready)
            self.state.setText(_("{ready}\nMemory of one step {room}.").format(ready=ready, room=room))
        self._fit()

    def _fit(self) -> None:
        """In a low panel the heading goes, before the sentence or the button is cut."""
        labels = (self.heading, self.state)
        below = 0 if self.button.isHidden() else self.button.sizeHint().height()
        needed = sum(label.heightForWidth(self.width()) + self._column.spacing() for label in labels) + below
        self.heading.setVisible(needed <= self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "_column"):
            self._fit()

    def _pressed(self) -> None:
        if self._document.analysis.problems:
            self._session.show_first_problem()
        elif resolve_or_none(self._document.project.data) is None:
            self._session.workspace_requested.emit("data")
        else:
            self._session.train()
