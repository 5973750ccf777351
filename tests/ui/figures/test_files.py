"""The files that figures leave: their form, their size, what can be read in them, and what is said where none can be."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage
from PySide6.QtSvg import QSvgRenderer

from cnnbuilder.blocks import KINDS
from cnnbuilder.network.analysis import analyse
from cnnbuilder.network.file import FileProblemError, save
from cnnbuilder.network.project import Network, Project
from cnnbuilder.network.templates import TEMPLATES, chain
from cnnbuilder.ui.figures import CannotDrawError, Figure, draw
from cnnbuilder.ui.widgets.theme import theme
from tests.network.papers import PAPERS

BOTH: tuple[Figure, ...] = ("canvas", "volumes")


@pytest.fixture
def digits() -> Project:
    """The Digits template."""
    return TEMPLATES["digits"].make()


def texts(svg: Path) -> list[str]:
    """Every piece of text in an SVG, in the order of drawing."""
    return [
        unescape("".join(element.itertext())).strip()
        for element in ElementTree.parse(svg).getroot().iter("{http://www.w3.org/2000/svg}text")
    ]


def svg_size(svg: Path) -> tuple[float, float]:
    """Width and height of the drawing in pixels."""
    _x, _y, width, height = map(float, ElementTree.parse(svg).getroot().attrib["viewBox"].split())
    return width, height


@pytest.mark.parametrize("name", ["digits", "lenet5", "colour-32"])
def test_the_canvas_in_svg_names_every_block_and_every_shape(name: str, tmp_path: Path) -> None:
    project = TEMPLATES[name].make()
    draw(project, tmp_path / "figure.svg")
    written = texts(tmp_path / "figure.svg")
    for row in analyse(project.network).rows.values():
        assert row.block.kind() in written
        assert row.params is None or not row.params or f"{row.params:,}" in written
        if not row.block.keeps_shape:
            assert str(row.output) in written


def test_the_volumes_in_svg_name_every_operation_and_every_size(tmp_path: Path) -> None:
    draw(TEMPLATES["lenet5"].make(), tmp_path / "figure.svg", "volumes")
    written = texts(tmp_path / "figure.svg")
    for text, times in {
        "conv 5×5": 2, "avg pool": 2, "2×2": 2, "flatten": 1, "linear": 3, "ReLU": 4,
        "32×32": 1, "28×28": 1, "14×14": 1, "10×10": 1, "5×5": 1, "6": 2, "16": 2, "400": 1, "120": 1, "84": 1, "10": 1,
    }.items():  # fmt: skip
        assert written.count(text) == times, text


@pytest.mark.parametrize("figure", BOTH)
def test_an_svg_is_lines_and_text_and_no_picture(figure: Figure, digits: Project, tmp_path: Path) -> None:
    draw(digits, tmp_path / "figure.svg", figure)
    source = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "<image" not in source
    assert QSvgRenderer(str(tmp_path / "figure.svg")).isValid()
    families = set(re.findall(r'font-family="([^"]*)"', source))
    assert families
    for family in families:
        assert family.endswith((", sans-serif", ", monospace")), family


@pytest.mark.parametrize("figure", BOTH)
def test_a_pdf_is_one_page_as_large_as_the_drawing_with_its_fonts_inside(
    figure: Figure, digits: Project, tmp_path: Path
) -> None:
    draw(digits, tmp_path / "figure.svg", figure)
    draw(digits, tmp_path / "figure.pdf", figure)
    content = (tmp_path / "figure.pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[\s*([^\]]*)\]", content)
    _left, _bottom, width, height = map(float, box.split())
    # A pixel is 1/96 inch, a point 1/72; the SVG's size is rounded up to whole pixels.
    wide, high = svg_size(tmp_path / "figure.svg")
    assert width == pytest.approx(wide * 0.75, abs=1.5)
    assert height == pytest.approx(high * 0.75, abs=1.5)
    assert b"/FontFile" in content


@pytest.mark.parametrize("figure", BOTH)
def test_a_png_has_two_pixels_for_each_of_the_screen_on_white(
    figure: Figure, digits: Project, tmp_path: Path
) -> None:
    draw(digits, tmp_path / "figure.svg", figure)
    draw(digits, tmp_path / "figure.png", figure)
    image = QImage(str(tmp_path / "figure.png"))
    wide, high = svg_size(tmp_path / "figure.svg")
    assert abs(image.width() - 2 * wide) <= 2
    assert abs(image.height() - 2 * high) <= 2
    assert image.pixelColor(0, 0) == QColor("#FFFFFF")
    assert image.dotsPerMeterX() == pytest.approx(192 / 0.0254, abs=1)


@pytest.mark.parametrize("figure", BOTH)
def test_nothing_is_cut_and_little_is_left_empty(figure: Figure, tmp_path: Path) -> None:
    for number, make in enumerate(PAPERS.values()):
        path = tmp_path / f"{number}.png"
        draw(Project(make()), path, figure)
        with Image.open(path) as image:
            inked = image.convert("L").point(lambda value: 255 - value).getbbox()
            assert inked is not None
            left, top, right, bottom = inked
            width, height = image.size
        # The frame of white is there on all sides, and about four pixels of the screen wide.
        for rim in (left, top, width - right, height - bottom):
            assert 2 <= rim <= 60, (make.__name__, left, top, width - right, height - bottom)


def test_a_figure_is_light_whatever_the_window_is(digits: Project, tmp_path: Path) -> None:
    draw(digits, tmp_path / "light.svg")
    theme.set_mode("dark")
    theme.set_scale(2.0)
    draw(digits, tmp_path / "dark.svg")
    light, dark = ((tmp_path / name).read_text(encoding="utf-8") for name in ("light.svg", "dark.svg"))
    assert light.replace("light", "dark") == dark


def test_the_same_project_gives_the_same_figure(digits: Project, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        draw(digits, tmp_path / name / "figure.svg", "volumes")
    one, other = ((tmp_path / name / "figure.svg").read_bytes() for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize("figure", BOTH)
@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_thousand_blocks_still_give_a_figure(ending: str, figure: Figure, tmp_path: Path) -> None:
    convolutions = [KINDS["Conv2d"](id="", out_channels=8, padding=(1, 1)) for _ in range(1000)]
    network = chain(KINDS["Input"](id=""), *convolutions)
    path = tmp_path / f"figure.{ending}"
    draw(Project(network), path, figure)
    if ending == "png":
        assert max(QImage(str(path)).width(), QImage(str(path)).height()) <= 16_000
    assert path.stat().st_size > 1000


def test_a_network_with_a_problem_has_no_figure_and_the_sentence_says_why(tmp_path: Path) -> None:
    project = Project(chain(KINDS["Input"](id=""), KINDS["Linear"](id="", out_features=10)))
    with pytest.raises(CannotDrawError, match="Linear needs a flat vector"):
        draw(project, tmp_path / "figure.svg")
    with pytest.raises(CannotDrawError, match="The network is empty"):
        draw(Project(Network()), tmp_path / "figure.svg")
    assert list(tmp_path.iterdir()) == []


def test_another_ending_is_answered_with_those_there_are(digits: Project, tmp_path: Path) -> None:
    with pytest.raises(CannotDrawError, match=r"figure\.gif: a figure ends in \.svg, \.png or \.pdf\."):
        draw(digits, tmp_path / "figure.gif")


def test_where_nothing_can_be_written_one_sentence_says_so(digits: Project, tmp_path: Path) -> None:
    with pytest.raises(FileProblemError, match=r"figure\.svg cannot be saved"):
        draw(digits, tmp_path / "gone" / "figure.svg")


def test_what_stood_there_is_replaced_whole(digits: Project, tmp_path: Path) -> None:
    path = tmp_path / "FIGURE.PNG"
    path.write_text("an older figure")
    draw(digits, path)
    assert not QImage(str(path)).isNull()
    assert [entry.name for entry in tmp_path.iterdir()] == ["FIGURE.PNG"]


_ASK = """
import sys
sys.argv = ["cnnbuilder", "export", "digits.cnn", *sys.argv[1:]]
from cnnbuilder.__main__ import main
status = main()
print("loaded:", status, *sorted({"torch", "torchvision", "PySide6", "PySide6.QtWidgets"} & set(sys.modules)))
"""

_NO_LIBRARY = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name == "PySide6.QtGui":
            raise ImportError("libEGL.so.1: cannot open shared object file: No such file or directory")
sys.meta_path.insert(0, Missing())
"""


