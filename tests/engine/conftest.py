"""One thread is enough for networks this small, and does not suffer from other tests beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from tests.engine.data.tiny import Tiny, make_tiny


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny() -> Tiny:
    """A data set so small that each test can prepare it anew."""
    return make_tiny()
