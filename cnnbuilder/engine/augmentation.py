"""Varies training images, a whole batch at once and each image in its own way, in functions that stand alone.

A training script is made of their very text. What happens to an image is decided by whole numbers that are hashed
from (seed, epoch, row in the prepared array, how often the row came before in this epoch) on the CPU, so neither the
other images of the batch, nor the number of processes, nor a stop in mid-epoch changes it. The hash is SplitMix64
(Steele, Lea and Flood 2014): an image's key begins a stream of its own, and every option reads its own places in it,
so that one option more leaves the others' draws as they were.
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

Keys = NDArray[np.uint64]
"""One for each image of a batch, from which all its draws follow."""
Mixed = tuple[Tensor, Tensor, Tensor]


def scrambled(values: Keys) -> Keys:
    """SplitMix64's last step: a bit that comes in changes half of those that go out."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def image_keys(seed: int, epoch: int, rows: Tensor, times: Tensor) -> Keys:
    """A key for each of N images: rows of the prepared array, seen so often before."""
    step = np.uint64(0x9E3779B97F4A7C15)
    keys = np.full(len(rows), step)
    for part in (np.full(1, seed), np.full(1, epoch), rows.numpy(), times.numpy()):
        keys = scrambled((keys ^ part.astype(np.uint64)) + step)
    return keys


def uniform(keys: Keys, first: int, count: int) -> Tensor:
    """N×count float64 from 0 to below 1: each image's stream from place `first` on."""
    steps = np.arange(first + 1, first + count + 1, dtype=np.uint64)
    bits = scrambled(keys[:, None] + steps * np.uint64(0x9E3779B97F4A7C15))
    return torch.from_numpy((bits >> np.uint64(11)).astype(np.float64) * 2.0**-53)


def randomly_flipped(images: Tensor, keys: Keys, horizontal: bool, vertical: bool) -> Tensor:
    """Mirrors each second image, in each direction that is allowed."""
    draws = uniform(keys, 0, 2).to(torch.float32).to(images.device).view(-1, 2, 1, 1, 1)
    if horizontal:
        images = torch.where(draws[:, 0] < 0.5, images.flip(3), images)
    if vertical:
        images = torch.where(draws[:, 1] < 0.5, images.flip(2), images)
    return images


def randomly_shifted(images: Tensor, keys: Keys, most: float) -> Tensor:
    """Moves each image by whole pixels, up to `most` of a side; black comes in."""
    height, width = images.shape[2:]
    limits = torch.tensor([int(most * height), int(most * width)])
    moves = (uniform(keys, 2, 2) * (2 * limits + 1)).to(torch.int64) - limits
    return moved(images, moves.to(images.device))


def moved(images: Tensor, moves: Tensor) -> Tensor:
    """Each image so many pixels down and right (N×2 int64); what comes in is black."""
    count, channels, height, width = images.shape
    down = torch.arange(height, device=images.device) - moves[:, :1]
    right = torch.arange(width, device=images.device) - moves[:, 1:]
    row, column = down.clamp(0, height - 1), right.clamp(0, width - 1)
    inside = (row == down)[:, :, None] & (column == right)[:, None]
    places = row[:, :, None] * width + column[:, None]
    places = places.view(count, 1, -1).expand(-1, channels, -1)
    return images.flatten(2).gather(2, places).view_as(images) * inside[:, None]


def randomly_turned(images: Tensor, keys: Keys, degrees: float, most: float) -> Tensor:
    """Turns images by up to `degrees`, enlarges them by factors within 1 ± `most`."""
    draws = 2 * uniform(keys, 4, 2) - 1
    return turned(images, draws[:, 0] * degrees, 1 + draws[:, 1] * most)


def turned(images: Tensor, degrees: Tensor, factors: Tensor) -> Tensor:
    """Each image turned counterclockwise and enlarged about its centre, as float32.

    Bilinear; what comes in is black.
    """
    height, width = images.shape[2:]
    angle = torch.deg2rad(degrees)
    cos, sin = torch.cos(angle) / factors, torch.sin(angle) / factors
    rows = (cos, -sin * (height / width), 0 * cos, sin * (width / height), cos, 0 * cos)
    theta = torch.stack(rows, 1).view(-1, 2, 3).to(torch.float32).to(images.device)
    grid = F.affine_grid(theta, list(images.shape), align_corners=False)
    return F.grid_sample(images.to(torch.float32), grid, align_corners=False)


def randomly_recoloured(images: Tensor, keys: Keys, most: float) -> Tensor:
    """Brightness, contrast and saturation, times factors within 1 ± `most`."""
    factors = 1 + (2 * uniform(keys, 6, 3) - 1) * most
    return recoloured(images, factors.to(torch.float32).to(images.device))


def recoloured(images: Tensor, factors: Tensor) -> Tensor:
    """Brightness, contrast and saturation times N×3 factors, one by one; float32."""
    brightness, contrast, saturation = factors.view(-1, 3, 1, 1, 1).unbind(1)
    images = (images * brightness).clamp_(0, 255)
    mean = lightness(images).mean((2, 3), keepdim=True)
    images.sub_(mean).mul_(contrast).add_(mean).clamp_(0, 255)
    light = lightness(images)
    return images.sub_(light).mul_(saturation).add_(light).clamp_(0, 255)


