"""What a desktop is told of the program agrees with the program."""

from __future__ import annotations

import configparser
import struct
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

PACKAGING = Path(__file__).parents[1] / "packaging"


@pytest.mark.parametrize("size", [16, 24, 32, 48, 64, 128, 256, 512])
def test_the_icon_is_there_in_every_size(size: int) -> None:
    header = (PACKAGING / "icons" / f"cnnbuilder-{size}.png").read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", header[16:24]) == (size, size)


def test_the_window_shows_the_same_drawing() -> None:
    shown = PACKAGING.parent / "resources" / "icons" / "app.svg"
    assert shown.read_bytes() == (PACKAGING / "icon.svg").read_bytes()


def test_the_desktop_entry_opens_files_of_our_type() -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(PACKAGING / "cnnbuilder.desktop", encoding="utf-8")
    desktop = entry["Desktop Entry"]
    assert desktop["Exec"] == "cnnbuilder %f"
    space = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}
    kind = ElementTree.parse(PACKAGING / "cnnbuilder-mime.xml").getroot().find("mime:mime-type", space)
    assert kind is not None
    assert desktop["MimeType"] == f"{kind.attrib['type']};"
    glob = kind.find("mime:glob", space)
    assert glob is not None
    assert glob.attrib["pattern"] == "*.cnn"


def test_the_mime_type_knows_a_project_by_its_first_line() -> None:
    from cnnbuilder.network.file import dumps
    from cnnbuilder.network.project import Project

    space = {"mime": "http://www.freedesktop.org/standards/shared-mime-info"}
    match = ElementTree.parse(PACKAGING / "cnnbuilder-mime.xml").getroot().find(".//mime:match", space)
    assert match is not None
    assert match.attrib["value"] in dumps(Project())[:100]
