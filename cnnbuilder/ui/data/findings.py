"""What was found in one's own images, worst first: three bars at most, each with Show and one mend."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from cnnbuilder.engine.data.catalogue import DataSetInfo, Finding, OwnDataSet
from cnnbuilder.text import _, ngettext, number
from cnnbuilder.ui.data.mends import mend_of
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

MOST = 3
SET_ASIDE = "set-aside"
"""The kind of the finding on files that are not used; its mend opens their folder."""


def findings_of(info: DataSetInfo | None) -> tuple[Finding, ...]:
    """What was found, and as one more what was set aside; nothing of sets that come inside."""
    if not isinstance(info, OwnDataSet):
        return ()
    aside = tuple(file.file for file in info.set_aside)
    if not aside:
        return info.findings
    sentence = ngettext(
        "{n} file cannot be read and is set aside.", "{n} files cannot be read and are set aside.", len(aside)
    )
    return *info.findings, Finding(SET_ASIDE, "amber", sentence.format(n=number(len(aside))), aside)


class FindingBar(QFrame):
    """One sentence with its mark, Show, and the mend."""

    def __init__(self, finding: Finding, mend: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finding = finding
        red = finding.severity == "red"
        self.mark = QLabel()
        self.mark.setAccessibleName(_("The measurement would be wrong") if red else _("Worth knowing"))
        self.mark.setToolTip(self.mark.accessibleName())
        self.sentence = QLabel(finding.message)
        self.sentence.setTextFormat(Qt.TextFormat.PlainText)
        self.sentence.setWordWrap(True)
        self.sentence.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.show_files = _link(_("Show"))
        self.show_files.setVisible(bool(finding.files))
        self.mend = _link(mend)
        self.mend.setVisible(bool(mend))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(8)
        row.addWidget(self.mark)
        row.addWidget(self.sentence, 1)
        row.addWidget(self.show_files)
        row.addWidget(self.mend)
        self.setAccessibleName(finding.message)
        side = theme.px(16)
        mark = icon("alert" if red else "problem", "problem" if red else "warning")
        self.mark.setPixmap(mark.pixmap(QSize(side, side)))


class Findings(QFrame):
    """The bars, and behind "+4 more" the others."""

    show_wanted = Signal(object)
    """The files of this `Finding` are to be seen."""
    mend_wanted = Signal(object)
    """This `Finding` is to be mended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setAccessibleName(_("What was found in the images"))
        self.bars: list[FindingBar] = []
        self._findings: tuple[Finding, ...] = ()
        self._open = self._editable = False
        self.more = _link("")
        self.more.clicked.connect(self._toggle)
        below = QHBoxLayout()
        below.setContentsMargins(12 + 16 + 2, 0, 0, 0)  # under the sentences
        below.addWidget(self.more)
        below.addStretch()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 2, 0, 2)
        self._column.setSpacing(0)
        self._column.addLayout(below)
        theme.changed.connect(self._fill)
        self.hide()

    def show_findings(self, findings: Sequence[Finding], editable: bool) -> None:
        """Shows these. `editable`: whether mends can be pressed: only of images in use, for each is an edit."""
        ordered = tuple(sorted(findings, key=lambda found: found.severity != "red"))
        if ordered != self._findings or editable != self._editable:
            self._findings, self._editable = ordered, editable
            self._fill()
        self.setVisible(bool(ordered))

    def _toggle(self) -> None:
        self._open = not self._open
        self._fill()

    def _fill(self) -> None:
        focused = next((at for at, bar in enumerate(self.bars) if bar.mend.hasFocus()), None)
        for bar in self.bars:
            self._column.removeWidget(bar)
            bar.hide()
            bar.deleteLater()
        shown = self._findings if self._open else self._findings[:MOST]
        self.bars = [self._bar(finding) for finding in shown]
        for place, bar in enumerate(self.bars):
            self._column.insertWidget(place, bar)
        rest = len(self._findings) - MOST
        self.more.setVisible(rest > 0)
        more = ngettext("+{n} more", "+{n} more", max(1, rest)).format(n=number(rest))
        self.more.setText(_("Only the first three") if self._open else more)
        self.setVisible(bool(self._findings))
        if focused is not None and self.bars:
            self.bars[min(focused, len(self.bars) - 1)].show_files.setFocus()  # the mended bar is gone

    def _bar(self, finding: Finding) -> FindingBar:
        mend = mend_of(finding)
        label = _("Open folder") if finding.kind == SET_ASIDE else mend.label if mend else ""
        bar = FindingBar(finding, label, self)
        if mend is not None and not self._editable:
            bar.mend.setEnabled(False)
            bar.mend.setToolTip(_("{label}: once these images are in use").format(label=label))
        bar.show_files.clicked.connect(lambda _checked=False: self.show_wanted.emit(finding))
        bar.mend.clicked.connect(lambda _checked=False: self.mend_wanted.emit(finding))
        return bar


def _link(text: str) -> QPushButton:
    button = QPushButton(text)
    button.setProperty("role", "link")
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
