"""How a command ends badly: one sentence on standard error, never a traceback; a closed pipe ends quietly."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cnnbuilder.text import _


class RefusedError(Exception):
    """The command cannot be done. Carries one sentence that says why and what to do next."""


def guarded(command: Callable[[], int]) -> int:
    """Runs a command; whatever goes wrong becomes an exit status and at most one sentence."""
    _let_any_text_through()
    try:
        status = _status_of(command)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if _is_closed_pipe(error):
            _silence(sys.stdout)
            return 0
        return _say(_os_sentence(error))
    except Exception as error:
        return _say(str(error) if _is_expected(error) else _unexpected_sentence(error))
    return status


def _status_of(command: Callable[[], int]) -> int:
    try:
        return command()
    except SystemExit as ending:  # argparse ends so after its help (0) and after wrong usage (2)
        return ending.code if isinstance(ending.code, int) else 0


def require_file(path: Path) -> None:
    """Raises `RefusedError` where there is no such file or folder."""
    if not path.exists():
        raise RefusedError(_("There is no file {path}.").format(path=path))


def _is_expected(error: Exception) -> bool:
    """Whether the exception already carries a sentence for the user: those of the house all do."""
    return type(error).__module__.partition(".")[0] == "cnnbuilder"


def _os_sentence(error: OSError) -> str:
    from cnnbuilder.storage import reason_of

    reason = reason_of(error)
    if error.filename is None:
        return f"{reason[:1].upper()}{reason[1:]}."
    return f"{error.filename}: {reason}."


def _unexpected_sentence(error: Exception) -> str:
    """Writes Python's account to a log file, and names it."""
    import traceback

    what = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(".")
    path = log_details("".join(traceback.format_exception(error)))
    return _("Something unforeseen happened ({what}); details are in {path}.").format(what=what, path=path)


def log_details(account: str) -> Path:
    """Adds Python's account of a failure to the log file, and returns where that is."""
    from datetime import datetime

    from cnnbuilder import folders

    path = folders.data_folder() / "errors.log"
    with suppress(OSError):  # a full or read-only disk must not hide the first failure
        folders.make(path.parent)
        with path.open("a", encoding="utf-8") as log:
            log.write(f"{datetime.now().isoformat(timespec='seconds')} {sys.argv}\n{account}\n")
    return path


def _say(sentence: str) -> int:
    try:
        print(sentence, file=sys.stderr)
    except OSError:
        _silence(sys.stderr)
    return 1


def _is_closed_pipe(error: OSError) -> bool:
    # Windows reports a reader that is gone as EINVAL on the write.
    return isinstance(error, BrokenPipeError) or (
        sys.platform == "win32" and error.errno == errno.EINVAL and error.filename is None
    )


def _silence(stream: object) -> None:
    """Points a broken stream at nothing, or Python complains once more when it flushes on its way out."""
    try:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())  # type: ignore[attr-defined]
    except (OSError, ValueError, AttributeError):
        pass


def _let_any_text_through() -> None:
    """A stream that lacks × or … shows a question mark instead of ending the command; a closed one swallows all."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  it serves to the end
        elif getattr(stream, "errors", None) == "strict" and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
