"""Whether a window can open here, found out without Qt: Qt itself aborts the process where it cannot.

The quick look asks the X server or the Wayland socket, and the libraries that Qt's plugin needs; it takes
milliseconds, so the window's start can afford it. `probe` is the slow and certain one, for `doctor`.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from cnnbuilder.text import _

# What Qt's xcb plugin links that a small Linux may lack, and the package that has it (Debian's names).
_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libglib-2.0.so.0": "libglib2.0-0",
}
_PROBE = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def why_no_window() -> str | None:
    """One sentence that says why no window can open here, or None where nothing speaks against it."""
    if not sys.platform.startswith(("linux", "freebsd")):
        return None
    wanted = os.environ.get("QT_QPA_PLATFORM", "").split(";")[0].split(":")[0]
    if wanted and wanted != "xcb" and not wanted.startswith("wayland"):
        return None  # offscreen, minimal, vnc, eglfs: somebody chose it
    if not wanted.startswith("wayland") and os.environ.get("DISPLAY"):
        reason = _why_no_x11()
        # With both, Qt falls back from one to the other.
        return None if reason is None or (wanted != "xcb" and _has_wayland()) else reason
    if wanted != "xcb" and _has_wayland():
        return None
    return _("There is no display here: neither DISPLAY nor WAYLAND_DISPLAY is set.")


def no_window_sentence(reason: str) -> str:
    """The reason, and what works all the same."""
    return _("{reason}; cnnbuilder --help lists what works without a window.").format(
        reason=reason.rstrip(".")
    )


def probe(seconds: float = 30) -> str | None:
    """As `why_no_window`, but certain: lets Qt try in a process of its own."""
    reason = why_no_window()
    if reason or getattr(sys, "frozen", False):  # a bundle has no Python to let Qt try in
        return reason
    import re
    import subprocess

    try:
        done = subprocess.run(
            [sys.executable, "-c", _PROBE],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _("Qt did not answer within {seconds:.0f} seconds.").format(seconds=seconds)
    if done.returncode == 0:
        return None
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    library = re.search(r"(lib[\w.+-]+\.so[.\d]*)", done.stderr)
    if library:
        return library_sentence(library[1])
    what = lines[0].rstrip(".") if lines else _("exit status {status}").format(status=done.returncode)
    return _("Qt cannot open a window here: {what}.").format(what=what)


def is_library(error: ImportError) -> bool:
    """Whether an import failed for want of a system library, and not for a fault of ours."""
    return ".so" in str(error) and "cannot open shared object file" in str(error)


def library_sentence(error: ImportError | str) -> str:
    """What to install, for a library that is missing."""
    name = str(error).split(":")[0]
    package = _LIBRARIES.get(name)
    if package is None:
        return _("Qt needs {library}, which this system lacks.").format(library=name)
    return _(
        "Qt needs {library}, which this system lacks: apt install {package}, or your system's package of it."
    ).format(library=name, package=package)


def _has_wayland() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    import socket

    path = Path(os.environ.get("XDG_RUNTIME_DIR", "/")) / name
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
    except OSError:
        return False
    return True


def _why_no_x11() -> str | None:
    for library in _LIBRARIES:
        try:
            ctypes.CDLL(library)
        except OSError:
            return library_sentence(library)
    xcb = ctypes.CDLL("libxcb.so.1")
    xcb.xcb_connect.restype = ctypes.c_void_p
    connection = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed = xcb.xcb_connection_has_error(connection)
    xcb.xcb_disconnect(connection)
    if failed:
        return _("The display {name} does not answer.").format(name=os.environ["DISPLAY"])
    return None
