"""The fine curve of a run, kept in its folder: an opened project shows it as it was seen while it trained."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

import msgspec

from cnnbuilder.engine import runs
from cnnbuilder.storage import write_atomically
from cnnbuilder.ui.session.run_record import Report

_LOG = logging.getLogger(__name__)


def write_curve(folder: Path, reports: Sequence[Report]) -> None:
    """Keeps the curve of a run that is over. Where it cannot be written, the epochs alone come back."""
    if not reports or not (folder / runs.INFO).is_file():
        return
    try:
        write_atomically(folder / runs.CURVE, msgspec.json.encode(list(reports)))
    except OSError as error:
        _LOG.warning("the curve of %s could not be kept: %s", folder, error)


def read_curve(folder: Path) -> list[Report]:
    """The curve that was kept; empty where there is none, as of a run without a window, or where it is damaged."""
    try:
        return msgspec.json.decode((folder / runs.CURVE).read_bytes(), type=list[Report])
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return []
