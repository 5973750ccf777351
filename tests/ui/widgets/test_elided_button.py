"""A button that gives way and still says what it does."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from cnnbuilder.ui.widgets.elided_button import ElidedButton

WORDS = "Match: 1×1 Conv2d, 32 filters"


def shown(button: ElidedButton, qtbot: QtBot) -> ElidedButton:
    qtbot.addWidget(button)
    button.set_tip("as one step")
    button.show()
    qtbot.waitExposed(button)
    return button


def test_with_room_it_is_a_button_like_others(qtbot: QtBot) -> None:
    button = shown(ElidedButton(WORDS), qtbot)
    button.resize(button.sizeHint())
    assert button.shown == WORDS
    assert button.whole_tip == "as one step"


def test_without_it_ends_in_dots_and_the_tooltip_has_it_whole(qtbot: QtBot) -> None:
    button = shown(ElidedButton(WORDS), qtbot)
    assert button.minimumSizeHint().width() < button.sizeHint().width() * 0.6
    button.resize(button.minimumSizeHint())
    assert button.shown.endswith("…") and button.shown[:6] == WORDS[:6]
    assert button.text() == WORDS  # for screen readers
    assert button.whole_tip == f"{WORDS}\nas one step"
