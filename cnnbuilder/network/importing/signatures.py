"""The arguments of PyTorch's layers and functions, in their order; a test compares them with torch."""

from __future__ import annotations

from collections.abc import Mapping

ARRIVING = frozenset({"in_channels", "in_features", "num_features", "num_channels"})
"""Arguments that say what arrives; here that follows from the wire."""

IGNORED = frozenset({"inplace", "device", "dtype"})
"""Arguments that change neither numbers nor shapes."""

_NORM = "num_features eps momentum affine track_running_stats device dtype bias"
LAYERS: Mapping[str, tuple[str, ...]] = {
    kind: tuple(names.split())
    for kind, names in {
        "Conv2d": "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode device dtype",
        "MaxPool2d": "kernel_size stride padding dilation return_indices ceil_mode",
        "AvgPool2d": "kernel_size stride padding ceil_mode count_include_pad divisor_override",
        "AdaptiveAvgPool2d": "output_size",
        "AdaptiveMaxPool2d": "output_size return_indices",
        "BatchNorm2d": _NORM,
        "InstanceNorm2d": _NORM,
        "GroupNorm": "num_groups num_channels eps affine device dtype bias",
        "LayerNorm": "normalized_shape eps elementwise_affine bias device dtype",
        "LayerNorm2d": "normalized_shape eps elementwise_affine bias",
        "LocalResponseNorm": "size alpha beta k",
        "LayerScale": "shape init_value",
        "Rescale": "scale shift",
        "ReLU": "inplace",
        "ReLU6": "inplace",
        "LeakyReLU": "negative_slope inplace",
        "PReLU": "num_parameters init",
        "ELU": "alpha inplace",
        "SELU": "inplace",
        "GELU": "approximate",
        "SiLU": "inplace",
        "Mish": "inplace",
        "Hardswish": "inplace",
        "Hardsigmoid": "inplace",
        "Sigmoid": "",
        "Tanh": "",
        "Softplus": "beta threshold",
        "Softmax": "dim",
        "LogSoftmax": "dim",
        "ZeroPad2d": "padding",
        "ReflectionPad2d": "padding",
        "ReplicationPad2d": "padding",
        "Dropout": "p inplace",
        "Dropout2d": "p inplace",
        "StochasticDepth": "p mode",
        "Flatten": "start_dim end_dim",
        "Permute": "dims",
        "ChannelShuffle": "groups",
        "Identity": "",
        "Linear": "in_features out_features bias device dtype",
    }.items()
}
"""The constructors, by kind."""

FUNCTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    name: (kind, tuple(names.split()))
    for name, (kind, names) in {
        "relu": ("ReLU", "inplace"),
        "relu_": ("ReLU", ""),
        "relu6": ("ReLU6", "inplace"),
        "leaky_relu": ("LeakyReLU", "negative_slope inplace"),
        "elu": ("ELU", "alpha inplace"),
        "selu": ("SELU", "inplace"),
        "gelu": ("GELU", "approximate"),
        "silu": ("SiLU", "inplace"),
        "mish": ("Mish", "inplace"),
        "hardswish": ("Hardswish", "inplace"),
        "hardsigmoid": ("Hardsigmoid", "inplace"),
        "sigmoid": ("Sigmoid", ""),
        "tanh": ("Tanh", ""),
        "softplus": ("Softplus", "beta threshold"),
        "softmax": ("Softmax", "dim _stacklevel dtype"),
        "log_softmax": ("LogSoftmax", "dim _stacklevel dtype"),
        "max_pool2d": ("MaxPool2d", "kernel_size stride padding dilation ceil_mode return_indices"),
        "avg_pool2d": (
            "AvgPool2d",
            "kernel_size stride padding ceil_mode count_include_pad divisor_override",
        ),
        "adaptive_avg_pool2d": ("AdaptiveAvgPool2d", "output_size"),
        "adaptive_max_pool2d": ("AdaptiveMaxPool2d", "output_size return_indices"),
        "dropout": ("Dropout", "p training inplace"),
        "dropout2d": ("Dropout2d", "p training inplace"),
        "stochastic_depth": ("StochasticDepth", "p mode training"),
        "local_response_norm": ("LocalResponseNorm", "size alpha beta k"),
        "channel_shuffle": ("ChannelShuffle", "groups"),
        "flatten": ("Flatten", "start_dim end_dim"),
        "chunk": ("Chunk", "chunks dim"),
        "permute": ("Permute", "dims"),
    }.items()
}
"""Functions of torch, torch.nn.functional and of a tensor, that do what a block does: its kind, and what follows x."""
