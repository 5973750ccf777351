"""Try it: draw with the mouse, see what the network gets, and watch what it takes it for."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import count
from pathlib import Path

from PySide6.QtCore import QElapsedTimer, QMimeData, QSize, Qt, QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnbuilder.engine import runs
from cnnbuilder.engine.data.catalogue import resolve_or_none
from cnnbuilder.engine.messages import AnyEvent, Epoch, Failed, Predicted, Sample, Step
from cnnbuilder.network.file_kinds import PICTURES
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.text import _
from cnnbuilder.ui.images.color_picker import ColorPicker
from cnnbuilder.ui.images.drawing_field import DrawingField
from cnnbuilder.ui.images.picture_file import (
    CannotReadPictureError,
    ground,
    pixels_of,
    read_picture,
    turned_round,
    unlike,
)
from cnnbuilder.ui.images.pixels import image_of, interleaved
from cnnbuilder.ui.images.prediction_bars import PredictionBars
from cnnbuilder.ui.session.session import Session
from cnnbuilder.ui.widgets.elided_label import ElidedLabel
from cnnbuilder.ui.widgets.icons import icon
from cnnbuilder.ui.widgets.theme import theme

PAUSE_MS = 40
"""Between two requests; there is never more than one under way."""
AGAIN_MS = 500
"""While the network learns, it is asked again about the same drawing this often."""
SEEN = 36
LOW = 160
"""Below this height the bars take the room of the picture that the network gets."""


class TryIt(QWidget):
    """Asks the network of the runner's run, with the weights of this very moment while it learns."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._document = session.document
        self._runner = runner = session.runner
        self._in_flight: int | None = None
        self._stale = False
        self._sample: int | None = None
        self._seen_image: QImage | None = None
        self._pictures = count(random.randrange(1_000))
        self._label = ""
        self._sentence = ""
        self._refused = False
        self._given: tuple[bytes, tuple[int, int, int]] | None = None
        self.field = DrawingField()
        self.guesses = PredictionBars()
        self.whose = ElidedLabel(role="small")
        self.whose.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.seen = QLabel()
        self.seen.setAccessibleName(_("The picture that the network gets"))
        self.caption = QLabel()
        self.caption.setProperty("role", "small")
        self.caption.setWordWrap(True)
        self.undo = _tool("undo", _("Take the last stroke back"), self.field.undo)
        self.clear = _tool("eraser", _("Clear the field"), self.field.clear)
        self.picture = _tool("data", _("An image of the data"), self._ask_for_picture)
        self.open_picture = _tool("open", _("A picture from a file"), self._choose_picture)
        self.turn = QPushButton(_("Turn it round"))
        self.turn.setProperty("role", "link")
        self.turn.setToolTip(_("Exchange light and dark in this picture"))
        self.turn.clicked.connect(self._turn_round)
        self.turn.hide()
        self._picture: QImage | None = None
        """The picture from a file that is shown."""
        self.setAcceptDrops(True)
        self.inks = ColorPicker()
        self.inks.hide()
        self.inks.color_chosen.connect(self.field.set_ink)
        self.inks.fill_chosen.connect(self.field.set_fill)
        self._lay_out()
        self._soon = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._soon.timeout.connect(self._ask)
        self._since = QElapsedTimer()
        self._since.start()
        self.field.changed.connect(self._drawing_changed)
        runner.predicted.connect(self._answered)
        runner.sampled.connect(self._picture_came)
        runner.events.connect(self._learned)
        runner.state_changed.connect(self._follow)
        session.document_changed.connect(self._document_changed)
        theme.changed.connect(self._theme_changed)
        self._theme_changed()
        self._follow()

    def _lay_out(self) -> None:
        self._tools = QWidget()
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(0, 0, 0, 0)
        tools.setSpacing(2)
        for tool in (self.undo, self.clear, self.picture, self.open_picture):
            tools.addWidget(tool)
        tools.addWidget(self.whose, 1)
        seen = QHBoxLayout()
        seen.setSpacing(8)
        seen.addWidget(self.seen)
        seen.addWidget(self.caption, 1)
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(4)
        left.addWidget(self.field)
        left.addWidget(self.inks)
        left.addWidget(self._tools)
        right.addWidget(self.guesses, 100)
        right.addLayout(seen)
        right.addWidget(self.turn, 0, Qt.AlignmentFlag.AlignLeft)
        right.addStretch(1)
        left.addStretch(1)
        self._both = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._both.setContentsMargins(0, 0, 0, 0)
        self._both.setSpacing(12)
        self._both.addLayout(left)
        self._both.addLayout(right, 1)

    def minimumSizeHint(self) -> QSize:
        # Not what the layout says: the field's present size must not keep the room from getting smaller.
        return QSize(theme.px(220), 96)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size()
        self._make_room()

    @property
    def tall(self) -> bool:
        """Whether the bars stand below the field, not beside it."""
        return self.height() > 1.25 * self.width()

    def _size(self) -> None:
        """The field: as large a square as its share of the room, beside its buttons, leaves."""
        directions = QBoxLayout.Direction
        self._both.setDirection(directions.TopToBottom if self.tall else directions.LeftToRight)
        below = (
            self._tools.sizeHint().height()
            + 8
            + (self.inks.sizeHint().height() + 4 if self.field.colored else 0)
        )
        if self.tall:
            side = max(72, min(self.width(), self.height() * 11 // 20 - below))
        else:
            side = max(72, min(self.width() * 12 // 25, self.height() - below))
        self.field.setFixedSize(side, side)
        for button in (self.undo, self.clear, self.picture, self.open_picture):
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.seen.setFixedSize(theme.px(SEEN), theme.px(SEEN))

    # --- whose network ----------------------------------------------------------------------------

    def _follow(self) -> None:
        """The run is another one, or goes on: its name, its classes, and ink or colours."""
        record, state = self._runner.record, self._runner.status
        project = record.project if record is not None else self._document.project
        info = resolve_or_none(project.data)
        if record is not None and record.started is not None:
            self.guesses.set_classes(record.started.classes)
        elif info is not None:
            self.guesses.set_classes(info.classes)
        shape = info.shape if info is not None else input_shape(project.network)
        self.field.set_colored(shape is not None and shape[0] == 3)
        if self.inks.isVisibleTo(self) != self.field.colored:
            self.inks.setVisible(self.field.colored)
            self._size()
        if record is None:
            self.whose.setText(_("untrained"))
            self.whose.set_full_tip(_("Nothing is trained yet: the weights are as chance made them"))
            return
        self.whose.set_full_tip(record.run or "")
        if record.source:
            self.whose.setText(_("weights from {source}").format(source=record.source))
            return
        epoch = state.epoch.epoch if state.epoch else 0
        if state.result is not None and state.result.best_epoch:
            epoch = state.result.best_epoch  # the weights that a finished run is asked with
        self.whose.setText(_("the network of {name}, epoch {epoch}").format(name=record.name, epoch=epoch))

    def _document_changed(self, before: Project, after: Project) -> None:
        if self._runner.record is None and before != after:
            self._follow()
            self._drawing_changed()

    # --- asking -----------------------------------------------------------------------------------

    def _drawing_changed(self) -> None:
        if self.field.drawn or self.field.empty:
            self._given = None
            self._picture = None
            self.turn.hide()
        if self.field.empty:
            self.guesses.show_guess(())
            self._show_seen(None)
            self._say("")
            return
        if not self._soon.isActive():
            self._soon.start()

    def _learned(self, events: list[AnyEvent]) -> None:
        """The network is another one than a moment ago: the same drawing is shown to it again."""
        if self.field.empty or not self.isVisible():
            return
        ended = any(isinstance(event, Epoch) for event in events)
        stepped = any(isinstance(event, Step) for event in events) and self._since.elapsed() >= AGAIN_MS
        if (ended or stepped) and not self._soon.isActive():
            self._soon.start()

    def _ask(self) -> None:
        if self.field.empty:
            return
        if self._in_flight is not None:
            self._stale = True
            return
        pixels, size = self._given or self.field.pixels()
        self._since.restart()
        self._stale = False
        self._in_flight = self._runner.predict(
            pixels, size, self._document.project, drawn=self._given is None
        )

    def _answered(self, answer: Predicted | Failed) -> None:
        if answer.number != self._in_flight:
            return
        self._in_flight = None
        if isinstance(answer, Failed):
            self._say(answer.reason, refused=True)
        elif not self.field.empty:
            self.guesses.show_guess(answer.classes)
            self._show_seen(image_of(answer.seen, answer.seen_shape))
            self._say(
                self._unlike_text() or ("" if answer.trained else _("Untrained: these guesses are chance."))
            )
        if self._stale and not self._soon.isActive():
            self._soon.start()

    def _ask_for_picture(self) -> None:
        record = self._runner.record
        if self._sample is None:
            # The validation part: the network has not learned these by heart.
            project = record.project if record is not None else self._document.project
            self._sample = self._runner.sample_image(project, next(self._pictures))

    def _picture_came(self, answer: Sample | Failed) -> None:
        if answer.number != self._sample:
            return
        self._sample = None
        if isinstance(answer, Failed):
            self._say(answer.reason, refused=True)
            return
        image = image_of(answer.pixels, answer.shape)
        channels, height, width = answer.shape
        self._given = interleaved(answer.pixels, answer.shape), (height, width, channels)
        self._label = answer.label
        self._picture = None
        self.turn.hide()
        self.field.show_picture(image)

    # --- a picture from a file --------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = _dropped(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.show_file(path)

    def _choose_picture(self) -> None:
        kinds = _("Pictures") + " (*.png *.jpg *.jpeg *.gif *.bmp *.webp)"
        name, _filter = QFileDialog.getOpenFileName(self, _("A picture for the network"), "", kinds)
        if name:
            self.show_file(Path(name))

    def show_file(self, path: Path) -> None:
        """Asks the network about the picture in a file."""
        try:
            picture = read_picture(path)
        except CannotReadPictureError as problem:
            self._say(str(problem), refused=True)
            return
        self._label = path.name
        self._show_picture(picture)

    def _turn_round(self) -> None:
        if self._picture is not None:
            self._show_picture(turned_round(self._picture))

    def _show_picture(self, picture: QImage) -> None:
        self._picture = picture
        self._given = pixels_of(picture, 3 if self.field.colored else 1)
        mean = self._mean()
        self.turn.setVisible(mean is not None and unlike(picture, mean))
        self.field.show_picture(picture)

    def _mean(self) -> float | None:
        """The mean of what the network that is asked learned from, 0 to 1; None where nothing is known of it."""
        record = self._runner.record
        if record is None or record.run is None:
            return None
        try:
            means = runs.read_run(Path(record.run)).info.preparation.mean
        except runs.RunProblem:
            return None
        return sum(means) / len(means) if means else None

    def _unlike_text(self) -> str:
        """What is said of a picture whose ground is not like the training's."""
        mean = self._mean() if self._picture is not None else None
        if self._picture is None or mean is None or not unlike(self._picture, mean):
            return ""
        if ground(self._picture) > mean:
            return _("Its ground is light; the network learned from dark ones.")
        return _("Its ground is dark; the network learned from light ones.")

    # --- showing ----------------------------------------------------------------------------------

    def _make_room(self) -> None:
        """In a low room the bars come first; a refusal takes their place, for nothing new stands in them."""
        low = self.height() < theme.px(LOW)
        self.guesses.setVisible(not (low and self._refused))
        self.seen.setVisible(not low)
        self.caption.setVisible(not low or bool(self._sentence))

    def _say(self, sentence: str, *, refused: bool = False) -> None:
        self._sentence, self._refused = sentence, refused
        source = _("from {label}") if self._picture is not None else _("from the data: {label}")
        usual = _("what the network gets") if self._given is None else source
        self.caption.setText(sentence or ("" if self.field.empty else usual.format(label=self._label)))
        self._make_room()

    def _show_seen(self, image: QImage | None) -> None:
        self._seen_image = image
        side = theme.px(SEEN)
        if image is None:
            self.seen.clear()
            return
        ratio = self.devicePixelRatioF()
        scaled = image.scaled(
            QSize(side, side) * ratio,
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.FastTransformation,
        )
        pixmap = QPixmap.fromImage(scaled)
        pixmap.setDevicePixelRatio(ratio)
        self.seen.setPixmap(pixmap)

    def _theme_changed(self) -> None:
        self._size()
        self._show_seen(self._seen_image)


def _dropped(data: QMimeData) -> Path | None:
    """The one picture that is carried over the pad, if it is one by its name."""
    files = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return files[0] if len(files) == 1 and files[0].suffix.lower() in PICTURES else None


def _tool(name: str, tip: str, act: Callable[[], object]) -> QToolButton:
    button = QToolButton()
    button.setIcon(icon(name, "secondary"))
    button.setIconSize(QSize(16, 16))
    button.setToolTip(tip)
    button.setAccessibleName(tip)
    button.clicked.connect(lambda _checked=False: act())
    return button
