"""The forecast of a step against the device's memory."""

from __future__ import annotations

from msgspec.structs import replace

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.training.room import too_large
from tests.ui.training.conftest import READY

PROJECT = TEMPLATES["digits"].make()
ANALYSIS = analyse(PROJECT.network)


def test_what_fits_is_not_spoken_of() -> None:
    assert too_large(ANALYSIS, PROJECT.training, READY) is None


def test_nothing_is_said_of_a_device_that_is_not_known() -> None:
    assert too_large(ANALYSIS, PROJECT.training, None) is None
    assert too_large(ANALYSIS, PROJECT.training, replace(READY, memory_bytes=None)) is None


def test_the_advised_batch_size_fits() -> None:
    ready = replace(READY, memory_bytes=10_000_000, device="cuda", device_name="Small GPU")
    found = too_large(ANALYSIS, PROJECT.training, ready)
    assert found is not None
    assert "Small GPU has 10 MB" in found.sentence
    assert training_memory(ANALYSIS, replace(PROJECT.training, batch_size=found.batch_size)) < 10_000_000


def test_where_not_even_one_image_fits_one_is_advised() -> None:
    found = too_large(ANALYSIS, PROJECT.training, replace(READY, memory_bytes=1_000))
    assert found is not None
    assert found.batch_size == 1
