"""The Data workspace and its child: slow, dead, ended on purpose, busy with a run."""

from __future__ import annotations

from cnnbuilder.engine.messages import BrowseData, Failed, ProcessExited
from cnnbuilder.network.data import Data, Inside
from tests.ui.data.conftest import Looking
from tests.ui.data.pressing import click, look_at
from tests.ui.runs import READY


def test_a_child_that_dies_is_said_with_try_again(looking: Looking) -> None:
    workspace, stand = looking.workspace, looking.stand
    stand.hear(READY)
    stand.hear(ProcessExited("The training process crashed (SIGSEGV)."))
    assert workspace.standstill.sentence.text() == "The training process crashed (SIGSEGV)."
    assert workspace.standstill.button.text() == "Try again"
    looking._answered = len(looking.asked)  # those that went with it
    click(looking.qtbot, workspace.standstill.button)
    assert any(isinstance(request, BrowseData) for request in looking.asked)
    looking.answer()
    assert workspace.grid.isVisible()
    assert workspace.classes.known


def test_a_child_that_never_comes_up_is_said_too(looking: Looking) -> None:
    looking.stand.hear(ProcessExited("PyTorch does not load here."))
    assert looking.workspace.standstill.sentence.text() == "PyTorch does not load here."
    click(looking.qtbot, looking.workspace.standstill.button)
    assert looking.workspace.grid.isVisible()


def test_a_damaged_file_is_said(looking: Looking) -> None:
    workspace, stand = looking.workspace, looking.stand
    stand.hear(READY)
    request = next(request for request in looking.asked if isinstance(request, BrowseData))
    stand.hear(Failed("MNIST cannot be read.", number=request.number))
    assert workspace.standstill.sentence.text() == "MNIST cannot be read."


def test_a_child_that_is_ended_on_purpose_is_asked_again_when_the_next_is_up(looking: Looking) -> None:
    workspace, stand = looking.workspace, looking.stand
    stand.hear(READY)
    looking._answered = len(looking.asked)  # it takes these with it
    stand.child.kill()
    assert not workspace.standstill.isVisible()
    stand.hear(READY)
    looking.answer()
    assert workspace.classes.known
    assert workspace.preparation.pictures.shown[1] is not None


def test_during_a_run_another_child_answers(looking: Looking) -> None:
    workspace, stand = looking.warm().workspace, looking.stand
    stand.train()
    look_at(looking.qtbot, workspace, "Colour shapes")
    assert len(stand.engines) == 2
    assert stand.engines[1].asked(BrowseData)
    assert not [
        request for request in stand.engines[0].asked(BrowseData) if request.data == Data(Inside("shapes"))
    ]
