"""Writes how pictures are fitted to the Input as torch code: what `engine.data.fit` does, bit by bit."""

from __future__ import annotations

from cnnbuilder.engine.data.fit_rules import Shape, border, described

_GREY = '''\
def grey(images):
    """The luminance of colours, with the weights of ITU-R BT.601."""
    red, green, blue = images.int().unbind(1)
    return ((19595 * red + 38470 * green + 7471 * blue + 32768) >> 16).byte()[:, None]


'''

_RESIZE = '''\
def resize(images, width):
    """The last axis at another length: linear between pixels, averaging as it shrinks.

    On whole numbers that float32 holds exactly, so it comes out the same everywhere.
    """
    have = images.shape[-1]
    scale = have / width
    pixels = torch.arange(have).double()[:, None] + 0.5
    centres = (torch.arange(width).double() + 0.5) * scale
    triangle = (1 - (pixels - centres).abs() / max(scale, 1)).clamp(min=0)
    # Rounding the running sums, not the weights, lets every column add up to 2**16.
    running = triangle.cumsum(0)
    running = (running * (2**16 / running[-1])).round()
    weights = running.diff(dim=0, prepend=torch.zeros(1, width)).float()
    sums = images.float() @ weights.to(images.device)
    return ((sums + 2**15) / 2**16).byte()


'''


def fitting(have: Shape, want: Shape) -> str:
    """Python that defines `fit`, which takes N×C×H×W uint8 pictures of one shape and gives the other's.

    Empty where the shapes are equal.
    """
    change = described(have, want)
    if change is None:
        return ""
    steps, helpers = [], ""
    channels = have[0]
    if want[0] == 1 and channels == 3:
        helpers += _GREY
        steps.append("grey({})")
    margin = border(have, want)
    if margin is None:
        helpers += _RESIZE
        if have[2] != want[2]:
            steps.append(f"resize({{}}, {want[2]})")
        if have[1] != want[1]:
            steps.append(f"resize({{}}.mT, {want[1]}).mT")
    elif any(margin):
        steps.append(f"F.pad({{}}, ({margin.left}, {margin.right}, {margin.top}, {margin.bottom}))")
    if want[0] == 3 and channels == 1:
        steps.append("{}.expand(-1, 3, -1, -1)")
    *first, last = (step.format("images") for step in steps)
    body = "".join(f"    images = {step}\n" for step in first)
    return f'{helpers}def fit(images):\n    """{change}."""\n{body}    return {last}\n'
