"""Background tasks: who serves them, and that each is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnbuilder.engine.messages import Answer, AnyEvent, Export, Exported, Failed, ProcessExited
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.background_tasks import BackgroundTasks
from cnnbuilder.ui.session.engine_child import EngineChild
from cnnbuilder.ui.session.runner import Runner
from tests.ui.runs import FakeEngine


class Children:
    """The engines that were made, in order."""

    def __init__(self) -> None:
        self.made: list[FakeEngine] = []

    def __call__(self, on_events: Callable[[list[AnyEvent]], None]) -> FakeEngine:
        self.made.append(FakeEngine(on_events))
        return self.made[-1]


@pytest.fixture
def children() -> Children:
    return Children()


@pytest.fixture
def child(qtbot: QtBot, children: Children) -> Iterator[EngineChild]:
    made = EngineChild(engine=children)
    yield made
    made.shutdown()


@pytest.fixture
def runner(child: EngineChild) -> Iterator[Runner]:
    made = Runner(child)
    yield made
    made.shutdown()


@pytest.fixture
def tasks(child: EngineChild, children: Children) -> Iterator[BackgroundTasks]:
    made = BackgroundTasks(child, engine=children)
    yield made
    made.shutdown()


def export(number: int) -> Export:
    return Export(number, "{}", "net.onnx")


def sent_number(engine: FakeEngine) -> int:
    request = engine.sent[-1]
    assert isinstance(request, Export)
    return request.number


def test_the_warm_child_serves_while_nothing_trains(
    qtbot: QtBot, tasks: BackgroundTasks, children: Children
) -> None:
    heard: list[Answer | Failed] = []
    tasks.ask(export, heard.append)
    assert len(children.made) == 1
    children.made[0].say(Exported(sent_number(children.made[0]), "net.onnx"))
    qtbot.waitUntil(lambda: bool(heard))
    assert tasks.pending == 0


def test_a_second_child_serves_while_one_trains(
    qtbot: QtBot, runner: Runner, tasks: BackgroundTasks, children: Children, tmp_path: Path
) -> None:
    runner.train(TEMPLATES["digits"].make(), tmp_path)
    heard: list[Answer | Failed] = []
    tasks.ask(export, heard.append)
    second = children.made[1]
    second.say(Failed("The disk is full.", number=sent_number(second)))
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], Failed)
    tasks.shutdown()
    assert second.closed


def test_the_end_of_the_second_child_answers_what_was_asked(
    qtbot: QtBot, runner: Runner, tasks: BackgroundTasks, children: Children, tmp_path: Path
) -> None:
    runner.train(TEMPLATES["digits"].make(), tmp_path)
    heard: list[Answer | Failed] = []
    tasks.ask(export, heard.append)
    children.made[1].say(ProcessExited("PyTorch ended."))
    qtbot.waitUntil(lambda: bool(heard))
    assert isinstance(heard[0], Failed)
    assert heard[0].reason == "PyTorch ended."
    tasks.ask(export, heard.append)
    assert len(children.made) == 3, "the next question starts another"
