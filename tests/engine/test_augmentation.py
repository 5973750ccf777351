"""Augmentation: each operation against a reference, its draws' distribution, and that no image depends on another."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F
from torchvision.transforms import functional as reference

from cnnbuilder.engine import augmentation as a
from cnnbuilder.engine.augmenting import Augmenter
from cnnbuilder.network.data import Augmentation

EVERYTHING = Augmentation(
    flip_horizontal=True, flip_vertical=True, shift=0.2, rotation=20, scale=0.2, colour=0.4, erasing=0.5
)


def noise(count: int, channels: int = 3, height: int = 12, width: int = 16) -> torch.Tensor:
    generator = torch.Generator().manual_seed(1)
    return torch.randint(0, 256, (count, channels, height, width), dtype=torch.uint8, generator=generator)


def keys(count: int, *, seed: int = 0, epoch: int = 1) -> np.ndarray:
    return a.image_keys(seed, epoch, torch.arange(count), torch.zeros(count, dtype=torch.int64))


def test_the_hash_is_splitmix64() -> None:
    state, stream = np.zeros(1, np.uint64), []
    for _number in range(3):
        state = state + np.uint64(0x9E3779B97F4A7C15)
        stream.append(int(a.scrambled(state)[0]))
    # The first three numbers of the generator's reference implementation from the state 0.
    assert stream == [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    numbers = a.uniform(np.zeros(1, np.uint64), 0, 3)[0]
    assert numbers.tolist() == [(number >> 11) / 2**53 for number in stream]


def test_the_draws_are_the_same_on_every_machine() -> None:
    found = a.image_keys(7, 3, torch.tensor([0, 59_999]), torch.tensor([0, 2]))
    assert found.tolist() == [3678637860743383588, 3479808356340051386]


def test_numbers_are_even_and_do_not_hang_together() -> None:
    draws = torch.cat([a.uniform(keys(2000, epoch=epoch), 0, 20) for epoch in range(1, 6)])
    assert draws.min() >= 0 and draws.max() < 1
    counts = torch.histc(draws.to(torch.float32), 20, 0, 1)
    assert ((counts - 10_000).abs() < 5 * 10_000**0.5).all()
    between = torch.corrcoef(draws.T) - torch.eye(20)
    assert between.abs().max() < 0.05
    neighbours = torch.corrcoef(torch.stack([draws[:-1, 0], draws[1:, 0]]))[0, 1]
    assert abs(neighbours) < 0.05


def test_a_flip_is_exact_and_comes_half_of_the_time() -> None:
    images = noise(400)
    across, down = (
        a.randomly_flipped(images, keys(400), True, False),
        a.randomly_flipped(images, keys(400), False, True),
    )
    flipped = [bool((one == other.flip(2)).all()) for one, other in zip(across, images, strict=True)]
    assert all(
        mirrored or (one == other).all() for mirrored, one, other in zip(flipped, across, images, strict=True)
    )
    assert 150 < sum(flipped) < 250
    upside_down = [bool((one == other.flip(1)).all()) for one, other in zip(down, images, strict=True)]
    assert 150 < sum(upside_down) < 250 and upside_down != flipped


@given(st.lists(st.tuples(st.integers(-12, 12), st.integers(-16, 16)), min_size=1, max_size=4))
@settings(deadline=None)
def test_a_shift_is_exact_and_black_comes_in(moves: list[tuple[int, int]]) -> None:
    images = noise(len(moves))
    found = a.moved(images, torch.tensor(moves))
    for image, one, (down, right) in zip(images, found, moves, strict=True):
        padded = F.pad(image, (16, 16, 12, 12))
        assert (one == padded[:, 12 - down : 24 - down, 16 - right : 32 - right]).all()


def test_a_shift_reaches_its_limits_and_not_beyond() -> None:
    images = torch.full((600, 1, 10, 20), 255, dtype=torch.uint8)
    found = a.randomly_shifted(images, keys(600), 0.2)
    rows = found.amax(3).ne(0).sum(2).flatten()
    columns = found.amax(2).ne(0).sum(2).flatten()
    assert set(rows.tolist()) == {8, 9, 10} and set(columns.tolist()) == {16, 17, 18, 19, 20}
    assert 80 < (rows == 10).sum() < 160  # 0 is one of five moves


@pytest.mark.parametrize("turns", range(-2, 3))
def test_a_quarter_turn_is_exact(turns: int) -> None:
    images = noise(5, height=15, width=15)
    found = a.turned(images, torch.full((5,), 90.0 * turns), torch.ones(5))
    assert (a.in_whole_numbers(found) == images.rot90(turns, (2, 3))).all()


def test_turning_and_scaling_are_torchvisions() -> None:
    images = noise(6)
    degrees, factors = torch.tensor([0, 10, -35, 90, 180, 77.0]), torch.tensor([1, 0.8, 1.3, 1, 1.7, 0.5])
    found = a.turned(images, degrees.double(), factors.double())
    for image, one, angle, factor in zip(images, found, degrees.tolist(), factors.tolist(), strict=True):
        expected = reference.affine(
            image.float(), -angle, [0, 0], factor, [0.0], reference.InterpolationMode.BILINEAR
        )
        assert (one - expected).abs().max() < 0.05


@pytest.mark.parametrize("channels", [1, 3])
def test_colours_are_torchvisions(channels: int) -> None:
    images = noise(8, channels)
    factors = torch.linspace(0.2, 1.8, 24).view(8, 3)
    for image, one, (brightness, contrast, saturation) in zip(
        images, a.recoloured(images, factors), factors.tolist(), strict=True
    ):
        expected = reference.adjust_brightness(image / 255, brightness)
        expected = reference.adjust_contrast(expected, contrast)
        expected = reference.adjust_saturation(expected, saturation)
        assert (one - 255 * expected).abs().max() < 0.1


def test_factors_of_colour_stay_within_their_range() -> None:
    images = torch.full((500, 1, 2, 2), 100, dtype=torch.uint8)
    found = a.randomly_recoloured(images, keys(500), 0.3)
    assert 70 <= found.min() < 73 and 127 < found.max() <= 130


def test_a_rectangle_of_the_right_size_is_erased_as_often_as_asked() -> None:
    images = torch.full((1000, 2, 40, 60), 9, dtype=torch.uint8)
    gone = a.randomly_erased(images, keys(1000), 0.25).eq(0)
    assert 200 < gone.any((1, 2, 3)).sum() < 300
    areas = gone[gone.any((1, 2, 3))].double().mean((1, 2, 3))
    assert areas.min() > 0.01 and areas.max() < 0.35
    for one in gone[gone.any((1, 2, 3))]:
        high, wide = one[0].any(1).sum(), one[0].any(0).sum()
        assert one[0].sum() == high * wide and (one[0] == one[1]).all()


def test_beta_draws_have_betas_moments() -> None:
    for alpha in (0.2, 1.0, 4.0):
        draws = a.beta(keys(20_000), alpha)
        assert ((draws >= 0) & (draws <= 1)).all()
        assert abs(draws.mean() - 0.5) < 0.01
        assert abs(draws.var() - 1 / (4 * (2 * alpha + 1))) < 0.005
    even = torch.histc(a.beta(keys(20_000), 1.0).float(), 10, 0, 1)
    assert ((even - 2000).abs() < 250).all()


def test_mixup_mixes_and_says_how_much() -> None:
    images = noise(50)
    found, partners, shares = a.mixed(images, keys(50), 1.0, 0.0)
    share = shares.view(-1, 1, 1, 1)
    expected = share * images + (1 - share) * images[partners]
    assert (found - expected).abs().max() <= 0.51
    assert sorted(partners.tolist()) == list(range(50)) and (partners != torch.arange(50)).all()


def test_cutmix_pastes_a_rectangle_and_says_how_much() -> None:
    images = torch.arange(100, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 1, 20, 30)
    found, partners, shares = a.mixed(images, keys(100), 0.0, 1.0)
    own = found == images
    assert (own | (found == images[partners])).all()
    assert torch.allclose(own.float().mean((1, 2, 3)), shares, atol=1e-6)


def test_with_both_each_image_has_one_of_the_two() -> None:
    images = (
        torch.where(torch.arange(200) % 2 == 0, 0, 200)
        .to(torch.uint8)
        .view(-1, 1, 1, 1)
        .expand(-1, 1, 16, 16)
    )
    found, partners, _shares = a.mixed(images, keys(200), 1.0, 1.0)
    differ = images[:, 0, 0, 0] != images[partners][:, 0, 0, 0]
    whole = (found == images) | (found == images[partners])
    cut = whole.all(3).all(2).all(1)[differ]
    assert 0.3 < cut.float().mean() < 0.7


def test_an_image_alone_is_varied_as_it_is_among_others() -> None:
    images, rows, times = noise(40), torch.arange(100, 140), torch.arange(40) % 3
    augmenter = Augmenter(EVERYTHING, 5)
    together = augmenter.varied(images, augmenter.keys(2, rows, times))
    for chosen in (torch.tensor([3]), torch.tensor([30, 2, 17]), torch.arange(39, -1, -2)):
        some = augmenter.varied(images[chosen], augmenter.keys(2, rows[chosen], times[chosen]))
        assert (some == together[chosen]).all()
    assert together.dtype == torch.uint8


def test_another_seed_epoch_row_or_time_varies_otherwise() -> None:
    image = noise(1)
    augmenter = Augmenter(EVERYTHING, 5)
    one, none = torch.tensor([1]), torch.tensor([0])
    seen = [
        augmenter.varied(image, augmenter.keys(2, one, none)),
        augmenter.varied(image, augmenter.keys(3, one, none)),
        augmenter.varied(image, augmenter.keys(2, none, none)),
        augmenter.varied(image, augmenter.keys(2, one, one)),
        Augmenter(EVERYTHING, 6).varied(image, Augmenter(EVERYTHING, 6).keys(2, one, none)),
    ]
    assert len({one.numpy().tobytes() for one in seen}) == 5


def test_an_option_more_leaves_the_draws_of_the_others() -> None:
    images = noise(30, 1)
    flips = Augmenter(Augmentation(flip_horizontal=True), 1)
    more = Augmenter(Augmentation(flip_horizontal=True, erasing=0.3), 1)
    rows = torch.arange(30)
    plain = flips.varied(images, flips.keys(1, rows, rows * 0))
    erased = more.varied(images, more.keys(1, rows, rows * 0))
    assert ((erased == plain) | (erased == 0)).all() and (erased != plain).any()


def test_excluding_an_image_changes_one_partner_only() -> None:
    images = noise(20)
    _mixed, partners, _shares = a.mixed(images, keys(20), 1.0, 0.0)
    left = torch.cat([torch.arange(7), torch.arange(8, 20)])
    _mixed, after, _shares = a.mixed(images[left], keys(20)[left.numpy()], 1.0, 0.0)
    changed = [place for place, row in enumerate(left.tolist()) if left[after[place]] != partners[row]]
    assert len(changed) == 1 and partners[left[changed[0]]] == 7
