"""Any picture becomes upright 8-bit values; what is none is refused in one sentence."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnbuilder.engine.data import pictures
from cnnbuilder.engine.data.pictures import read_image
from cnnbuilder.engine.data.source import DataProblem

GREY = np.arange(12, dtype=np.uint8).reshape(3, 4) * 20
COLOUR = np.stack([GREY, 255 - GREY, GREY // 2], axis=2)


def saved(path: Path, image: Image.Image, **options: object) -> Path:
    image.save(path, **options)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("ending", ["png", "bmp", "tif", "webp", "gif"])
def test_colour_in_any_format(tmp_path: Path, ending: str) -> None:
    path = saved(
        tmp_path / f"a.{ending}", Image.fromarray(COLOUR), **({"lossless": True} if ending == "webp" else {})
    )
    assert (read_image(path) == COLOUR).all()
    assert read_image(str(path)).flags.writeable


@pytest.mark.parametrize("ending", ["eps", "png"])
def test_postscript_is_run_by_no_program(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    Image.fromarray(COLOUR).save(path, "EPS")
    with pytest.raises(DataProblem, match="is not a picture that can be read here"):
        read_image(path)


def test_a_jpeg_is_near(tmp_path: Path) -> None:
    values = read_image(saved(tmp_path / "a.jpg", Image.new("RGB", (40, 30), (200, 100, 50))))
    assert values.shape == (30, 40, 3)
    assert np.abs(values.astype(int) - (200, 100, 50)).max() < 4


def test_a_jpeg_in_printers_colours_becomes_red_green_blue(tmp_path: Path) -> None:
    assert read_image(saved(tmp_path / "a.jpg", Image.new("CMYK", (8, 8)))).shape == (8, 8, 3)


def test_grey_stays_grey(tmp_path: Path) -> None:
    values = read_image(saved(tmp_path / "a.png", Image.fromarray(GREY)))
    assert values.shape == (3, 4, 1)
    assert (values[:, :, 0] == GREY).all()


def test_black_and_white_becomes_grey(tmp_path: Path) -> None:
    values = read_image(saved(tmp_path / "a.png", Image.fromarray(GREY > 100)))
    assert (values[:, :, 0] == (GREY > 100) * 255).all()


def test_a_palette_becomes_its_colours(tmp_path: Path) -> None:
    palette = Image.fromarray(COLOUR).quantize(12)
    values = read_image(saved(tmp_path / "a.png", palette))
    assert (values == np.asarray(palette.convert("RGB"))).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "RGB"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str) -> None:
    if mode == "P":
        path = saved(tmp_path / "a.gif", Image.new("P", (4, 4), 7), transparency=7)
    elif mode == "RGB":
        path = saved(tmp_path / "a.png", Image.new("RGB", (4, 4), (1, 2, 3)), transparency=(1, 2, 3))
    else:
        path = saved(tmp_path / "a.png", Image.new(mode, (4, 4), 0))
    values = read_image(path)
    assert (values == 255).all()
    assert values.shape[2] == (1 if mode == "LA" else 3)


def test_half_transparent_is_half_white(tmp_path: Path) -> None:
    values = read_image(saved(tmp_path / "a.png", Image.new("RGBA", (2, 2), (255, 0, 0, 128))))
    assert np.abs(values[0, 0].astype(int) - (255, 127, 127)).max() <= 1


@pytest.mark.parametrize("ending", ["png", "tif"])
def test_sixteen_bits_become_eight(tmp_path: Path, ending: str) -> None:
    deep = (GREY.astype(np.uint16) * 257).copy()
    values = read_image(saved(tmp_path / f"a.{ending}", Image.fromarray(deep)))
    assert (values[:, :, 0] == GREY).all()


def test_a_dark_sixteen_bit_picture_stays_dark(tmp_path: Path) -> None:
    assert read_image(saved(tmp_path / "a.png", Image.fromarray(np.full((4, 4), 200, np.uint16)))).max() == 1


def test_fractions_become_eight_bits(tmp_path: Path) -> None:
    values = read_image(saved(tmp_path / "a.tif", Image.fromarray((GREY / 255).astype(np.float32))))
    assert (values[:, :, 0] == GREY).all()


@pytest.mark.parametrize(("orientation", "turned"), [(3, 2), (6, 3), (8, 1)])
def test_a_photograph_is_turned_upright(tmp_path: Path, orientation: int, turned: int) -> None:
    note = Image.Exif()
    note[0x0112] = orientation
    values = read_image(saved(tmp_path / "a.png", Image.fromarray(COLOUR), exif=note))
    assert (values == np.rot90(COLOUR, turned)).all()


def test_of_an_animation_the_first_picture(tmp_path: Path) -> None:
    first, second = (Image.new("L", (4, 4), value) for value in (10, 200))
    assert (read_image(saved(tmp_path / "a.gif", first, save_all=True, append_images=[second])) == 10).all()


# --- bad input ------------------------------------------------------------------------------------


def refusal(path: Path) -> str:
    with pytest.raises(DataProblem) as refused:
        read_image(path)
    sentence = str(refused.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    return sentence


def test_no_file_no_picture_a_folder_an_empty_file(tmp_path: Path) -> None:
    text, empty = tmp_path / "a.txt", tmp_path / "empty.png"
    text.write_text("not a picture")
    empty.touch()
    assert "There is no file" in refusal(tmp_path / "missing.png")
    assert "There is no file" in refusal(Path("a\0b.png"))
    assert "There is no file" in refusal(tmp_path / ("long" * 100))
    assert "save it as PNG or JPEG" in refusal(text)
    assert "is a folder" in refusal(tmp_path)
    assert "empty.png is empty" in refusal(empty)


@pytest.mark.parametrize("ending", ["png", "jpg", "tif", "webp", "gif", "bmp"])
def test_a_picture_cut_short(tmp_path: Path, ending: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    path = saved(tmp_path / f"cut.{ending}", Image.fromarray(noise))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert f"cut.{ending}" in refusal(path)


def test_damaged_files_never_end_in_anything_but_a_sentence(tmp_path: Path) -> None:
    chance = np.random.default_rng(0)
    noise = chance.integers(0, 256, (16, 16, 3), np.uint8)
    for ending in ("png", "jpg", "tif", "webp", "gif", "bmp", "ppm"):
        whole = saved(tmp_path / f"whole.{ending}", Image.fromarray(noise)).read_bytes()
        for _attempt in range(30):
            damaged = bytearray(whole)
            for place in chance.integers(0, len(whole), 5):
                damaged[place] = chance.integers(256)
            path = tmp_path / f"damaged.{ending}"
            path.write_bytes(damaged)
            try:
                assert read_image(path).dtype == np.uint8
            except DataProblem as problem:
                assert "damaged." in str(problem)


def test_a_small_file_that_claims_to_be_enormous(tmp_path: Path) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    for width, height in ((30_000, 30_000), (2**31 - 1, 2**31 - 1)):
        header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        path = tmp_path / "bomb.png"
        path.write_bytes(
            b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", header)
            + chunk(b"IDAT", zlib.compress(bytes(1000)))
            + chunk(b"IEND", b"")
        )
        assert "bomb.png" in refusal(path)
        assert "smaller" in refusal(path)


def test_the_limit_is_told_in_pixels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_PIXELS", 10)
    assert "4 × 3 pixels" in refusal(saved(tmp_path / "a.png", Image.fromarray(GREY)))


# Permissions stop nobody who runs as root, as containers often do, and mean something else on Windows.
@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="whoever runs this test may read everything"
)
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = saved(tmp_path / "a.png", Image.fromarray(GREY))
    path.chmod(0)
    assert "may not be read" in refusal(path)


def test_a_large_jpeg_is_unpacked_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path / "a.jpg", Image.new("RGB", (640, 400), "teal"))
    whole = read_image(path)
    monkeypatch.setattr(pictures, "MOST_PIXELS", 200_000)
    small = read_image(path)
    assert (whole.shape, small.shape) == ((400, 640, 3), (200, 320, 3))
    assert np.abs(whole.mean((0, 1)) - small.mean((0, 1))).max() < 1
    assert "pixels" in refusal(saved(tmp_path / "a.png", Image.new("RGB", (640, 400))))


def test_a_picture_of_one_endless_row_is_refused(tmp_path: Path) -> None:
    for size in ((1, 70_000), (70_000, 1)):
        assert "shorter than 65,535 pixels" in refusal(saved(tmp_path / "a.png", Image.new("L", size)))
    assert read_image(saved(tmp_path / "b.png", Image.new("L", (1, 65_000), 7))).shape == (65_000, 1, 1)


def test_rows_are_converted_some_at_a_time_and_come_out_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = np.random.default_rng(0)
    colour = Image.fromarray(dice.integers(0, 255, (50, 30, 4), np.uint8))
    deep = Image.fromarray(dice.integers(0, 65_535, (50, 30), np.uint16))
    paths = [
        *(saved(tmp_path / f"{mode}.png", colour.convert(mode)) for mode in ("RGBA", "RGB", "P", "LA", "1")),
        saved(tmp_path / "deep.png", deep),
    ]
    whole = [read_image(path) for path in paths]
    monkeypatch.setattr(pictures, "_VALUES_AT_ONCE", 70)
    for path, expected in zip(paths, whole, strict=True):
        assert np.array_equal(read_image(path), expected), path


# Elsewhere a process is told its peak in other ways, or not at all.
@pytest.mark.skipif(
    not Path("/proc/self/status").is_file(), reason="only Linux tells a process's own peak this way"
)
@pytest.mark.parametrize(("form", "mode"), [("webp", "RGB"), ("jpg", "RGB")])
def test_the_largest_pictures_take_less_than_a_gigabyte(tmp_path: Path, form: str, mode: str) -> None:
    side = 9_999 if form == "jpg" else 7_071
    options = {"webp": {"method": 0, "quality": 1}, "jpg": {}}[form]
    path = saved(tmp_path / f"a.{form}", Image.new(mode, (side, side)), **options)
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from cnnbuilder.engine.data.pictures import read_image\n"
        "from cnnbuilder.engine.data.prepare import adapt\n"
        "adapt(read_image(sys.argv[1]), (1, 28, 28))\n"
        "print(Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True, timeout=60
    )
    assert int(done.stdout) * 1024 < 1_000_000_000
