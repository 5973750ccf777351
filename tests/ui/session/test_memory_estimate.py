"""What the window knows of a step's memory: the forecast, the device, and what was measured."""

from __future__ import annotations

from msgspec.structs import replace
from pytestqt.qtbot import QtBot

from cnnbuilder.ui.build.inspector import Inspector
from cnnbuilder.ui.build.network_page import NetworkPage
from tests.ui.runs import READY, Stand, started, step


def test_the_device_decides_precision_and_room(stand: Stand, qtbot: QtBot) -> None:
    memory = stand.session.memory
    training = stand.document.project.training
    assert memory.precision(training) == "float32"
    assert memory.room == "about 29 MB at batch 128"
    with qtbot.waitSignal(memory.changed):
        stand.engine.say(replace(READY, memory_bytes=8_000_000_000, bfloat16=True))
    assert memory.precision(training) == "bfloat16"
    assert memory.room == "fits: 19 MB of 8.0 GB"


def test_the_inspector_says_how_far_off_the_forecast_was(stand: Stand, qtbot: QtBot) -> None:
    memory = stand.session.memory
    inspector = Inspector(stand.session)
    qtbot.addWidget(inspector)
    inspector.show()
    page = inspector.page
    assert isinstance(page, NetworkPage)
    assert page.totals.memory.value.text() == "about 29 MB at batch 128"
    assert page.totals.measured.isHidden()
    stand.train()
    stand.hear(READY, replace(started(str(stand.run)), forecast_bytes=28_000_000))
    with qtbot.waitSignal(memory.changed):
        stand.engine.say(replace(step(0.2), peak_bytes=29_400_000))
    assert page.totals.measured.value.text() == "forecast 28.0 MB, measured 29.4 MB (+5 %)"


def test_the_inspectors_numbers_open_their_formulas(stand: Stand, qtbot: QtBot) -> None:
    inspector = Inspector(stand.session)
    qtbot.addWidget(inspector)
    inspector.resize(320, 800)
    inspector.show()
    page = inspector.page
    assert isinstance(page, NetworkPage)
    for fact in (page.totals.macs, page.totals.kept, page.totals.memory):
        fact.setFocus()
        qtbot.keyClick(fact, "\r")
        assert fact.card is not None and fact.card.isVisible()
        assert " = " in fact.card.formulas[0].numbers
        qtbot.keyClick(fact, " ")
        assert not fact.card.isVisible()
