"""Choosing data never changes a network silently, unless it is a template as it came."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from cnnbuilder.blocks.convolution import Conv2d
from cnnbuilder.engine.data.catalogue import all_data_sets, find
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.edits import append, new_id
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.data_choice import is_untouched, with_data
from cnnbuilder.ui.session.document import Document
from cnnbuilder.ui.window.window import Window


class Choice:
    def __init__(self, window: Window) -> None:
        self.document = window.session.document
        self.chip = window.top_bar.data
        self.bars = window.bars
        self.menu = window.data.menu
        self.choose = window.session.data.choose

    @property
    def shape(self) -> tuple[int, int, int] | None:
        return input_shape(self.document.project.network)


@pytest.fixture
def choice(window: Window) -> Choice:
    return Choice(window)


def touch(document: Document) -> None:
    network = document.project.network
    first = next(block for block in network.blocks if isinstance(block, Conv2d))
    document.edit(
        "Add Conv2d",
        replace(
            document.project, network=append(network, Conv2d(id=new_id(network), padding=(1, 1)), first.id)
        ),
    )


def test_the_chip_says_what_the_data_is(choice: Choice) -> None:
    assert choice.chip.word.text() == "MNIST"
    assert choice.chip.more.text() == "60,000 · 28×28 → 32×32"
    assert "border" in choice.chip.toolTip()


def test_an_untouched_template_takes_the_datas_shape_at_once(choice: Choice) -> None:
    choice.choose(find("shapes"))
    assert choice.document.project.data == Data(Inside("shapes"))
    assert choice.shape == (3, 32, 32)
    assert choice.bars.bar("data") is None
    assert choice.document.undo_stack.count() == 1
    choice.document.undo_stack.undo()
    assert choice.shape == (1, 32, 32)
    assert choice.chip.word.text() == "MNIST"


def test_a_network_that_was_edited_is_only_offered_it(choice: Choice) -> None:
    touch(choice.document)
    choice.choose(find("shapes"))
    assert choice.shape == (1, 32, 32)
    bar = choice.bars.bar("data")
    assert bar is not None
    assert bar.buttons[0].text() == "Use 3 × 32 × 32 and 10 outputs"
    steps = choice.document.undo_stack.count()
    bar.buttons[0].click()
    assert choice.shape == (3, 32, 32)
    assert choice.document.undo_stack.count() == steps + 1
    assert choice.bars.bar("data") is None


def test_the_offer_goes_when_it_is_no_longer_true(choice: Choice) -> None:
    touch(choice.document)
    choice.choose(find("shapes"))
    choice.document.undo_stack.undo()
    assert choice.bars.bar("data") is None


def test_data_of_the_same_shape_needs_no_word(choice: Choice) -> None:
    touch(choice.document)
    choice.choose(find("fashion-mnist"))
    assert choice.bars.bar("data") is None


@pytest.mark.parametrize("name", ["digits", "lenet5", "colour-32"])
@pytest.mark.parametrize("data", sorted(info.name for info in all_data_sets()))
def test_every_template_stays_right_with_every_data_set(name: str, data: str) -> None:
    project = with_data(TEMPLATES[name].make(), find(data))
    analysis = analyse(project.network)
    assert analysis.problems == ()
    assert analysis.output is not None
    assert analysis.output.sizes == (len(find(data).classes),)
    assert is_untouched(project)


def test_an_exercise_without_data_keeps_its_sizes() -> None:
    quiz = TEMPLATES["quiz-130"].make()
    assert with_data(quiz, find("mnist")).network == quiz.network


def test_the_menu_marks_the_data_set_of_the_project_and_no_other(choice: Choice) -> None:
    def marked() -> list[str]:
        return [action.text().split(" · ")[0] for action in choice.menu.actions() if action.isChecked()]

    assert marked() == ["MNIST"]
    choice.menu.actions()[0].trigger()
    assert marked() == ["MNIST"]
    elsewhere = replace(choice.document.project, data=Data(Inside("not-here")))
    choice.document.replace(elsewhere, None)
    assert marked() == []
