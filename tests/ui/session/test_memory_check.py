"""The forecast of a step against the device's memory."""

from __future__ import annotations

from msgspec.structs import replace

from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.memory import training_memory
from cnnbuilder.network.templates import TEMPLATES
from cnnbuilder.ui.session.memory_check import precision_in_use, room_text, too_large
from tests.ui.runs import READY

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


GPU = replace(READY, memory_bytes=8_000_000_000, device="cuda", device_name="Small GPU", bfloat16=False)


def test_what_fits_is_said_with_the_devices_memory() -> None:
    assert room_text(ANALYSIS, PROJECT.training, GPU) == "fits: 29 MB of 8.0 GB"
    half = replace(GPU, bfloat16=True)
    assert room_text(ANALYSIS, PROJECT.training, half) == "fits: 19 MB of 8.0 GB"


def test_without_a_device_the_forecast_stands_alone() -> None:
    assert room_text(ANALYSIS, PROJECT.training, None) == "about 29 MB at batch 128"


def test_what_does_not_fit_is_advised_the_largest_power_of_two_that_does() -> None:
    small = replace(GPU, memory_bytes=20_000_000)
    assert room_text(ANALYSIS, PROJECT.training, small) == (
        "needs about 29 MB, Small GPU has 20 MB: try batch 64"
    )
    for batch in (64, 128):
        needed = training_memory(ANALYSIS, replace(PROJECT.training, batch_size=batch))
        assert (needed <= 0.8 * 20_000_000) == (batch == 64)
    tiny = replace(GPU, memory_bytes=300_000)
    assert room_text(ANALYSIS, PROJECT.training, tiny).endswith("even one image does not fit")


def test_auto_is_bfloat16_only_where_the_device_is_known_to_have_it() -> None:
    auto, plain = PROJECT.training, replace(PROJECT.training, precision="float32")
    half = replace(GPU, bfloat16=True)
    assert precision_in_use(auto, None) == precision_in_use(auto, GPU) == "float32"
    assert precision_in_use(auto, half) == "bfloat16 on an accelerator"
    assert precision_in_use(auto, replace(half, device="cpu")) == "bfloat16"
    assert precision_in_use(plain, half) == "float32"
