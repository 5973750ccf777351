"""The head of the Data workspace: which data set is shown, and using it for this network."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import OwnDataSet
from cnnbuilder.text import _
from cnnbuilder.ui.data.words import facts_text
from cnnbuilder.ui.session.data_choice import change_text
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import SMALL, theme

NARROW = 560
"""Below this width the button goes below the title."""


class Head(QWidget):
    """What using it changes is said beside the button, before it is pressed."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.facts = QLabel()
        self.facts.setProperty("role", "small")
        self.remarks = QLabel()
        self.remarks.setProperty("role", "small")
        self.change = QLabel()
        self.change.setProperty("role", "small")
        for label in (self.title, self.facts, self.remarks, self.change):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.use = QPushButton(_("Use for this network"))
        self.use.setProperty("role", "primary")
        self.use.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.use.clicked.connect(self._use)
        self.tick = QLabel()
        self.in_use = QLabel(_("In use"))
        self.in_use.setProperty("role", "strong")
        self._mark = QWidget()
        mark = QHBoxLayout(self._mark)
        mark.setContentsMargins(0, 0, 0, 0)
        mark.setSpacing(6)
        mark.addWidget(self.tick)
        mark.addWidget(self.in_use)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self.title)
        words.addWidget(self.facts)
        words.addWidget(self.remarks)
        words.addStretch(1)
        self._action = QWidget()
        self._offer = offer = QVBoxLayout(self._action)
        offer.setContentsMargins(0, 0, 0, 0)
        offer.setSpacing(4)
        offer.addWidget(self.use, 0, Qt.AlignmentFlag.AlignRight)
        offer.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignRight)
        offer.addWidget(self.change)
        offer.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(16)
        self._both.addLayout(words, 3)
        self._both.addWidget(self._action, 2)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.refresh()

    def refresh(self) -> None:
        """Shows the data set that is looked at, as it stands to the project now."""
        data, project = self._session.data, self._session.document.project
        shown = data.shown
        self.setVisible(shown is not None)
        if shown is None:
            return
        in_use = data.shows_in_use
        self.title.setText(shown.title)
        self.facts.setText(facts_text(shown))
        self.facts.setToolTip(shown.summary)
        remarks = shown.remarks if isinstance(shown, OwnDataSet) else ()
        self.remarks.setText(" ".join(remarks))
        self.remarks.setVisible(bool(remarks))
        here = shown.available()
        self.use.setVisible(not in_use and here)
        self._mark.setVisible(in_use)
        said = _("Train learns these images.") if in_use else change_text(project, shown) if here else ""
        self.change.setText(said)
        self.use.setAccessibleDescription(said)
        self.change.setVisible(bool(said))

    def _use(self) -> None:
        shown = self._session.data.shown
        if shown is not None:
            self._session.data.use(shown)

    def _restyle(self) -> None:
        # As high as with the button: what is below does not jump from one data set to the next.
        small = QFontMetrics(theme.font(SMALL)).height()
        self._action.setMinimumHeight(self.use.sizeHint().height() + self._offer.spacing() + small)
        self.tick.setPixmap(icon("check").pixmap(QSize(theme.px(16), theme.px(16))))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        narrow = self.width() < theme.px(NARROW)
        side = Qt.AlignmentFlag.AlignLeft if narrow else Qt.AlignmentFlag.AlignRight
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.TopToBottom if narrow else directions.LeftToRight)
        self._both.setSpacing(6 if narrow else 16)
        self._offer.setAlignment(self.use, side)
        self._offer.setAlignment(self._mark, side)
        self.change.setAlignment(side | Qt.AlignmentFlag.AlignTop)
