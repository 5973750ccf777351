"""A process that decodes pictures and nothing else. It loads neither torch nor Qt nor, mostly, numpy.

A damaged file that brings a C library down ends this process and not the one that asked.
"""

from __future__ import annotations

import hashlib
import os
import signal
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import msgspec
from msgspec import Struct

from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.picture_fit import Fit, draft_size, fit_picture, planes, tiny
from cnnbuilder.engine.data.pictures import PictureProblem, Transparency, empty, read_picture
from cnnbuilder.text import _

HASH_BYTES = 16


class DecodeSettings(Struct, frozen=True):
    """How each picture is prepared."""

    shape: Shape
    fit: Fit
    transparency: Transparency


class Decoded(Struct, frozen=True, array_like=True):
    """One picture, prepared; or why it is none."""

    reason: str | None
    """Why it is set aside; None where all is well."""
    pixels: bytes = b""
    """C×H×W."""
    tiny: bytes = b""
    """32×32×3."""
    width: int = 0
    """Upright, as stored."""
    height: int = 0
    mode: str = ""
    animated: bool = False
    content: str = ""
    """The BLAKE2b hash of the file's bytes, hexadecimal."""


def work(connection: Connection, settings: bytes) -> None:
    """Answers lists of paths with a `Decoded` for each, in their order, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that asked
    with suppress(OSError):
        _silence()
    how = msgspec.msgpack.decode(settings, type=DecodeSettings)
    paths = msgspec.msgpack.Decoder(list[str])
    encode = msgspec.msgpack.Encoder().encode
    with suppress(EOFError, OSError):  # whoever asked is gone, or needs no more
        while True:
            for path in paths.decode(connection.recv_bytes()):
                connection.send_bytes(encode(decode(Path(path), how)))


def decode(path: Path, how: DecodeSettings) -> Decoded:
    """One picture; whatever is wrong with it is in the answer."""
    try:
        content = path.read_bytes()
        if not content:
            raise empty(path)  # noqa: TRY301
        picture = read_picture(path, content, draft=draft_size(how.shape), transparency=how.transparency)
        pixels = planes(fit_picture(picture.image, how.shape, how.fit))
        digest = hashlib.blake2b(content, digest_size=HASH_BYTES).hexdigest()
        return Decoded(
            None,
            pixels,
            tiny(picture.image),
            picture.width,
            picture.height,
            picture.mode,
            picture.animated,
            digest,
        )
    except PictureProblem as problem:
        return Decoded(problem.reason)
    except FileNotFoundError:
        return Decoded(_("gone"))
    except PermissionError:
        return Decoded(_("may not be read by you"))
    except MemoryError:
        return Decoded(_("too large for the memory"))
    except Exception:
        return Decoded(_("damaged"))


def _silence() -> None:
    """The C libraries' words on damaged files go nowhere."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
