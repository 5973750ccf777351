"""The optimisers: one row each. Forms, memory forecast, exported script and notebook follow from it.

Without torch; `engine.optimizers` has the implementation of each row, and is loaded only if it has one of every row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from string import Formatter
from types import MappingProxyType
from typing import NamedTuple

from msgspec.structs import asdict

from cnnbuilder.network.choices import require_rows
from cnnbuilder.network.project import Training
from cnnbuilder.text import _


class Optimizer(NamedTuple):
    """What an optimiser is, wherever it is spoken of."""

    name: str
    """As project files write it."""
    title: str
    torch_class: str
    """The class that does the same, as code names it."""
    arguments: str
    """Of that class, after the weights and the learning rate; in braces the settings of `Training` that it uses."""
    slots: Callable[[Training], int]
    """How many float32 values it remembers of each weight from step to step."""

    @property
    def settings(self) -> frozenset[str]:
        """The fields of `Training` that only some optimisers use, as far as this one does."""
        return frozenset(name for _text, name, *_rest in Formatter().parse(self.arguments) if name)

    def code(self, training: Training) -> str:
        """The Python that makes it, in a script that has `net` and `args.learning_rate`."""
        arguments = self.arguments.format_map(asdict(training))
        return f"{self.torch_class}(net.parameters(), args.learning_rate, {arguments})"


OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        row.name: row
        for row in (
            Optimizer(
                "adamw",
                _("AdamW"),
                "torch.optim.AdamW",  # whose betas and epsilon are torch's defaults
                "weight_decay={weight_decay!r}, fused=True",
                slots=lambda _training: 2,  # the running means of gradients and of their squares
            ),
            Optimizer(
                "sgd",
                _("SGD"),
                "torch.optim.SGD",
                "momentum={momentum!r}, weight_decay={weight_decay!r}, fused=True",
                slots=lambda training: int(training.momentum > 0),  # the velocity
            ),
        )
    }
)
require_rows("optimizer", "network.optimizers.OPTIMIZERS", OPTIMIZERS)
