"""What is known of a person's own images once they were read: a record each, what was set aside, what was found."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct

from cnnbuilder.network.data import PartName


class ImageRecord(NamedTuple):
    """One image that could be read. Records stand in the order of the prepared array."""

    file: str
    """Relative to the source's folder, with "/"; "train/17" for arrays."""
    label: int
    """The place of its class in the listing's classes, before a person's changes."""
    part: PartName | None
    """The part that the source itself puts it in; None where it says nothing."""
    group: str | None
    """Images of one group belong together, for example those of one person."""
    width: int
    """In pixels, upright, as stored in the file."""
    height: int
    mode: str
    """Pillow's word for the pixels as found: "L", "RGB", "CMYK", …"""
    content: str
    """The BLAKE2b hash (16 bytes, hexadecimal) of the file's bytes; of the pixels for arrays."""


class SetAside(NamedTuple):
    """A file that is not learned from."""

    file: str
    reason: str
    """One short clause: "cut short", "no picture", …"""


class Finding(Struct, frozen=True):
    """Something about the images that a person should know before training."""

    kind: str
    """"equal-across-parts", "row-without-file", …"""
    severity: Literal["red", "amber"]
    message: str
    """One sentence."""
    files: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    """Where images are compared: which with which."""
