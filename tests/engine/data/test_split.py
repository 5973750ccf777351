"""The validation part: every class its share, always the same images."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnbuilder.engine.data.split import held_out


@given(labels=st.lists(st.integers(0, 5), min_size=1, max_size=300), share=st.floats(0, 1))
@settings(deadline=None)
def test_every_class_gives_its_share(labels: list[int], share: float) -> None:
    count = int(share * len(labels))
    marked = held_out(np.array(labels), count)
    assert marked.sum() == count
    for label in set(labels):
        members = np.array(labels) == label
        assert abs(marked[members].sum() - members.sum() * count / len(labels)) < 1
    assert (marked == held_out(np.array(labels), count)).all()


def test_the_choice_is_the_same_on_every_machine() -> None:
    marked = held_out(np.arange(1000) % 10, 100)
    assert np.flatnonzero(marked)[:12].tolist() == [32, 38, 54, 67, 75, 95, 111, 137, 146, 156, 200, 205]
