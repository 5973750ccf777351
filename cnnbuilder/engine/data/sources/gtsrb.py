"""German traffic signs, photographed from a car."""

from __future__ import annotations

import csv
import io

from cnnbuilder.engine.data.download import Remote
from cnnbuilder.engine.data.photographs import PhotographArchives, members, read_member
from cnnbuilder.text import _

_PLACE = "https://sid.erda.dk/public/archives/daaeac0d7ce1152aea9b61d9f1e19370"
_TRAINING, _TEST = "GTSRB/Training/", "GTSRB/Final_Test/Images/"


class TrafficSigns(PhotographArchives, frozen=True, kw_only=True):
    """Two archives of photographs, a folder a class in the first, and a table with the classes of the second."""

    def archives(self) -> tuple[Remote, ...]:
        """The first two files."""
        return self.files[:2]

    def rows(self) -> list[tuple[str, int]]:
        """Sorted by folder and name, then as the table has them: torchvision's order."""
        names = sorted(
            name
            for name, _content in members(self, self.files[0])
            if name.startswith(_TRAINING) and name.endswith(".ppm")
        )
        rows = [(name, int(name.split("/")[2])) for name in names]
        text = read_member(self, self.files[2], "GT-final_test.csv").decode()
        table = csv.DictReader(io.StringIO(text), delimiter=";", skipinitialspace=True)
        return rows + [(f"{_TEST}{row['Filename']}", int(row["ClassId"])) for row in table]


SOURCE = TrafficSigns(
    name="gtsrb",
    title=_("Traffic signs"),
    summary=_("Forty-three German traffic signs, photographed from a car."),
    classes=(
        _("speed limit 20"), _("speed limit 30"), _("speed limit 50"), _("speed limit 60"),
        _("speed limit 70"), _("speed limit 80"), _("end of speed limit 80"), _("speed limit 100"),
        _("speed limit 120"), _("no overtaking"), _("no overtaking for lorries"),
        _("priority at the next crossing"), _("priority road"), _("give way"), _("stop"),
        _("no vehicles"), _("no lorries"), _("no entry"), _("danger"), _("bend to the left"),
        _("bend to the right"), _("double bend"), _("uneven road"), _("slippery road"),
        _("road narrows on the right"), _("road works"), _("traffic lights"), _("pedestrians"),
        _("children crossing"), _("bicycles crossing"), _("ice or snow"), _("wild animals"),
        _("end of all limits"), _("turn right ahead"), _("turn left ahead"), _("ahead only"),
        _("ahead or right"), _("ahead or left"), _("keep right"), _("keep left"), _("roundabout"),
        _("end of no overtaking"), _("end of no overtaking for lorries"),
    ),
    shape=(3, 48, 48),
    train_images=24_140,
    val_images=2_500,
    test_images=12_630,
    licence=_("none stated; by J. Stallkamp and others, 2012"),
    bytes=276_568_468,
    place=16,
    files=(
        Remote(f"{_PLACE}/GTSRB-Training_fixed.zip", "513f3c79a4c5141765e10e952eaa2478", 187_490_228, "gtsrb"),
        Remote(f"{_PLACE}/GTSRB_Final_Test_Images.zip", "c7e4e6327067d32654124b0fe9e82185", 88_978_620, "gtsrb"),
        Remote(f"{_PLACE}/GTSRB_Final_Test_GT.zip", "fe31e9c9270bbcd7b84b7f21a9d9d9e5", 99_620, "gtsrb"),
    ),
    script=(
        "GTSRB",
        """\
    for image, label in GTSRB(folder, "train", download=True):
        images.append(cut(image))
        labels.append(label)""",
    ),
)  # fmt: skip
