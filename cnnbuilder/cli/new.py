"""Makes a new project from a template; never overwrites a file."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from pathlib import Path

from cnnbuilder.cli.failures import RefusedError
from cnnbuilder.text import _


def declare(parser: argparse.ArgumentParser) -> None:
    """The arguments of `cnnbuilder new`."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("out", metavar="OUT.cnn", nargs="?", help=_("the file to make"))
    what.add_argument("--list", action="store_true", help=_("name the templates, one a line"))
    parser.add_argument(
        "--template", metavar="NAME", help=_("what it begins with; without one, an Input block alone")
    )


def run(options: argparse.Namespace) -> int:
    """Writes the project, or lists the templates."""
    from cnnbuilder.network.templates import TEMPLATES

    if options.list:
        print("\n".join(TEMPLATES))
        return 0
    from cnnbuilder.network.file import save

    path = Path(options.out)
    template = options.template or _FIRST
    if template not in TEMPLATES:
        raise RefusedError(_unknown(template, list(TEMPLATES)))
    require_new(path)
    save(TEMPLATES[template].make(), path)
    print(_("Made {path} from the template {name}.").format(path=path, name=template))
    return 0


def require_new(path: Path) -> None:
    """Raises `RefusedError` where a project cannot be made there without losing another."""
    if path.exists():
        raise RefusedError(_("{path} exists already; choose another name.").format(path=path))
    if not path.absolute().parent.is_dir():
        raise RefusedError(_("There is no folder {path}.").format(path=path.parent))


_FIRST = "empty"


def _unknown(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    if near:
        return _("There is no template {name}: {near}?").format(name=name, near=near[0])
    return _("There is no template {name}; there are {all}.").format(name=name, all=", ".join(known))
