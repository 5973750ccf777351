"""Writes how a training script reads a person's own images: the very files, in the program's order, prepared alike."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

from cnnbuilder.engine.data import reading_code
from cnnbuilder.engine.data.fit_rules import Shape
from cnnbuilder.engine.data.own import OwnDataSet
from cnnbuilder.engine.data.own_images import changed_meanwhile, resolved_fit
from cnnbuilder.engine.data.own_records import divide, read_records
from cnnbuilder.engine.data.own_source import array_reading, listing_folder
from cnnbuilder.engine.data.source import LoadCode
from cnnbuilder.network.data import Arrays
from cnnbuilder.network.formatting import string
from cnnbuilder.text import _

_LOAD = '''\
# The class of each image and its file: first those to learn from, then those to
# validate with.
FILES = [
{files}
]


def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    missing = [file for _label, file in FILES if not (folder / file).is_file()]
    if missing:
        raise SystemExit(f"{{folder / missing[0]}} is missing: --data names its folder.")
    images = [prepare(read_picture(folder / file)) for _label, file in FILES]
    return np.stack(images), np.array([label for label, _file in FILES])
'''

_LOAD_ARRAYS = '''\
# The class of each image and its place in the arrays: first those to learn from,
# then those to validate with.
ROWS = [
{rows}
]


def load(folder):
    """The images to learn from, N×{shape} from 0 to 255, and their classes."""
    path = folder / {name}
    if not path.is_file():
        raise SystemExit(f"{{path}} is missing: --data names its folder.")
    arrays = np.load(path)
    pixels = np.concatenate([{arrays}])
    places = [place for _label, place in ROWS]
    images = [prepare(Image.fromarray(picture)) for picture in pixels[places]]
    return np.stack(images), np.array([label for label, _place in ROWS])
'''


def own_places(info: OwnDataSet) -> str:
    """The code that names the rows of the prepared array that are learned from. Raises `DataProblem`."""
    known = read_records(info.files_fingerprint)
    if known is None:
        raise changed_meanwhile(info.title)
    rows = ", ".join(map(str, divide(known[0], info.data).rows("train").tolist()))
    lines = "\n".join(wrap(f"{rows},", 84, initial_indent="    ", subsequent_indent="    "))
    return (
        f"# Where the images to learn from stand among all.\n# fmt: off\nPLACES = [\n{lines}\n]\n# fmt: on\n"
    )


def own_load_code(info: OwnDataSet, shape: Shape) -> LoadCode:
    """The code that gives images prepared at C×H×W. Raises `DataProblem` where they were not looked through."""
    known = read_records(info.files_fingerprint)
    if known is None:
        raise changed_meanwhile(info.title)
    records, _tiny = known
    division = divide(records, info.data)
    rows = [int(row) for part in ("train", "val") for row in division.rows(part)]
    labels = division.labels.tolist()
    fit = resolved_fit(info.data, {(record.height, record.width) for record in records.images})
    shown = "×".join(map(str, shape))
    prepare = reading_code.preparing(shape, fit)
    folder = listing_folder(info.data).name
    source = info.data.source
    if isinstance(source, Arrays):
        name = Path(source.path).name
        helpers, arrays = array_reading(source)
        load = _LOAD_ARRAYS.format(
            rows="\n".join(f"    ({labels[row]}, {row})," for row in rows),
            shape=shown,
            name=string(name),
            arrays=", ".join(arrays),
        )
        code = "\n\n".join((*helpers, prepare, load))
        return LoadCode(code, ("from PIL import Image",), name, folder)
    files = "\n".join(f"    ({labels[row]}, {string(records.images[row].file)})," for row in rows)
    read = reading_code.reading(shape, info.data.transparency)
    code = "\n\n".join((read, prepare, _LOAD.format(files=files, shape=shown)))
    return LoadCode(code, reading_code.IMPORTS, _("the images of {name}").format(name=info.title), folder)
