"""Random networks for property tests: chains that people might draw, right or wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import chain

small = st.integers(1, 5)
pairs = st.tuples(small, small)
borders = st.tuples(st.integers(0, 3), st.integers(0, 3))

FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Conv2d": {
        "out_channels": st.integers(1, 12),
        "kernel_size": pairs,
        "stride": pairs,
        "padding": borders,
        "dilation": st.tuples(st.integers(1, 3), st.integers(1, 3)),
        "groups": st.integers(1, 3),
        "bias": st.booleans(),
        "padding_mode": st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
    },
    "MaxPool2d": {
        "kernel_size": pairs,
        "stride": pairs,
        "padding": borders,
        "dilation": st.tuples(st.integers(1, 2), st.integers(1, 2)),
        "ceil_mode": st.booleans(),
    },
    "AvgPool2d": {"kernel_size": pairs, "stride": pairs, "padding": borders, "ceil_mode": st.booleans()},
    "BatchNorm2d": {
        "affine": st.booleans(),
        "track_running_stats": st.booleans(),
        "eps": st.sampled_from([1e-5, 1e-3]),
    },
    "ReLU": {},
    "Dropout": {"p": st.sampled_from([0.0, 0.25, 0.5, 1.0])},
    "Flatten": {},
    "Linear": {"out_features": st.integers(1, 20), "bias": st.booleans()},
}


@st.composite
def blocks(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(FIELDS)) -> Block:
    """One block of any kind but Input, with any field values in range."""
    kind = draw(st.sampled_from(kinds))
    return KINDS[kind](id="b", **{name: draw(values) for name, values in FIELDS[kind].items()})


inputs = st.builds(
    lambda c, h, w: KINDS["Input"](id="b", channels=c, height=h, width=w),  # type: ignore[call-arg]
    st.integers(1, 4), st.integers(1, 40), st.integers(1, 40),
)  # fmt: skip


@st.composite
def chains(draw: st.DrawFn, longest: int = 8) -> Network:
    """An Input and blocks in a row; what comes after Flatten is flat kinds more often than not."""
    drawn = [draw(inputs), *draw(st.lists(blocks(), max_size=longest))]
    return chain(*drawn)
