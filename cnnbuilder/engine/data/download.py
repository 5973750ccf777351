"""Published data sets that are downloaded on demand: which files they are, where they lie, and how they come here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cnnbuilder.engine.data.data_folders import download_folder, search_folders
from cnnbuilder.engine.data.source import DataProblem, DataSetInfo
from cnnbuilder.storage import reason_of
from cnnbuilder.text import _, bytes_text

PACK_ENDING = ".cnndata"
"""Of a data set packed into one file."""

OnBytes = Callable[[int, int], None]
"""Takes how many bytes are here and how many there are. It may raise to end the download: it is gone on with later."""


class Remote(NamedTuple):
    """A file as it is published."""

    url: str
    md5: str
    """As its publisher, or torchvision, gives it."""
    bytes: int
    """What it takes, for people: the checksum decides on what came."""
    folder: str = ""
    """Where it lies in a torchvision folder."""

    @property
    def name(self) -> str:
        """The file's own name."""
        return Path(urlsplit(self.url).path).name

    @property
    def place(self) -> str:
        """In a torchvision folder, with "/"."""
        return f"{self.folder}/{self.name}" if self.folder else self.name


class Download(DataSetInfo, frozen=True, kw_only=True):
    """A data set whose files are fetched once. What is found in a folder of torchvision's or a shared one is used."""

    files: tuple[Remote, ...]
    needs_scipy: bool = False

    def missing(self) -> str | None:
        """Says how much is to be downloaded, or which package reads it."""
        if self.needs_scipy and find_spec("scipy") is None:
            return _("{title} is read with SciPy: pip install 'cnnbuilder[datasets]'.").format(
                title=self.title
            )
        if all(self.found(remote) for remote in self.files):
            return None
        return _(
            "{title} is not on this computer: it is downloaded ({size}) when a training asks for it, "
            "cnnbuilder train --data {name}."
        ).format(title=self.title, size=bytes_text(self.bytes), name=self.name)

    def comes_inside(self) -> bool:
        """It is fetched."""
        return False

    def downloadable(self) -> bool:
        """Whether a download is what is missing."""
        return not (self.needs_scipy and find_spec("scipy") is None) and not self.available()

    def found(self, remote: Remote) -> Path | None:
        """Where a file lies on this computer."""
        for folder in search_folders():
            for path in (folder / remote.place, folder / remote.name):
                if path.is_file():
                    return path
        return None

    def fingerprint(self) -> str:
        """Of the checksums that the files have to have."""
        self.require()
        return f"{self.name} {' '.join(remote.md5 for remote in self.files)}"

    def checked(self, remote: Remote) -> Path:
        """The path of a file whose checksum is right. Raises `DataProblem`."""
        self.require()
        path = self.found(remote)
        assert path is not None
        if not has_md5(path, remote.md5):
            raise DataProblem(
                _(
                    "{path} is not what was published: its checksum is wrong. Remove it, and it comes anew."
                ).format(path=path)
            )
        return path

    def damaged(self, remote: Remote) -> DataProblem:
        """For a file whose checksum is right and whose content is not what it should be."""
        return DataProblem(_("{file} of {title} cannot be read.").format(file=remote.name, title=self.title))


def _counted(on_bytes: OnBytes, before: int, total: int, done: int) -> None:
    """Of all files, not of one. What is published may have grown a little."""
    on_bytes(before + done, max(total, before + done))


def has_md5(path: Path, md5: str) -> bool:
    """Whether a file has the checksum. Raises `DataProblem` where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).hexdigest() == md5
    except OSError as error:
        raise DataProblem(
            _("{path} cannot be read: {reason}.").format(path=path, reason=reason_of(error))
        ) from error


def fetch(
    info: Download, on_bytes: OnBytes, *, schemes: tuple[str, ...] = ("https",), **timing: object
) -> None:
    """Downloads what is missing of a data set.

    Raises `DataProblem` with one sentence, and whatever `on_bytes` raises; what came until then is gone on with next
    time. `timing`: as `Downloader` has it.
    """
    import pooch

    from cnnbuilder.engine.data.downloader import BrokenDownloadError, Downloader, NoConnectionError

    pooch.get_logger().setLevel("ERROR")
    files = [remote for remote in info.files if info.found(remote) is None]
    total, before = sum(remote.bytes for remote in files), 0
    folder = download_folder()
    store = pooch.create(
        folder,
        base_url="",
        registry={remote.place: f"md5:{remote.md5}" for remote in files},
        urls={remote.place: remote.url for remote in files},
    )
    for remote in files:
        host = urlsplit(remote.url).hostname
        downloader = Downloader(
            partial(_counted, on_bytes, before, total),
            most_bytes=2 * remote.bytes + 1_000_000,
            schemes=schemes,
            **timing,  # type: ignore[arg-type]
        )
        try:
            (folder / remote.place).parent.mkdir(parents=True, exist_ok=True)
            store.fetch(remote.place, downloader=downloader)
        except NoConnectionError as error:
            raise DataProblem(
                _(
                    "{host}, which has {title}, cannot be reached: connect to the internet, or bring the data set "
                    "in a .cnndata file from a computer that has it."
                ).format(host=host, title=info.title)
            ) from error
        except BrokenDownloadError as error:
            raise DataProblem(
                _(
                    "The download of {title} from {host} broke off ({reason}): try again, it goes on from there."
                ).format(title=info.title, host=host, reason=error)
            ) from error
        except ValueError as error:  # pooch's word for a wrong checksum
            raise DataProblem(
                _("What came from {host} is not {file}: its checksum is wrong, so nothing was kept.").format(
                    host=host, file=remote.name
                )
            ) from error
        except OSError as error:
            raise DataProblem(
                _("{title} cannot be kept in {folder}: {reason}.").format(
                    title=info.title, folder=folder, reason=reason_of(error)
                )
            ) from error
        before += remote.bytes
        on_bytes(before, total)
