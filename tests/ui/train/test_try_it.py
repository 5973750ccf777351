"""Drawing, and watching the network guess."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QImage, QPainter, QPen
from PySide6.QtWidgets import QApplication

from cnnbuilder.engine.messages import Failed, Predict, Predicted, Sample, SampleImage
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.file import loads
from cnnbuilder.ui.images import prediction_bars as guesses
from cnnbuilder.ui.images.drawing_field import RESOLUTION, DrawingField
from cnnbuilder.ui.images.picture_file import pixels_of, read_picture
from cnnbuilder.ui.train.try_it import TryIt
from cnnbuilder.ui.train.workspace import TrainWorkspace
from tests.ui.runs import DIGITS, Stand, epoch, finished


def draw(qtbot: Any, field: DrawingField, *points: tuple[float, float]) -> None:
    """One stroke of the mouse; places are shares of the field."""
    places = [QPoint(round(x * field.width()), round(y * field.height())) for x, y in points]
    qtbot.mousePress(field, Qt.MouseButton.LeftButton, pos=places[0])
    for place in places[1:]:
        qtbot.mouseMove(field, place)
    qtbot.mouseRelease(field, Qt.MouseButton.LeftButton, pos=places[-1])


def answer(request: Predict, *, trained: bool = True) -> Predicted:
    shares = tuple((name, 0.91 if name == "7" else 0.01) for name in sorted(DIGITS, key=lambda d: d != "7"))
    return Predicted(request.number, shares, bytes(32 * 32), (1, 32, 32), trained)


@pytest.fixture
def field(qtbot: Any) -> DrawingField:
    field = DrawingField()
    qtbot.addWidget(field)
    field.resize(120, 120)
    field.show()
    qtbot.waitExposed(field)
    return field


@pytest.fixture
def trying(panel: TrainWorkspace, stand: Stand) -> TryIt:
    """Try it, after the first epoch."""
    stand.session.train()
    stand.begin()
    stand.end_of_epoch()
    assert panel.try_it.isVisible()
    return panel.try_it


def test_ink_is_light_on_black_where_it_was_drawn(field: DrawingField, qtbot: Any) -> None:
    draw(qtbot, field, (0.5, 0.2), (0.5, 0.5), (0.5, 0.8))
    pixels, size = field.pixels()
    assert size == (RESOLUTION, RESOLUTION, 1)
    middle = pixels[RESOLUTION * RESOLUTION // 2 + RESOLUTION // 2]
    assert (middle, pixels[0]) == (255, 0)


def test_a_click_makes_a_dot(field: DrawingField, qtbot: Any) -> None:
    draw(qtbot, field, (0.5, 0.5))
    assert max(field.pixels()[0]) == 255


def test_undo_and_clear(field: DrawingField, qtbot: Any) -> None:
    draw(qtbot, field, (0.2, 0.2), (0.4, 0.4))
    one = field.pixels()
    draw(qtbot, field, (0.6, 0.6), (0.8, 0.8))
    qtbot.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert field.pixels() == one
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert field.empty


def test_a_pen_outside_of_the_field_stays_at_its_edge(field: DrawingField, qtbot: Any) -> None:
    draw(qtbot, field, (0.5, 0.5), (3.0, 0.5))
    assert not field.empty
    field.grab()


def test_colours_are_filled_on_their_ground(field: DrawingField, qtbot: Any) -> None:
    field.set_colored(True)
    field.set_ink("#FF0000")
    draw(qtbot, field, (0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2))
    pixels, size = field.pixels()
    assert size == (RESOLUTION, RESOLUTION, 3)
    middle = 3 * (RESOLUTION * RESOLUTION // 2 + RESOLUTION // 2)
    assert pixels[middle : middle + 3] == b"\xff\x00\x00"
    assert pixels[:3] != b"\x00\x00\x00"
    field.set_fill(False)
    field.clear()
    draw(qtbot, field, (0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2))
    assert field.pixels()[0][middle : middle + 3] == field.pixels()[0][:3]


def test_a_drawing_is_guessed_with_the_weights_of_this_moment(
    trying: TryIt, stand: Stand, qtbot: Any
) -> None:
    draw(qtbot, trying.field, (0.3, 0.2), (0.7, 0.2), (0.4, 0.8))
    qtbot.waitUntil(lambda: bool(stand.engine.asked(Predict)))
    (request,) = stand.engine.asked(Predict)
    assert (request.drawn, request.run, request.channels) == (True, None, 1)
    stand.hear(answer(request))
    assert trying.guesses.likeliest == "7"
    assert not trying.seen.pixmap().isNull()
    assert trying.caption.text() == "what the network gets"
    assert "epoch 1" in trying.whose.text()
    trying.grab()


def test_never_more_than_one_request_is_under_way(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    for n in range(5):
        draw(qtbot, trying.field, (0.1, 0.1 * n), (0.9, 0.1 * n))
    qtbot.waitUntil(lambda: bool(stand.engine.asked(Predict)))
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: trying._stale)
    assert len(stand.engine.asked(Predict)) == 1
    stand.hear(answer(stand.engine.asked(Predict)[0]))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 2)
    assert stand.engine.asked(Predict)[1].pixels != stand.engine.asked(Predict)[0].pixels


def test_the_same_drawing_is_guessed_anew_after_an_epoch(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    stand.hear(answer(stand.engine.asked(Predict)[0]))
    stand.hear(epoch(2))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 2)


def test_a_finished_run_is_asked_by_its_folder(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    stand.hear(finished(str(stand.run)))
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    assert stand.engine.asked(Predict)[0].run == str(stand.run)


def test_untrained_guesses_are_called_chance(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    stand.hear(answer(stand.engine.asked(Predict)[0], trained=False))
    assert trying.caption.text() == "Untrained: these guesses are chance."


def test_before_the_first_run_the_untrained_network_is_asked(
    stand: Stand, panel: TrainWorkspace, qtbot: Any
) -> None:
    trying = panel.try_it
    assert trying.isVisible()
    assert trying.whose.text() == "untrained"
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    (request,) = stand.engine.asked(Predict)
    assert request.run is None
    assert loads(request.untrained) == stand.document.project
    stand.hear(answer(request, trained=False))
    assert trying.caption.text() == "Untrained: these guesses are chance."
    stand.document.edit("Data", replace(stand.document.project, data=Data(Inside("fashion-mnist"))))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 2)


def test_a_refusal_is_said(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    stand.hear(Failed("The run is gone.", number=stand.engine.asked(Predict)[0].number))
    assert trying.caption.text() == "The run is gone."


def test_an_image_of_the_data_is_shown_and_guessed(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    qtbot.mouseClick(trying.picture, Qt.MouseButton.LeftButton)
    (asked,) = stand.engine.asked(SampleImage)
    stand.hear(Sample(asked.number, bytes(range(256)) * 4, (1, 32, 32), "7"))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    request = stand.engine.asked(Predict)[0]
    assert (request.drawn, request.height, request.width, request.channels) == (False, 32, 32, 1)
    trying.grab()
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    assert trying.field.drawn
    assert asked.index is not None


def test_clearing_empties_the_bars(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    stand.hear(answer(stand.engine.asked(Predict)[0]))
    qtbot.mouseClick(trying.clear, Qt.MouseButton.LeftButton)
    assert trying.guesses.likeliest is None
    assert trying.caption.text() == ""


def test_colour_sets_are_drawn_in_colour(stand: Stand, panel: TrainWorkspace, qtbot: Any) -> None:
    stand.document.edit("Data", replace(stand.document.project, data=Data(Inside("shapes"))))
    stand.session.train()
    stand.begin()
    stand.end_of_epoch()
    assert panel.try_it.field.colored
    assert panel.try_it.inks.isVisible()
    red = next(button for button in panel.try_it.inks.buttons if button.accessibleName() == "Red")
    qtbot.mouseClick(red, Qt.MouseButton.LeftButton)
    draw(qtbot, panel.try_it.field, (0.5, 0.5))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    assert stand.engine.asked(Predict)[0].channels == 3


def test_it_can_be_folded_and_opened(trying: TryIt, panel: TrainWorkspace, qtbot: Any) -> None:
    panel.columns.toggle(panel.results_panel)
    assert trying.isVisible(), "it stands beside the runs"
    assert panel.below.current == "try"
    panel.columns.toggle(panel.results_panel)
    assert trying.isVisible()
    assert panel.below.current == "runs"


def test_where_there_is_no_room_beside_the_curves_it_stands_beside_the_runs(
    trying: TryIt, panel: TrainWorkspace, qtbot: Any
) -> None:
    panel.resize(760, 620)
    qtbot.waitUntil(lambda: panel.results_panel.folded)
    assert trying.isVisible()
    assert panel.below.isAncestorOf(trying)
    panel.resize(1366, 690)
    qtbot.waitUntil(lambda: not panel.results_panel.folded)
    assert panel.results_tabs.isAncestorOf(trying)


def test_a_share_next_to_a_bar_has_room_and_is_not_rounded_to_everything() -> None:
    assert [guesses._short(share) for share in (1.0, 0.99996, 0.98, 0.0004)] == [
        "100 %",
        "99.9 %",
        "98 %",
        "0 %",
    ]


def test_in_a_low_room_the_bars_come_first(trying: TryIt) -> None:
    trying.resize(260, 120)
    assert trying.seen.isHidden() and trying.caption.isHidden()
    trying._say("Untrained: these guesses are chance.")
    assert not trying.caption.isHidden()
    trying.resize(260, 200)
    assert not trying.seen.isHidden()


def test_in_a_low_room_a_refusal_takes_the_place_of_the_bars(trying: TryIt, stand: Stand, qtbot: Any) -> None:
    draw(qtbot, trying.field, (0.5, 0.1), (0.5, 0.9))
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 1)
    trying.setFixedHeight(120)  # fixed: the panel lays out anew between events
    stand.hear(Failed("The run is gone.", number=stand.engine.asked(Predict)[0].number))
    assert trying.guesses.isHidden() and not trying.caption.isHidden()
    qtbot.mouseClick(trying.clear, Qt.MouseButton.LeftButton)
    assert not trying.guesses.isHidden()


def seven(path: Path, *, ink: str, paper: str) -> Path:
    """A picture of a digit, larger than any network takes."""
    image = QImage(200, 150, QImage.Format.Format_ARGB32)
    image.fill(QColor(paper))
    painter = QPainter(image)
    painter.setPen(QPen(QColor(ink), 16))
    painter.drawPolyline([QPoint(60, 30), QPoint(140, 30), QPoint(90, 125)])
    painter.end()
    image.save(str(path))
    return path


def drop(trying: TryIt, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    where, keys = QPoint(40, 40), Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where, Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(trying, enter)
    assert enter.isAccepted()
    event = QDropEvent(QPointF(where), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, keys)
    QApplication.sendEvent(trying, event)


def test_a_light_ground_is_noticed_where_the_training_had_dark_ones_and_is_turned_round(
    trying: TryIt, stand: Stand, qtbot: Any, tmp_path: Path
) -> None:
    from tests.ui.session.test_run_loader import leave_a_run  # which takes `draw` from here

    leave_a_run(stand.run, stand.document.project, epochs=1)
    drop(trying, seven(tmp_path / "seven.png", ink="black", paper="white"))
    qtbot.waitUntil(lambda: bool(stand.engine.asked(Predict)))
    first = stand.engine.asked(Predict)[-1]
    assert (first.height, first.width, first.channels, first.drawn) == (150, 200, 1, False)
    assert first.pixels[0] == 255
    stand.hear(answer(first))
    assert trying.caption.text() == "Its ground is light; the network learned from dark ones."
    qtbot.mouseClick(trying.turn, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(stand.engine.asked(Predict)) == 2)
    second = stand.engine.asked(Predict)[-1]
    assert second.pixels == bytes(255 - value for value in first.pixels)
    stand.hear(answer(second))
    assert trying.caption.text() == "from seven.png"
    assert not trying.turn.isVisible()


@pytest.mark.parametrize(("ink", "ground"), [("white", 0), ("black", 255)])
def test_ink_on_nothing_is_never_an_empty_picture(tmp_path: Path, ink: str, ground: int) -> None:
    picture = read_picture(seven(tmp_path / "seven.png", ink=ink, paper="transparent"))
    pixels, _size = pixels_of(picture, 1)
    assert pixels[0] == ground
    assert set(pixels) >= {0, 255}


def test_what_is_no_picture_is_said_in_one_sentence(trying: TryIt, stand: Stand, tmp_path: Path) -> None:
    (tmp_path / "seven.png").write_bytes(b"%!PS no picture")
    trying.show_file(tmp_path / "seven.png")
    assert trying.caption.text().startswith("seven.png is no picture")
    assert not stand.engine.asked(Predict)
