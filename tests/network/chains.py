"""Random networks for property tests: chains that people might draw, right or wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from cnnbuilder.blocks import KINDS
from cnnbuilder.blocks.base import Block
from cnnbuilder.network.project import Network
from cnnbuilder.network.templates import chain
from tests.blocks.random_fields import random_fields

small = st.integers(1, 5)
pairs = st.tuples(small, small)
borders = st.tuples(st.integers(0, 3), st.integers(0, 3))

floats = st.sampled_from([0.0, 0.01, 0.2, 1.0, -0.5, 1.5])
epsilons = st.sampled_from([1e-5, 1e-3])
shares = st.sampled_from([0.0, 0.25, 0.5, 1.0])
frozen = st.sampled_from([False, False, False, True])
sides = st.tuples(*[st.integers(0, 3)] * 4)

FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "Conv2d": {
        "out_channels": st.integers(1, 12),
        "frozen": frozen,
        "kernel_size": pairs,
        "stride": pairs,
        "padding": st.one_of(borders, st.just("same")),
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
    "AvgPool2d": {
        "kernel_size": pairs,
        "stride": pairs,
        "padding": borders,
        "ceil_mode": st.booleans(),
        "count_include_pad": st.booleans(),
        "divisor_override": st.sampled_from([None, 1, 7]),
    },
    "AdaptiveAvgPool2d": {"output_size": pairs},
    "AdaptiveMaxPool2d": {"output_size": pairs},
    "BatchNorm2d": {
        "affine": st.booleans(),
        "track_running_stats": st.booleans(),
        "eps": epsilons,
        "momentum": st.sampled_from([0.1, 0.0, 1.0]),
        "bias": st.booleans(),
    },
    "InstanceNorm2d": {
        "affine": st.booleans(),
        "bias": st.booleans(),
        "track_running_stats": st.booleans(),
        "eps": epsilons,
    },
    "GroupNorm": {
        "num_groups": st.integers(1, 4),
        "affine": st.booleans(),
        "bias": st.booleans(),
        "eps": epsilons,
    },
    "LayerNorm": {
        "normalized_shape": st.sampled_from(["channels", "last", "all"]),
        "elementwise_affine": st.booleans(),
        "bias": st.booleans(),
        "eps": epsilons,
    },
    "LocalResponseNorm": {"size": small, "alpha": floats, "beta": floats, "k": st.sampled_from([1.0, 2.0])},
    "LayerScale": {"init_value": floats},
    "ReLU": {},
    "ReLU6": {},
    "LeakyReLU": {"negative_slope": floats},
    "PReLU": {"num_parameters": st.integers(1, 4), "init": floats},
    "ELU": {"alpha": floats},
    "SELU": {},
    "GELU": {"approximate": st.sampled_from(["none", "tanh"])},
    "SiLU": {},
    "Mish": {},
    "Hardswish": {},
    "Hardsigmoid": {},
    "Sigmoid": {},
    "Tanh": {},
    "Softplus": {"beta": st.sampled_from([0.5, 1.0, 2.0]), "threshold": st.sampled_from([0.0, 20.0])},
    "Softmax": {"dim": st.integers(1, 3)},
    "LogSoftmax": {"dim": st.integers(1, 3)},
    "ZeroPad2d": {"padding": sides},
    "ReflectionPad2d": {"padding": sides},
    "ReplicationPad2d": {"padding": sides},
    "Dropout": {"p": shares},
    "Dropout2d": {"p": shares},
    "StochasticDepth": {"p": shares, "mode": st.sampled_from(["row", "batch"])},
    "Flatten": {"start_dim": st.integers(1, 3), "end_dim": st.integers(-3, 3)},
    "Permute": {"dims": st.one_of(st.permutations([1, 2, 3]).map(tuple), st.just((1, 1, 2)))},
    "ChannelShuffle": {"groups": st.integers(1, 4)},
    "Identity": {},
    "Linear": {"out_features": st.integers(1, 20), "bias": st.booleans(), "frozen": frozen},
}
FIELDS |= {
    name: random_fields(kind)
    for name, kind in KINDS.items()
    if name not in FIELDS and kind.offered and kind.arity == (1, 1) and kind(id="b").pieces() is None
}
"""Values that often fit; for kinds that nothing is said of, whatever they declare."""


PLAIN = ("Conv2d", "MaxPool2d", "AvgPool2d", "BatchNorm2d", "ReLU", "Dropout", "Flatten", "Linear")
"""What most networks are made of."""


@st.composite
def blocks(draw: st.DrawFn, kinds: tuple[str, ...] = tuple(FIELDS)) -> Block:
    """One block of any kind with one input and one output, with any field values in range."""
    kind = draw(st.sampled_from(kinds))
    return KINDS[kind](id="b", **{name: draw(values) for name, values in FIELDS[kind].items()})


inputs = st.builds(
    lambda c, h, w: KINDS["Input"](id="b", channels=c, height=h, width=w),  # type: ignore[call-arg]
    st.integers(1, 4), st.integers(1, 40), st.integers(1, 40),
)  # fmt: skip


@st.composite
def chains(draw: st.DrawFn, longest: int = 8) -> Network:
    """An Input and blocks in a row; what comes after Flatten is flat kinds more often than not."""
    plain = blocks(PLAIN)
    drawn = [draw(inputs), *draw(st.lists(st.one_of(plain, plain, blocks()), max_size=longest))]
    return chain(*drawn)