def lightness(images: Tensor) -> Tensor:
    """How light images look, N×1×H×W: of three channels by ITU-R BT.601."""
    if images.shape[1] != 3:
        return images.mean(1, keepdim=True)
    red, green, blue = images[:, 0:1], images[:, 1:2], images[:, 2:3]
    return 0.299 * red + 0.587 * green + 0.114 * blue


def randomly_erased(images: Tensor, keys: Keys, probability: float) -> Tensor:
    """Blackens a rectangle of some images (Zhong et al. 2020).

    It has 2 to 33 % of the area and is 0.3 to 3.3 times as high as wide; what would be
    longer than the image is as long as the image.
    """
    height, width = images.shape[2:]
    chance, area, form, top, left = uniform(keys, 9, 5).unbind(1)
    area = (0.02 + 0.31 * area) * height * width
    form = torch.exp((2 * form - 1) * math.log(10 / 3))
    high = torch.round((area * form).sqrt()).clamp(1, height)
    wide = torch.round((area / form).sqrt()).clamp(1, width)
    top, left = (top * (height - high + 1)).floor(), (left * (width - wide + 1)).floor()
    high = torch.where(chance < probability, high, 0)
    return images * ~rectangles(images, top, left, high, wide)


def rectangles(images: Tensor, top: Tensor, left: Tensor, high: Tensor, wide: Tensor) -> Tensor:
    """N×1×H×W: true inside the rectangle of each image, N numbers of pixels each."""
    y = torch.arange(images.shape[2])
    x = torch.arange(images.shape[3])
    in_rows = (y >= top[:, None]) & (y < (top + high)[:, None])
    in_columns = (x >= left[:, None]) & (x < (left + wide)[:, None])
    return (in_rows[:, None, :, None] & in_columns[:, None, None, :]).to(images.device)


def in_whole_numbers(images: Tensor) -> Tensor:
    """The images as uint8, rounded."""
    if images.dtype == torch.uint8:
        return images
    return images.round().clamp(0, 255).to(torch.uint8)


def mixed(images: Tensor, keys: Keys, mixup: float, cutmix: float) -> Mixed:
    """Each uint8 image mixed with a partner in the batch; partners' places; own shares.

    `mixup` and `cutmix` are the alphas of their Beta distributions, 0 where off; where
    both are on, each image has one of the two by lot. In the order of the keys each
    image's partner is the next one, and the last one's the first.
    """
    order = torch.from_numpy(np.argsort(keys, kind="stable"))
    partners = torch.empty_like(order)
    partners[order] = order.roll(-1)
    kind, x, y = uniform(keys, 14, 3).unbind(1)
    by_cut = kind < (0.5 if mixup and cutmix else bool(cutmix))
    shares = torch.where(by_cut, beta(keys, cutmix or 1.0), beta(keys, mixup or 1.0))
    height, width = images.shape[2:]
    high = torch.where(by_cut, torch.round((1 - shares).sqrt() * height), 0)
    wide = torch.where(by_cut, torch.round((1 - shares).sqrt() * width), 0)
    top, left = (y * (height - high + 1)).floor(), (x * (width - wide + 1)).floor()
    cut = rectangles(images, top, left, high, wide)
    shares = torch.where(by_cut, 1 - high * wide / (height * width), shares)
    shares = shares.to(torch.float32)
    others = images[partners.to(images.device)]
    if mixup:
        own = torch.where(by_cut, 1, shares).to(images.device).view(-1, 1, 1, 1)
        values = (images * own).addcmul_(1 - own, others.to(torch.float32))
        images = in_whole_numbers(values)
    return torch.where(cut, others, images), partners, shares


def beta(keys: Keys, alpha: float) -> Tensor:
    """N draws of Beta(alpha, alpha), float64.

    Of two Gamma draws the first's share of their sum (Marsaglia and Tsang 2000, eight
    tries where one in twenty fails; logarithms, lest small alphas end at 0 / 0).
    """
    draws = uniform(keys, 20, 50).clamp(min=2.0**-53)
    d = alpha + (1 if alpha < 1 else 0) - 1 / 3
    logarithms = []
    for some in (draws[:, :25], draws[:, 25:]):
        tries = some[:, :24].reshape(-1, 8, 3)
        x = (-2 * tries[..., 0].log()).sqrt() * torch.cos(2 * math.pi * tries[..., 1])
        v = (1 + x / math.sqrt(9 * d)).clamp(min=1e-9) ** 3
        good = tries[..., 2].log() < x * x / 2 + d * (1 - v + v.log())
        first = good.to(torch.int8).argmax(1, keepdim=True)
        logarithm = v.gather(1, first).squeeze(1).log()
        logarithms.append(logarithm + (some[:, 24].log() / alpha if alpha < 1 else 0))
    return torch.sigmoid(logarithms[0] - logarithms[1])
