"""Executes a file of PyTorch code and finds the network in what it made. Only ever in a process of its own."""

from __future__ import annotations

import ast
import contextlib
import inspect
import json
import sys
import types
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import torch
from torch import nn

from cnnbuilder.engine.tracing.graph import CannotTraceError
from cnnbuilder.network.importing.network_builder import USUAL_SIZES
from cnnbuilder.text import _

LONGEST_SEARCH = 15
"""Seconds in which a size of images is looked for."""


class Candidate(NamedTuple):
    """A network that a file has: what to write for it, and the module."""

    call: str
    module: nn.Module


class Executed(NamedTuple):
    """What a file made. `stopped`: why it did not come to its end, or nothing."""

    names: dict[str, Any]
    stopped: str


def execute(path: Path) -> Executed:
    """Runs a .py file, or the code cells of a notebook, as if another file had imported it.

    Its own folder comes first where it imports from. What is guarded by `if __name__ == "__main__"` does not run.
    """
    sys.path.insert(0, str(path.parent))
    sys.argv = [str(path)]
    module = types.ModuleType(path.stem)
    module.__file__ = str(path)
    sys.modules[path.stem] = module
    stopped = ""
    try:
        exec(compile(_code(path), str(path), "exec"), module.__dict__)
    except (Exception, SystemExit) as error:
        stopped = _(
            "Running {name} stopped in line {line} ({kind}: {reason}); what it had made by then is read."
        ).format(
            name=path.name, line=_line(error, str(path)), kind=type(error).__name__, reason=str(error)[:200]
        )
    return Executed(module.__dict__, stopped)


def _code(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    lines: list[str] = []
    for cell in json.loads(text).get("cells", []):
        if cell.get("cell_type") == "code":
            lines += "".join(cell.get("source", [])).splitlines()
    return "\n".join("" if line.lstrip().startswith(("%", "!")) else line for line in lines) + "\n"


def _line(error: BaseException, name: str) -> int:
    """The last line of the file itself that the error came through."""
    if isinstance(error, SyntaxError):
        return error.lineno or 0
    trace, line = error.__traceback__, 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def chosen(executed: Executed, call: str | None) -> tuple[Candidate, tuple[str, ...]]:
    """The network that `call` makes, or the likeliest; and what else could have been asked for.

    Raises `CannotTraceError` where there is none.
    """
    if call is not None:
        return Candidate(call, _called(executed, call)), ()
    found = list(_candidates(executed.names))
    if not found:
        raise CannotTraceError(
            executed.stopped
            or _(
                'There is no network in what the file made: name a call that makes one, --network "Net(10)".'
            )
        )
    return found[0], tuple(candidate.call for candidate in found[1:])


def _called(executed: Executed, call: str) -> nn.Module:
    try:
        ast.parse(call, mode="eval")
        module = eval(call, executed.names)
    except Exception as error:
        raise CannotTraceError(
            _("{call} fails: {kind}: {reason}.").format(
                call=call, kind=type(error).__name__, reason=str(error).rstrip(".")[:200]
            )
        ) from None
    if not isinstance(module, nn.Module):
        raise CannotTraceError(_("{call} gives no torch.nn.Module.").format(call=call))
    return module


def _candidates(names: dict[str, Any]) -> Iterator[Candidate]:
    """Modules that the file made, or else what its classes and functions make without arguments; the largest first."""
    made = {
        name: value
        for name, value in names.items()
        if isinstance(value, nn.Module) and any(True for _parameter in value.parameters())
    }
    inner = {id(part) for value in made.values() for part in value.modules() if part is not value}
    outer = [Candidate(name, value) for name, value in reversed(made.items()) if id(value) not in inner]
    if outer:
        yield from sorted(outer, key=_params, reverse=True)
        return
    own = names["__name__"]
    of_file = [value for value in names.values() if getattr(value, "__module__", None) == own]
    classes = [value for value in of_file if inspect.isclass(value) and issubclass(value, nn.Module)]
    functions = [value for value in of_file if inspect.isfunction(value)]
    # Classes first: a function may do anything.
    tried = [candidate for maker in (*classes, *functions) if (candidate := _made_by(maker)) is not None]
    used = {type(part) for candidate in tried for part in list(candidate.module.modules())[1:]}
    outer = [candidate for candidate in tried if type(candidate.module) not in used]
    yield from sorted(outer, key=_params, reverse=True)


def _params(candidate: Candidate) -> int:
    return sum(parameter.numel() for parameter in candidate.module.parameters())


def _made_by(maker: Any) -> Candidate | None:
    """What a class or a function without needed arguments makes, if that is a module that learns."""
    try:
        needed = [
            parameter
            for parameter in inspect.signature(maker).parameters.values()
            if parameter.default is parameter.empty
            and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
        ]
        module = maker() if not needed else None
    except Exception:
        return None
    learns = isinstance(module, nn.Module) and any(True for _parameter in module.parameters())
    return Candidate(f"{maker.__name__}()", module) if learns else None  # type: ignore[arg-type]


def fitting_shape(module: nn.Module) -> tuple[int, ...]:
    """Channels, height and width of images that go through, or the length of a flat vector.

    Raises `CannotTraceError` where none was found.
    """
    convolutions = [layer.in_channels for layer in module.modules() if isinstance(layer, nn.Conv2d)]
    depths = list(
        dict.fromkeys([*convolutions[:1], *[depth for depth in (3, 1) if depth in convolutions], 3])
    )
    sizes = [*USUAL_SIZES, *(size for size in range(4, 128, 2) if size not in USUAL_SIZES)]
    linear = next((layer.in_features for layer in module.modules() if isinstance(layer, nn.Linear)), None)
    if linear is not None and not convolutions:
        with contextlib.suppress(Exception), torch.no_grad():
            module(torch.rand(2, linear))
            return (linear,)
    started = monotonic()
    last: Exception | None = None
    for channels, size in product(depths, sizes):
        if monotonic() - started > LONGEST_SEARCH:
            break
        try:
            with torch.no_grad():
                module(torch.rand(2, channels, size, size))
        except Exception as error:
            last = error
        else:
            return channels, size, size
    raise CannotTraceError(
        _(
            "No usual size of images goes through the network ({reason}): say one with --input 3x64x64."
        ).format(reason=str(last).splitlines()[0].rstrip(".")[:160] if last else "")
    )
