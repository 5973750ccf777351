"""Every text that a person reads goes through `_`; placeholders are named, so a translator may move them."""

from __future__ import annotations

import gettext

from cnnbuilder.resources import resource

_catalogue = gettext.translation("cnnbuilder", localedir=resource("translations"), fallback=True)


def _(message: str) -> str:
    """The message in the user's language, or itself where no catalogue has it."""
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, n: int) -> str:
    """The form of a message that goes with the number `n`."""
    return _catalogue.ngettext(singular, plural, n)


def number(value: int) -> str:
    """A whole number with separators: 61706 -> '61,706'."""
    return f"{value:,}"


def short_number(value: int) -> str:
    """A large number in few figures: 2516992 -> '2.52 M', 416520 -> '0.42 M'; below ten thousand written out."""
    for limit, unit in ((10**12, "T"), (10**9, "G"), (10**6, "M")):
        if value >= limit / 10:
            scaled = value / limit
            if scaled >= 1000:
                return f"{scaled:,.0f} {unit}"
            return f"{scaled:.2f} {unit}" if scaled < 1 else f"{scaled:.3g} {unit}"
    return f"{value / 1000:.3g} k" if value >= 10_000 else number(value)


def bytes_text(size: int) -> str:
    """An amount of memory as people say it: 28311552 -> '28 MB'."""
    for limit, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if size >= limit:
            scaled = size / limit
            return f"{scaled:.1f} {unit}" if scaled < 10 else f"{scaled:,.0f} {unit}"
    return f"{size} B"


def three_figures(size: int) -> str:
    """An amount of memory to three figures, for comparisons: 29280456 -> '29.3 MB'."""
    for limit, unit in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if size >= limit:
            scaled = size / limit
            return f"{scaled:,.{max(0, 3 - len(str(int(scaled))))}f} {unit}"
    return f"{size} B"


def share_text(share: float) -> str:
    """A part of a whole, 0 to 1, as people say it: 14 %, 0.3 %, under 0.1 %."""
    percent = 100 * share
    if 0 < percent < 0.1:
        return _("under 0.1 %")
    return f"{percent:.0f} %" if percent >= 10 or percent == 0 else f"{percent:.1f} %"
