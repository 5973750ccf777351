"""Using a data set: what is said beforehand is what happens, whatever the network and the data set are."""

from __future__ import annotations

import pytest

from cnnbuilder.engine.data.catalogue import DataSetInfo, all_data_sets, find
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.classifier import outputs
from cnnbuilder.network.data import Data, Inside
from cnnbuilder.network.edits import remove
from cnnbuilder.network.fit import input_shape
from cnnbuilder.network.project import Project
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.data_choice import change_text, used

PAIRS = [(name, info.name) for name in TEMPLATES for info in all_data_sets()]


def of_classes(count: int) -> DataSetInfo:
    mnist = find("mnist")
    fields = {field: getattr(mnist, field) for field in DataSetInfo.__struct_fields__}
    return DataSetInfo(**fields | {"classes": tuple(map(str, range(count)))})


@pytest.mark.parametrize(("template", "data"), PAIRS)
def test_what_is_said_is_what_happens(template: str, data: str) -> None:
    project, info = TEMPLATES[template].make(), find(data)
    said, after = change_text(project, info), used(project, info)
    assert after.data == Data(Inside(info.name))
    before_shape, shape = input_shape(project.network), input_shape(after.network)
    written = "Input to " + " × ".join(map(str, shape or ()))
    assert (written in said) == (shape != before_shape)
    if after.network != project.network:
        named = f"{len(info.classes)} outputs" in said
        assert named == (outputs(analyse(after.network)) == len(info.classes))
    assert ("changes nothing" in said) == (after.network == project.network)


@pytest.mark.parametrize(("template", "data"), PAIRS)
def test_used_twice_changes_nothing_more(template: str, data: str) -> None:
    once = used(TEMPLATES[template].make(), find(data))
    assert used(once, find(data)) == once
    assert change_text(once, find(data)) == "Using it changes nothing in the network."


def test_only_the_outputs_are_named_where_only_they_change() -> None:
    project = TEMPLATES["digits"].make()
    assert change_text(project, of_classes(12)) == "Using it sets 12 outputs."


def test_both_are_named_where_both_change() -> None:
    project = used(TEMPLATES["digits"].make(), of_classes(12))
    assert change_text(project, find("shapes")) == "Using it sets Input to 3 × 32 × 32 and 10 outputs."


def test_outputs_are_not_named_where_no_linear_ends_the_network() -> None:
    project = TEMPLATES["digits"].make()
    last = [block.id for block in project.network.blocks if block.kind() == "Linear"][-1]
    open_end = Project(remove(project.network, [last]), project.data, project.training)
    assert change_text(open_end, find("shapes")) == "Using it sets Input to 3 × 32 × 32."


def test_an_empty_canvas_is_no_network_yet() -> None:
    assert change_text(Project(), find("shapes")).startswith("There is no network yet.")
