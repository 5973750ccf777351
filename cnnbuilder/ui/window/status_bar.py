"""The line at the foot of the window: the network's totals, and what stands between it and training."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QWidget

from cnnbuilder.network.analysis import Analysis
from cnnbuilder.network.loose import loose_text
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.project import Project
from cnnbuilder.network.saved_activations import Precision
from cnnbuilder.network.training_conditions import Condition
from cnnbuilder.text import _, bytes_text, ngettext, number, short_number
from cnnbuilder.ui.widgets.elided_label import ElidedLabel
from cnnbuilder.ui.widgets.theme import theme

WORD_MS = 4000
"""How long a word for the moment stands."""


def totals_text(project: Project, analysis: Analysis, precision: Precision = "float32") -> str:
    """ "12 blocks · 33,546 parameters · 2.52 M MACs · about 27 MB at batch 128"."""
    count = len(project.network.blocks)
    if not count:
        return _("No blocks yet")
    parameters = number(analysis.params)
    parts = [
        ngettext("{count} block", "{count} blocks", count).format(count=number(count)),
        _("{count} parameters up to the problem").format(count=parameters)
        if analysis.problems
        else ngettext("{count} parameter", "{count} parameters", analysis.params).format(count=parameters),
        _("{count} MACs").format(count=short_number(analysis.macs)),
    ]
    if not analysis.problems:
        memory = bytes_text(training_memory(analysis, project.training, precision))
        parts.append(
            _("about {memory} at batch {batch}").format(
                memory=memory, batch=number(project.training.batch_size)
            )
        )
    return " · ".join(parts)


class StatusBar(QWidget):
    """Totals on the left; on the right problems, or what is missing, each a button."""

    problems_clicked = Signal()
    fix_clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "statusbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._totals = self._word = self._room = ""
        self._counted = False
        self.strip: QWidget | None = None
        self._fade = QTimer(self, singleShot=True, interval=WORD_MS)
        self._fade.timeout.connect(lambda: self.say(""))
        self.totals = ElidedLabel(role="secondary")
        self.totals.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.totals.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.hint = QLabel()
        self.hint.setProperty("role", "secondary")
        self.fix = QPushButton(_("Add them"))
        self.fix.setProperty("role", "link")
        self.fix.setToolTip(_("Mends it, as one step that can be undone"))
        self.fix.clicked.connect(self.fix_clicked)
        self.problems = QPushButton()
        self.problems.setToolTip(_("Show the problems"))
        self.problems.clicked.connect(self.problems_clicked)
        for button in (self.fix, self.problems):
            button.setCursor(Qt.CursorShape.PointingHandCursor)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 1, 12, 1)
        row.setSpacing(2)
        row.addWidget(self.totals, 1)
        row.addWidget(self.problems)
        row.addWidget(self.hint)
        row.addWidget(self.fix)
        self._row = row

    def show_strip(self, strip: QWidget | None) -> None:
        """What stands at its right end: the run of the session that is shown."""
        if self.strip is not None:
            self._row.removeWidget(self.strip)
            self.strip.hide()
        self.strip = strip
        if strip is not None:
            self._row.addWidget(strip)

    def say(self, hint: str) -> None:
        """A word for the moment in the totals' place; empty: the totals again."""
        self._word = hint
        self._show_totals()
        if hint:
            self._fade.start()

    def _show_totals(self) -> None:
        self.totals.setText(self._word or self._totals)
        memory = _("Memory of one training step: {room}").format(room=self._room) if self._room else ""
        self.totals.set_full_tip(
            "\n".join(filter(None, (self._totals, _("MACs: multiply–accumulates of one image"), memory)))
            if self._counted
            else self._totals
        )

    def show_state(
        self,
        project: Project,
        analysis: Analysis,
        missing: str | None,
        precision: Precision = "float32",
        room: str = "",
        condition: Condition | None = None,
    ) -> None:
        """Shows the state of a network; `missing`: why it is not yet a classifier, or None.

        `room`: the memory of a step against the device's; `condition`: what is to be said before training.
        """
        self._totals = totals_text(project, analysis, precision)
        self._counted = bool(project.network.blocks)
        self._room = room if self._counted and not analysis.problems else ""
        self._show_totals()
        count = len(analysis.problems)
        has_blocks = bool(project.network.blocks)
        self.problems.setVisible(has_blocks)
        if count:
            self.problems.setText(ngettext("{count} problem", "{count} problems", count).format(count=count))
        else:
            self.problems.setText(self._right_text(analysis, condition))
        self.problems.setAccessibleName(self.problems.text())
        role = "flat-problem" if count else "flat"
        if self.problems.property("role") != role:
            self.problems.setProperty("role", role)
            self.problems.style().unpolish(self.problems)
            self.problems.style().polish(self.problems)
        # With too few outputs both say the same.
        self.hint.setText("· " + missing if missing and not condition else "")
        self.hint.setVisible(bool(self.hint.text()))
        fix = condition.problem.fixes[0].label if condition and condition.problem.fixes else _("Add them")
        self.fix.setText(fix)
        self.fix.setVisible(bool(missing or condition))

    @staticmethod
    def _right_text(analysis: Analysis, condition: Condition | None) -> str:
        """What stands where problems are counted, in a network that has none."""
        loose = loose_text(analysis)
        if condition is None:
            return loose or _("no problems")
        return " · ".join(filter(None, (loose, condition.words)))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def sizeHint(self) -> QSize:
        # As high without its buttons as with them.
        return QSize(super().sizeHint().width(), theme.px(13) + 16)
