"""How a data set's pictures are read outside of the program: the code that leaves with a training script."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple


class Reading(NamedTuple):
    """Python that defines `load`, which gives the pictures to learn from as N×C×H×W uint8, and N int64 labels.

    Validation part included, in the order in which the program has them. `imports`: the lines that the code needs
    besides numpy's. `files`: what a folder has to hold that `load` is then given, "MNIST's .gz files"; empty where
    `load` takes nothing.
    """

    code: str
    imports: tuple[str, ...] = ()
    files: str = ""


_IDX = '''\
def read_idx(path):
    """The array in a gzipped IDX file: its sizes, then its bytes."""
    content = gzip.decompress(path.read_bytes())
    sizes = np.frombuffer(content, ">i4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * len(sizes)).reshape(sizes)


def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    images, labels = "{images}", "{labels}"
    places = [folder, folder / "{name}" / "raw"]  # the second is torchvision's
    found = [place for place in places if (place / images).is_file()]
    if not found:
        print(f"{{images}} is not in {{folder}}: downloading {name} into it.")
        try:
            from torchvision.datasets import {name}

            {name}(folder, download=True)
        except (ImportError, OSError, RuntimeError) as error:
            raise SystemExit(f"{name} cannot be downloaded: {{error}}") from None
        found = places[1:]
    labels = read_idx(found[0] / labels).astype(np.int64)
    return read_idx(found[0] / images)[:, None], labels
'''

_SHAPES = '''\
# Ten figures as signed distances: negative inside, zero on the outline. Each is about
# as large as the circle of radius 1; `form`, from -1 to 1, varies its proportions.

{figures}

{drawing}

def load():
    """The images to learn from, N×3×32×32 from 0 to 255, and their classes."""
    images, labels = zip(*map(draw_block, range({blocks})), strict=True)
    return np.concatenate(images){first}, np.concatenate(labels){first}
'''


def idx_reading(title: str, name: str, shape: tuple[int, ...], images: str, labels: str) -> Reading:
    """Reads two IDX files. `name`: the class in torchvision.datasets that downloads them."""
    size = "×".join(map(str, shape))
    code = _IDX.format(name=name, shape=size, images=images, labels=labels)
    return Reading(code, ("import gzip",), f"{title}'s .gz files")


def shapes_reading(count: int) -> Reading:
    """Draws the first `count` shapes."""
    from cnnbuilder.engine.data import figures, shapes

    blocks = -(-count // shapes.BLOCK)
    code = _SHAPES.format(
        figures=source_of(figures, frozenset({"Floats", "Figure"})),
        drawing=source_of(shapes, frozenset({"Floats", "VERSION", "draw_all"})),
        blocks=blocks,
        first="" if blocks * shapes.BLOCK == count else f"[:{count}]",
    )
    return Reading(code, ("import math",))


def source_of(module: ModuleType, leave_out: frozenset[str]) -> str:
    """A module as a script has it: without docstring, imports, types and the names that are left out.

    What the program runs and what leaves with a network are one text. Needs the module's file.
    """
    text = inspect.getsource(module)
    lines = text.splitlines()
    kept = []
    before: ast.stmt | None = None
    left_out = True  # what a docstring below says goes with what stands above it
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Expr):
            left_out = isinstance(node, ast.Import | ast.ImportFrom) or bool(_names(node) & leave_out)
        if not left_out:
            kept.append(_gap(before, node) + _with_comments(lines, node))
            before = node
    return without_types("".join(kept))


def text_of(function: Callable[..., object]) -> str:
    """A function of the program as a script has it. Needs the file that it stands in."""
    return without_types(inspect.getsource(function))


def without_types(text: str) -> str:
    """The source without its annotations, which a short script does not need."""
    lines = [line.encode() for line in text.splitlines()]  # ast counts in bytes
    spans: list[tuple[int, int, int]] = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.arg) and node.annotation is not None:
            start = node.col_offset + len(node.arg.encode())
            spans.append((node.annotation.lineno, start, node.annotation.end_col_offset or 0))
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            start = node.target.end_col_offset or 0
            spans.append((node.annotation.lineno, start, node.annotation.end_col_offset or 0))
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            line = lines[node.returns.lineno - 1]
            start = line.rindex(b" -> ", 0, node.returns.col_offset)
            spans.append((node.returns.lineno, start, node.returns.end_col_offset or 0))
    for number, start, end in sorted(spans, reverse=True):
        lines[number - 1] = lines[number - 1][:start] + lines[number - 1][end:]
    return "".join(f"{line.decode()}\n" for line in lines)


def _names(node: ast.stmt) -> set[str]:
    """What a statement at the top of a module defines."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Assign):
        return {target.id for target in node.targets if isinstance(target, ast.Name)}
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        return {node.target.id}
    return set()


def _with_comments(lines: list[str], node: ast.stmt) -> str:
    """The lines of a statement, and of the comments right above and beside it."""
    first = node.lineno - 1
    while first and lines[first - 1].startswith("#"):
        first -= 1
    return "\n".join(lines[first : node.end_lineno]) + "\n"


def _gap(before: ast.stmt | None, node: ast.stmt) -> str:
    """Two empty lines around functions and classes."""
    apart = ast.FunctionDef | ast.ClassDef
    return "\n\n" if before is not None and (isinstance(before, apart) or isinstance(node, apart)) else ""
