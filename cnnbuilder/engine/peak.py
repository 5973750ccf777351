"""Measures how much memory a training step takes at its peak, in one of the first steps and never again.

On CUDA the allocator counts, what the convolution library takes for itself included. Elsewhere the tensors that the
step makes are counted, each from its birth to its end; what happens inside a single operation is not seen.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from cnnbuilder.engine.optimizers import Optimizer


class PeakMeter:
    """Watches forward and backward pass of one step; `bytes` is known once that step's optimiser has run."""

    def __init__(self, net: nn.Module, optimizer: Optimizer, device: torch.device) -> None:
        self._net, self._optimizer = net, optimizer
        self._cuda = device.type == "cuda"
        # cuDNN tries its algorithms in the first step, with more memory than it needs later.
        self._wait = 1 if self._cuda else 0
        self._made: int | None = None
        self._all: int | None = None

    def step(self, images: Tensor, labels: Tensor) -> AbstractContextManager[object]:
        """Around a step's forward and backward pass."""
        if self._made is not None:
            return nullcontext()
        if self._wait:
            self._wait -= 1
            return nullcontext()
        self._batch = _sizes([images, labels])
        return self._counted_by_cuda() if self._cuda else self._counted([images, labels])

    @property
    def bytes(self) -> int | None:
        """Weights, buffers, optimiser state, batch, and the most that a step makes; None before it is known."""
        if self._made is None or self._all is not None:
            return self._all
        lasting = [*self._net.parameters(), *self._net.buffers(), *_tensors(self._optimizer.state())]
        self._all = self._made + sum({**_sizes(lasting), **self._batch}.values())
        return self._all

    @contextmanager
    def _counted_by_cuda(self) -> Iterator[None]:
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        yield
        self._made = torch.cuda.max_memory_allocated() - before

    @contextmanager
    def _counted(self, batch: Sequence[Tensor]) -> Iterator[None]:
        known = _sizes([*self._net.parameters(), *self._net.buffers(), *batch])
        with _Births(known) as births:
            yield
        self._made = births.most


class _Births(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Counts the storages that operations bring into the world; the operations themselves run as ever."""

    def __init__(self, known: Iterable[int]) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._known = set(known)
        self._alive = 0
        self.most = 0

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # Else torch imports its compiler at the first operation, which costs a fresh child two seconds (measured).
        return False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        made = func(*args, **(kwargs or {}))
        for tensor in made if isinstance(made, tuple | list) else (made,):
            if isinstance(tensor, Tensor):
                self._see(tensor)
        return made

    def _see(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._known:
            return
        size = storage.nbytes()
        self._known.add(key)
        self._alive += size
        self.most = max(self.most, self._alive)
        weakref.finalize(storage, self._gone, key, size).atexit = False

    def _gone(self, key: int, size: int) -> None:
        self._known.discard(key)
        self._alive -= size


def _sizes(tensors: Iterable[Tensor]) -> dict[int, int]:
    """Bytes by storage: tensors that share one count once."""
    storages = (tensor.untyped_storage() for tensor in tensors)
    return {storage._cdata: storage.nbytes() for storage in storages}


def _tensors(state: dict[str, Any]) -> list[Tensor]:
    return [value for values in state.values() for value in values if isinstance(value, Tensor)]
