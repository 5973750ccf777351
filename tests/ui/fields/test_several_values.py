"""The inspector of blocks that take or give several values."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from cnnbuilder.network.merge_edits import join
from cnnbuilder.network.project import Project
from cnnbuilder.ui.build.block_page import BlockPage
from cnnbuilder.ui.build.inspector import Inspector
from cnnbuilder.ui.build.problem_card import ProblemCard
from cnnbuilder.ui.fields.several_values import MOST
from cnnbuilder.ui.session.document import Document
from tests.network.literature import densenet, resnet, shufflenet
from tests.ui.conftest import MakeSession


@pytest.fixture
def inspected(home: Path, make_session: MakeSession, show):  # type: ignore[no-untyped-def]
    """A function that shows the first block of a kind, or the last, in a network."""

    def page(network, kind: str, place: int = 0) -> BlockPage:  # type: ignore[no-untyped-def]
        document = Document(Project(network))
        inspector = Inspector(session := make_session(document))
        show(inspector)
        session.selection.select([[block.id for block in network.blocks if block.kind() == kind][place]])
        QApplication.processEvents()
        assert isinstance(inspector.page, BlockPage)
        return inspector.page

    return page


def lines(page: BlockPage, which: str) -> list[tuple[str, str]]:
    shown = getattr(page, which)
    return [(fact.name.text(), fact.value.text()) for fact in shown.lines if fact.isVisible()]


def test_an_add_lists_what_it_takes(inspected) -> None:  # type: ignore[no-untyped-def]
    page = inspected(resnet((1, 1, 1, 1), bottleneck=False), "Add", 1)
    assert lines(page, "takes") == [("bn5", "128 × 28 × 28"), ("bn6", "128 × 28 × 28")]
    assert not page.gives.isVisible()
    assert page.code.text() == "x = x + y"


def test_a_chunk_lists_what_it_gives_and_who_reads_it(inspected) -> None:  # type: ignore[no-untyped-def]
    page = inspected(shufflenet(1), "Chunk")
    assert lines(page, "gives") == [("concat1", "58 × 56 × 56"), ("conv2", "58 × 56 × 56")]
    assert not page.takes.isVisible()
    assert page.code.text() == "x, y = torch.chunk(x, 2, 1)"


def test_what_is_too_much_to_list_is_counted(inspected) -> None:  # type: ignore[no-untyped-def]
    page = inspected(densenet((14,)), "Concat", -1)
    assert len(lines(page, "takes")) == MOST
    said = [label.text() for label in page.takes.findChildren(QLabel) if label.isVisible()]
    assert "and 3 more" in said
    assert page.code.text().startswith("x = torch.cat((x1, x2, x3,")


def test_a_block_of_one_value_lists_nothing(inspected) -> None:  # type: ignore[no-untyped-def]
    page = inspected(resnet((1,), bottleneck=False), "Conv2d")
    assert not page.takes.isVisible() and not page.gives.isVisible()


def test_the_sentence_of_a_problem_is_read_whole(inspected) -> None:  # type: ignore[no-untyped-def]
    network, new = join(resnet((1, 1), bottleneck=False), "Add", {"b1", "b9"})
    place = [block.id for block in network.blocks if block.kind() == "Add"].index(str(new))
    page = inspected(network, "Add", place)
    page.window().resize(300, 700)
    QApplication.processEvents()
    sentence = page.findChild(ProblemCard).findChild(QLabel)
    assert sentence.height() >= sentence.heightForWidth(sentence.width())
