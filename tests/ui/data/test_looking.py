"""Looking through data sets, by keys and by mouse: what is shown, said, opened, and what using one changes."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt

from cnnbuilder.engine.data.catalogue import DataSetInfo, find
from cnnbuilder.engine.messages import BrowseData, BrowseImage
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.edits import remove
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.ui.data.class_model import IMAGE
from cnnbuilder.ui.data.workspace import DataWorkspace
from tests.ui.data.answers import count_of, grey
from tests.ui.data.conftest import Looking
from tests.ui.data.pressing import SPOKEN, click, grey_at, look_at, press, spoken
from tests.ui.runs import READY, Stand


def touch(stand: Stand) -> None:
    """The network is a person's own: no template as it came."""
    project = stand.document.project
    blocks = tuple(
        block.with_fields(out_channels=12) if block.kind() == "Conv2d" else block
        for block in project.network.blocks
    )
    stand.document.edit("Change filters", replace(project, network=replace(project.network, blocks=blocks)))
    stand.document.undo_stack.setClean()


# --- what is shown --------------------------------------------------------------------------------


def test_it_shows_the_set_in_use_with_counts_and_images(looking: Looking) -> None:
    workspace = looking.warm().workspace
    assert workspace.head.title.text() == "MNIST"
    facts = workspace.head.facts.text().replace("\u00a0", " ")
    assert facts == "70,000 images · 10 classes · 28×28 grey · 11 MB · CC BY-SA 3.0"
    assert workspace.head.in_use.isVisible()
    assert not workspace.head.use.isVisible()
    assert workspace.classes.rowCount() == 10
    assert workspace.grid.images_a_row >= 8
    train, val, test = (count_of("mnist", part, 7) for part in ("train", "val", "test"))
    assert spoken(workspace, 7, 0) == (
        f"7: {train + val + test:,} images. Training {train:,}, validation {val:,}, test {test:,}"
    )
    assert spoken(workspace, 7, 3) == "7, image 3 of training"
    assert grey_at(workspace, 7, 3) == grey("train", 7, 2)


def test_images_fill_in_when_the_child_is_up(looking: Looking) -> None:
    workspace = looking.workspace
    assert not looking.asked
    assert workspace.classes.rowCount() == 10
    assert workspace.classes.index(0, 1).data(IMAGE) is None
    looking.stand.hear(READY)
    assert looking.asked
    looking.answer()
    assert workspace.classes.index(0, 1).data(IMAGE) is not None


def test_nothing_is_asked_before_it_is_seen(stand: Stand, qtbot: Any) -> None:
    stand.hear(READY)
    workspace = DataWorkspace(stand.session)
    qtbot.addWidget(workspace)
    assert not stand.engine.asked(BrowseData)
    assert not stand.engine.asked(BrowseImage)


def test_the_list_names_each_set_and_marks_the_one_in_use(looking: Looking) -> None:
    model = looking.warm().workspace.source_model
    rows = [str(model.index(row).data(SPOKEN) or model.index(row).data()) for row in range(model.rowCount())]
    assert rows[: rows.index("Not on this computer")] == [
        "On this computer",
        "MNIST, 70,000 · 28×28 grey, in use, shown",
        "Fashion-MNIST, 70,000 · 28×28 grey",
        "Colour shapes, 12,000 · 32×32 colour",
        "Clothes, 3,781 · 64×64 colour",
    ]


def test_a_part_is_chosen_by_keys_and_shows_its_images(looking: Looking) -> None:
    workspace = looking.warm().workspace
    assert workspace.parts.segments["val"].text() == "Validation 5,000"
    workspace.parts.segments["train"].setFocus()
    press(looking.qtbot, workspace.parts.segments["train"], Qt.Key.Key_Right)
    looking.answer()
    assert workspace.parts.part == "val"
    assert spoken(workspace, 7, 3) == "7, image 3 of validation"
    assert grey_at(workspace, 7, 3) == grey("val", 7, 2)