def export(folder: Path, *arguments: str, before: str = "") -> tuple[list[str], str]:
    """Calls `cnnbuilder export` without a display: its last line, and what it said to standard error."""
    environment = {"PATH": "", "CNNBUILDER_HOME": str(folder / "home"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, "-c", before + _ASK, *arguments],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        cwd=folder,
        env=environment,
    )
    assert done.stdout, done.stderr
    return done.stdout.splitlines()[-1].split(), done.stderr


def test_the_command_line_draws_without_a_display_and_without_torch(digits: Project, tmp_path: Path) -> None:
    save(digits, tmp_path / "digits.cnn")
    for arguments in (("figure.svg",), ("figure.pdf", "--figure", "volumes"), ("figure.png",)):
        said, errors = export(tmp_path, *arguments)
        assert said == ["loaded:", "0", "PySide6"]
        assert errors == ""
        assert (tmp_path / arguments[0]).stat().st_size > 1000


def test_letters_are_letters_without_a_display(tmp_path: Path) -> None:
    pictures = []
    for name in ("abcde", "fghij"):  # where a font is missing, both are five boxes
        save(Project(chain(KINDS["Input"](id="", name=name))), tmp_path / "digits.cnn")
        export(tmp_path, "figure.png")
        pictures.append(QImage(str(tmp_path / "figure.png")))
    one, other = pictures
    assert one.size() == other.size()
    assert one != other


def test_a_library_that_qt_lacks_is_named_in_one_sentence(digits: Project, tmp_path: Path) -> None:
    save(digits, tmp_path / "digits.cnn")
    said, errors = export(tmp_path, "figure.svg", before=_NO_LIBRARY)
    assert said[1] == "1"
    assert errors == (
        "Qt needs libEGL.so.1, which this system lacks: apt install libegl1, or your system's package of it.\n"
    )
    assert not (tmp_path / "figure.svg").exists()
