"""Finds and reads the project that a command names: a .cnn file, or a run folder with its project.cnn."""

from __future__ import annotations

from pathlib import Path

from cnnbuilder.cli.failures import RefusedError, require_file
from cnnbuilder.network.project import Project
from cnnbuilder.text import _


def project_file(path: Path) -> Path:
    """The project file that `path` means. Raises `RefusedError` for a folder that is no run."""
    require_file(path)
    if not path.is_dir():
        return path
    inside = path / "project.cnn"
    if not inside.is_file():
        raise RefusedError(_("{path} is no run folder: it has no project.cnn.").format(path=path))
    return inside


def read_project(path: Path) -> Project:
    """The project in a file or a run folder. Raises `FileProblem` or `RefusedError`, each one sentence."""
    from cnnbuilder.network.file import load

    return load(project_file(path))


def project_name(path: Path) -> str:
    """The project's name: "digits" for digits.cnn and for digits.runs/0003."""
    path = path.resolve()
    if not path.is_dir():
        return path.stem
    return path.parent.stem if path.parent.suffix == ".runs" else path.name


def runs_folder(path: Path) -> Path:
    """Where the runs of a project stand: digits.runs beside digits.cnn; for a run, among its neighbours."""
    path = path.resolve()
    return path.parent if path.is_dir() else path.with_suffix(".runs")


def require_run(path: Path) -> Path:
    """The run folder itself. Raises `RefusedError` where it is none; a project's own newest run is named."""
    require_file(path)
    if path.is_dir():
        project_file(path)
        return path
    from cnnbuilder.engine.runs import list_runs

    runs = list_runs(runs_folder(path))
    if not runs:
        raise RefusedError(
            _("{path} is a file, not a run folder; cnnbuilder train {path} makes one.").format(path=path)
        )
    newest = path.with_suffix(".runs") / runs[-1].folder.name
    raise RefusedError(
        _("{path} is a file, not a run folder; its newest run is {run}.").format(path=path, run=newest)
    )