def test_more_images_are_asked_for_where_the_window_grows(looking: Looking) -> None:
    workspace = looking.warm().workspace
    workspace.resize(2600, 690)
    looking.qtbot.waitUntil(lambda: workspace.grid.images_a_row > 16)
    looking.answer()
    last = workspace.grid.images_a_row
    assert grey_at(workspace, 0, last) == grey("train", 0, last - 1)


def test_the_images_grow_by_whole_pixels_where_all_classes_still_fit(looking: Looking) -> None:
    workspace = looking.warm().workspace
    assert workspace.grid.picture_side == 2 * 28
    workspace.resize(1920, 1040)
    looking.qtbot.waitUntil(lambda: workspace.grid.picture_side == 3 * 28)
    workspace.resize(1366, 690)
    looking.qtbot.waitUntil(lambda: workspace.grid.picture_side == 2 * 28)


# --- looking and using ----------------------------------------------------------------------------


def test_looking_changes_nothing(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    before = document.project
    look_at(looking.qtbot, workspace, "Colour shapes")
    looking.answer()
    assert workspace.head.title.text() == "Colour shapes"
    assert spoken(workspace, 0, 1) == "circle, image 1 of training"
    assert document.project is before
    assert document.undo_stack.count() == 0
    assert "in use" in str(workspace.source_model.index(1).data(SPOKEN))


@pytest.mark.parametrize("edited", [False, True])
def test_use_says_beforehand_what_it_changes_and_does_it_in_one_step(looking: Looking, edited: bool) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    if edited:
        touch(looking.stand)
    before, steps = document.project, document.undo_stack.count()
    look_at(looking.qtbot, workspace, "Colour shapes")
    assert workspace.head.change.text() == "Using it sets Input to 3 × 32 × 32; the 10 outputs stay."
    workspace.head.use.setFocus()
    press(looking.qtbot, workspace.head.use, Qt.Key.Key_Space)
    assert document.project.data == Data(Inside("shapes"))
    assert input_shape(document.project.network) == (3, 32, 32)
    assert document.undo_stack.count() == steps + 1
    assert workspace.head.in_use.isVisible()
    assert workspace.grid.hasFocus()
    document.undo_stack.undo()
    assert document.project == before
    assert workspace.head.title.text() == "MNIST"


def test_using_what_fits_says_that_nothing_changes(looking: Looking) -> None:
    workspace = looking.warm().workspace
    look_at(looking.qtbot, workspace, "Fashion-MNIST")
    assert workspace.head.change.text() == "Using it changes nothing in the network."
    assert workspace.head.use.accessibleDescription() == workspace.head.change.text()


def test_another_document_shows_its_own_data(looking: Looking) -> None:
    workspace = looking.warm().workspace
    look_at(looking.qtbot, workspace, "Colour shapes")
    looking.stand.session.begin_template("lenet5")
    assert workspace.head.title.text() == "MNIST"


def test_without_data_one_button_takes_mnist(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    document.edit("No data", replace(document.project, data=Data(None)))
    assert workspace.standstill.sentence.text() == (
        "No data yet: take MNIST, which is here already, or drop a folder with one sub-folder a class."
    )
    assert not workspace.head.isVisible()
    assert not workspace.preparation_panel.isVisible()
    steps = document.undo_stack.count()
    click(looking.qtbot, workspace.standstill.button)
    assert document.project.data == Data(Inside("mnist"))
    assert document.undo_stack.count() == steps + 1
    assert workspace.grid.isVisible()
    assert workspace.preparation_panel.isVisible()


def test_data_that_is_not_known_here_is_named(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    document.edit("Elsewhere", replace(document.project, data=Data(Inside("birds-200"))))
    assert "“birds-200”, which is not on this computer" in workspace.standstill.sentence.text()
    look_at(looking.qtbot, workspace, "Fashion-MNIST")
    assert workspace.grid.isVisible()


class Absent(DataSetInfo, frozen=True, kw_only=True):
    """A data set that could be here, and is not."""

    def missing(self) -> str | None:
        return "Flowers is not here: download it once, with a connection to the internet."


@pytest.fixture
def absent(monkeypatch: pytest.MonkeyPatch) -> Absent:
    """Beside MNIST alone."""
    mnist = find("mnist")
    fields = {field: getattr(mnist, field) for field in DataSetInfo.__struct_fields__}
    made = Absent(**fields | {"name": "flowers", "title": "Flowers"})
    monkeypatch.setattr("cnnbuilder.engine.data.catalogue._DATA_SETS", {"flowers": made, "mnist": mnist})
    return made


def test_a_set_that_is_not_here_says_what_to_do(absent: Absent, looking: Looking) -> None:
    workspace = looking.warm().workspace
    model = workspace.source_model
    rows = [str(model.index(row).data()) for row in range(model.rowCount())]
    assert rows == ["On this computer", "MNIST", "Not on this computer", "Flowers"]
    look_at(looking.qtbot, workspace, "Flowers")
    assert workspace.standstill.sentence.text() == absent.missing()
    assert not workspace.head.use.isVisible()
    assert not looking.data.choice_comes_first
    assert not [request for request in looking.asked if request.data == Data(Inside("flowers"))]
    look_at(looking.qtbot, workspace, "MNIST")
    assert workspace.grid.isVisible()


# --- many classes ---------------------------------------------------------------------------------


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> DataSetInfo:
    """A data set of twenty classes, in place of MNIST."""
    names = tuple(f"kind {number}" for number in range(20))
    mnist = find("mnist")
    fields = {field: getattr(mnist, field) for field in DataSetInfo.__struct_fields__}
    made = DataSetInfo(**fields | {"classes": names})
    monkeypatch.setattr(
        "cnnbuilder.engine.data.catalogue._DATA_SETS", {"mnist": made, "shapes": find("shapes")}
    )
    return made


def test_many_classes_are_found_by_their_name(many: DataSetInfo, looking: Looking) -> None:
    workspace = looking.warm().workspace
    assert workspace.filter.isVisible()
    workspace.filter.setFocus()
    looking.qtbot.keyClicks(workspace.filter, "kind 1")
    assert workspace.classes.rowCount() == 11  # 1, and 10 to 19
    looking.qtbot.keyClicks(workspace.filter, "7")
    assert workspace.classes.rowCount() == 1
    looking.answer()
    assert spoken(workspace, 0, 2) == "kind 17, image 2 of training"
    assert grey_at(workspace, 0, 2) == grey("train", 17, 1)


def test_few_classes_need_no_filter_and_keep_none(many: DataSetInfo, looking: Looking) -> None:
    workspace = looking.warm().workspace
    looking.qtbot.keyClicks(workspace.filter, "kind 17")
    look_at(looking.qtbot, workspace, "Colour shapes")
    assert not workspace.filter.isVisible()
    assert workspace.classes.rowCount() == 10


def test_more_classes_than_outputs_are_said_and_mended(many: DataSetInfo, looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    assert workspace.preparation.classes.text().startswith("10 outputs for 20 classes")
    assert workspace.preparation.mend.text() == "Use 20 outputs"
    click(looking.qtbot, workspace.preparation.mend)
    assert workspace.preparation.classes.text() == "20 classes, 20 outputs: they fit."
    assert not workspace.preparation.mend.isVisible()
    document.undo_stack.undo()
    assert workspace.preparation.mend.isVisible()


# --- one image ------------------------------------------------------------------------------------


def test_an_image_opens_large_by_enter_and_escape_goes_back_to_it(looking: Looking) -> None:
    workspace = looking.warm().workspace
    workspace.grid.setFocus()
    workspace.grid.setCurrentIndex(workspace.classes.index(7, 3))
    looking.answer()
    press(looking.qtbot, workspace.grid, Qt.Key.Key_Return)
    looking.answer()
    count = count_of("mnist", "train", 7)
    assert workspace.image.isVisible()
    assert workspace.image.hasFocus()
    assert workspace.image.title.text() == f"7 · training image 3 of {count:,}"
    assert workspace.image.accessibleName() == "7, image 3 of training"
    original, prepared = workspace.image.pictures.shown
    assert original is not None and (original.width(), original.height()) == (28, 28)
    assert prepared is not None and (prepared.width(), prepared.height()) == (32, 32)
    assert original.pixelColor(0, 0).red() == grey("train", 7, 2)
    press(looking.qtbot, workspace.image, Qt.Key.Key_Escape)
    assert workspace.grid.hasFocus()
    assert workspace.grid.current_image == (7, 2)


def test_a_click_opens_an_image_and_arrows_walk_through_its_class(looking: Looking) -> None:
    workspace = looking.warm().workspace
    place = workspace.grid.visualRect(workspace.classes.index(2, 1)).center()
    looking.qtbot.mouseClick(workspace.grid.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place))
    assert workspace.image.title.text().startswith("2 · training image 1 of")
    assert not workspace.image.before.isEnabled()
    press(looking.qtbot, workspace.image, Qt.Key.Key_Right, Qt.Key.Key_Right)
    looking.answer()
    original, _prepared = workspace.image.pictures.shown
    assert original is not None and original.pixelColor(0, 0).red() == grey("train", 2, 2)
    press(looking.qtbot, workspace.image, Qt.Key.Key_End)
    count = count_of("mnist", "train", 2)
    assert workspace.image.title.text() == f"2 · training image {count:,} of {count:,}"
    assert not workspace.image.after.isEnabled()
    click(looking.qtbot, workspace.image.before)
    assert workspace.image.place == count - 2
    click(looking.qtbot, workspace.image.back)
    assert workspace.grid.isVisible()


def test_the_original_is_there_at_once(looking: Looking) -> None:
    workspace = looking.warm().workspace
    workspace.grid.opened.emit(7, 2)
    original, prepared = workspace.image.pictures.shown
    assert original is not None and original.pixelColor(0, 0).red() == grey("train", 7, 2)
    assert prepared is None


def test_only_the_image_that_was_asked_for_last_is_shown(looking: Looking) -> None:
    workspace = looking.warm().workspace
    for column in (2, 3, 4, 5):
        workspace.grid.setCurrentIndex(workspace.classes.index(0, column))
    assert len(looking.asked) == 1  # one is under way, the others were passed by
    looking.answer()
    original, _prepared = workspace.preparation.pictures.shown
    assert original is not None and original.pixelColor(0, 0).red() == grey("train", 0, 4)


# --- preparation ----------------------------------------------------------------------------------


def test_the_preparation_says_how_the_images_come_to_the_input(looking: Looking) -> None:
    preparation = looking.warm().workspace.preparation
    assert preparation.how.text() == "28×28 grey → 32×32 grey, with a border of 2."
    assert preparation.mean.value.text() == "0.131"
    assert preparation.std.value.text() == "0.308"
    assert preparation.split["val"][2].text() == "5,000"
    assert preparation.split["val"][3].text() == "7.1 %"
    assert preparation.classes.text() == "10 classes, 10 outputs: they fit."
    original, prepared = preparation.pictures.shown
    assert original is not None and prepared is not None


def test_of_a_set_that_is_not_in_use_it_says_what_will_be(looking: Looking) -> None:
    workspace = looking.warm().workspace
    look_at(looking.qtbot, workspace, "Colour shapes")
    looking.answer()
    assert workspace.preparation.title.text() == "Preparation, once it is used"
    assert workspace.preparation.shape == (3, 32, 32)
    assert workspace.preparation.how.text().startswith("They have the Input's size and colour already")
    assert workspace.preparation.mean.value.text() == "0.13 · 0.13 · 0.13"


def test_a_network_with_a_problem_leads_to_it(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    flatten = next(block.id for block in document.project.network.blocks if block.kind() == "Flatten")
    document.edit_network("Delete", remove(document.project.network, [flatten]))
    assert "has a problem" in workspace.preparation.classes.text()
    with looking.qtbot.waitSignal(looking.stand.session.problem_requested):
        click(looking.qtbot, workspace.preparation.problem)


def test_without_a_network_it_says_so(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    document.edit_network("Clear", Project().network)
    looking.answer()
    assert "no Input yet" in workspace.preparation.how.text()
    assert workspace.preparation.classes.text() == "10 classes. There is no network yet."
    look_at(looking.qtbot, workspace, "Colour shapes")
    assert workspace.head.change.text().startswith("There is no network yet.")


# --- where things stand ---------------------------------------------------------------------------


def test_the_preparation_folds_before_the_list(looking: Looking) -> None:
    workspace = looking.warm().workspace
    folded = [panel.folded for panel in workspace.columns.panels]
    assert folded == [False, False]
    workspace.resize(1024, 600)
    looking.qtbot.waitUntil(lambda: workspace.preparation_panel.folded)
    assert not workspace.sources_panel.folded
    workspace.resize(760, 600)
    looking.qtbot.waitUntil(lambda: workspace.sources_panel.folded)
    workspace.take_focus()
    assert workspace.grid.hasFocus()


def test_it_takes_the_focus_where_a_person_goes_on(looking: Looking) -> None:
    workspace = looking.warm().workspace
    workspace.take_focus()
    assert workspace.sources.hasFocus()
    assert workspace.sources.currentIndex().data() == "MNIST"
    assert workspace.regions() == (workspace.sources_panel, workspace.centre, workspace.preparation_panel)


def test_another_set_begins_with_its_first_class(looking: Looking) -> None:
    workspace = looking.warm().workspace
    workspace.grid.setFocus()
    workspace.grid.setCurrentIndex(workspace.classes.index(9, 2))
    assert workspace.grid.verticalScrollBar().value() > 0
    look_at(looking.qtbot, workspace, "Fashion-MNIST")
    assert workspace.grid.verticalScrollBar().value() == 0
    assert workspace.grid.current_image == (0, 0)


def test_outputs_without_a_class_are_said_and_mended(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    blocks = tuple(
        block.with_fields(out_features=12) if block.kind() == "Linear" else block
        for block in document.project.network.blocks
    )
    document.edit_network("More outputs", replace(document.project.network, blocks=blocks))
    assert "12" in workspace.preparation.classes.text()
    assert workspace.preparation.mend.text() == "Use 10 outputs"
    click(looking.qtbot, workspace.preparation.mend)
    assert workspace.preparation.classes.text() == "10 classes, 10 outputs: they fit."


def test_an_open_end_becomes_a_classifier(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    network = document.project.network
    ends = [block.id for block in network.blocks if block.kind() in ("Flatten", "Linear")]
    document.edit_network("Cut", remove(network, ends))
    assert workspace.preparation.classes.text().startswith("Not yet a classifier: add Flatten and Linear")
    assert workspace.preparation.mend.text() == "Make it a classifier"
    click(looking.qtbot, workspace.preparation.mend)
    assert workspace.preparation.classes.text() == "10 classes, 10 outputs: they fit."


def test_a_flat_end_without_linear_is_said_and_mended(looking: Looking) -> None:
    workspace, document = looking.warm().workspace, looking.stand.document
    network = document.project.network
    last = [block.id for block in network.blocks if block.kind() == "Linear"]
    document.edit_network("Cut", remove(network, last))
    assert workspace.preparation.classes.text().startswith("1,024 outputs for 10 classes")
    assert workspace.preparation.mend.text() == "Add Linear (10)"
    click(looking.qtbot, workspace.preparation.mend)
    assert workspace.preparation.classes.text() == "10 classes, 10 outputs: they fit."
