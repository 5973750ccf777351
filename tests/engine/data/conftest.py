"""What the tests of data share."""

from __future__ import annotations

import pytest

from tests.engine.data.tiny import Tiny, make_tiny


@pytest.fixture
def tiny() -> Tiny:
    return make_tiny()
