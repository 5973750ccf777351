"""Solids, targets and lines as plain geometry."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from cnnbuilder.blocks.base import Shape, flat, image
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.project import Network, Wire
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.canvas.arrangement import Arrangement
from cnnbuilder.ui.canvas.drop_targets import AtEnd, IntoWire, Stay, target_at
from cnnbuilder.ui.canvas.keyboard_navigation import next_block
from cnnbuilder.ui.canvas.solids import LARGEST_DEPTH, LONGEST_BAR, Bar, Solid, form, scale_for

SHAPES = [image(1, 32, 32), image(16, 32, 32), image(16, 16, 16), image(64, 4, 4), flat(1024), flat(10)]


def digits() -> Arrangement:
    network = TEMPLATES["digits"].make().network
    return Arrangement(network, analyse(network))


def test_larger_is_drawn_larger_on_one_scale() -> None:
    scale = scale_for(SHAPES)
    solids = {str(shape): form(shape, scale) for shape in SHAPES}
    tall = [
        solids[name].side.boundingRect().height() for name in ("64 × 4 × 4", "16 × 16 × 16", "16 × 32 × 32")
    ]
    deep = [
        solids[name].side.boundingRect().width() for name in ("1 × 32 × 32", "16 × 16 × 16", "64 × 4 × 4")
    ]
    assert tall == sorted(tall) and len(set(tall)) == 3
    assert deep == sorted(deep) and len(set(deep)) == 3
    assert (
        solids["16 × 32 × 32"].side.boundingRect().width()
        == solids["16 × 16 × 16"].side.boundingRect().width()
    )
    assert isinstance(solids["1,024"], Bar) and isinstance(solids["1 × 32 × 32"], Solid)
    assert solids["1,024"].area.width() > solids["10"].area.width()


@pytest.mark.parametrize(
    "shape", [image(2048, 7, 7), image(3, 1024, 1024), image(1, 1, 1), flat(1), flat(65_536)]
)
def test_every_shape_fits_the_lane(shape: object) -> None:
    drawn = form(shape, scale_for([shape]))  # type: ignore[arg-type]
    assert 4 <= drawn.bounds.width() <= max(LONGEST_BAR, LARGEST_DEPTH + 60)
    assert drawn.bounds.height() <= 80


def test_an_image_with_its_axes_in_another_order_is_the_same_solid() -> None:
    scale = scale_for(SHAPES)
    assert form(Shape((28, 30, 192), "HWC"), scale) == form(image(192, 28, 30), scale)


def test_a_vector_longer_than_the_lane_is_drawn_with_a_break() -> None:
    drawn = form(flat(25_088), scale_for([image(512, 7, 7)]))
    assert isinstance(drawn, Bar) and drawn.cut and drawn.area.width() == LONGEST_BAR


def test_the_face_takes_a_picture_of_any_size() -> None:
    solid = form(image(1, 32, 32), scale_for(SHAPES))
    assert isinstance(solid, Solid)
    laid = solid.image_transform(28, 28)
    assert laid is not None
    corner = laid.map(0.0, 0.0)
    assert abs(corner[0] - solid.face.at(0).x()) < 0.01 and abs(corner[1] - solid.face.at(0).y()) < 0.01


def test_every_point_of_the_column_means_a_wire_or_the_end(qapp: QApplication) -> None:
    arrangement = digits()
    last = arrangement.boxes["b12"]
    meant = []
    for y in range(0, int(last.bottom) + 60, 3):
        target = target_at(arrangement, 200.0, float(y), frozenset(), False, False)
        assert target is not None
        if target not in meant:
            meant.append(target)
    order = [t.wire.from_ if isinstance(t, IntoWire) else t.after for t in meant if not isinstance(t, Stay)]
    seams = [
        t for t in meant if isinstance(t, IntoWire) and arrangement.strip_of.get(t.wire.from_) == t.wire.to
    ]
    assert len(seams) == 3
    assert len(order) == 12
    assert meant[-1] == AtEnd("b12")


def test_beside_the_column_nothing_is_meant(qapp: QApplication) -> None:
    arrangement = digits()
    assert target_at(arrangement, 700.0, 100.0, frozenset(), False, False) is None
    assert target_at(arrangement, -60.0, 100.0, frozenset(), False, False) is None


def test_wires_beside_the_ghost_mean_stay_where_it_is(qapp: QApplication) -> None:
    arrangement = digits()
    y = arrangement.boxes["b4"].y
    assert target_at(arrangement, 200.0, y, frozenset({"b4"}), False, True) == Stay()
    assert target_at(arrangement, 200.0, y, frozenset({"b4"}), False, False) is None


def test_a_wire_that_passes_blocks_swings_around_them(qapp: QApplication) -> None:
    network = TEMPLATES["digits"].make().network
    skip = Network(network.blocks, (*network.wires, Wire("b4", "b10")))
    arrangement = Arrangement(skip, analyse(skip))
    placed = arrangement.lines.get(Wire("b4", "b10"))
    assert placed is not None
    assert min(x for x, _y in placed.line.corners) < -23
    # Dropped on the part beside the cards, a block goes into the skip; between the cards into the stack.
    beside = arrangement.boxes["b7"]
    assert target_at(arrangement, -18.0, beside.y, frozenset(), False, False) == IntoWire(Wire("b4", "b10"))
    assert target_at(arrangement, 200.0, beside.y - 8, frozenset(), False, False) == IntoWire(
        Wire("b6", "b7")
    )


def test_arrows_go_along_wires_and_to_neighbours(qapp: QApplication) -> None:
    from cnnbuilder.network import edits

    network = TEMPLATES["digits"].make().network
    network = edits.place_loose(network, edits.create("Dropout", network), (600.0, 80.0))
    arrangement = Arrangement(network, analyse(network))
    assert next_block(arrangement, ["b2"], "right") == "b13"
    assert next_block(arrangement, ["b13"], "left") in ("b2", "b3", "b4")
    assert next_block(arrangement, ["b1"], "up") is None
    assert next_block(arrangement, [], "down") == "b1"
