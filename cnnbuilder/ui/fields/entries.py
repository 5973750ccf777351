"""What a person types into a field, read as a value: numbers, pairs, ranges, and the sentence where it is neither."""

from __future__ import annotations

import math
import re
from typing import Any

from msgspec import inspect

from cnnbuilder.text import _, number

_PAIR = re.compile(r"\(?\s*(\d+)\s*(?:[,;x×*\s]\s*(\d+)\s*)?\)?")


class Entry:
    """One kind of typed value: how it is shown, read, stepped, and what is said of a bad one."""

    def __init__(self, usual: tuple[Any, ...]) -> None:
        self.usual = usual

    def show(self, value: Any) -> str:
        """The value as text for the field."""
        return str(value)

    def read(self, text: str) -> Any | None:
        """The value that the text means, or None where it means none in range."""
        raise NotImplementedError

    def reads(self, text: str) -> bool:
        """Whether the text means a value, which may be that there is none."""
        return self.read(text) is not None

    def refusal(self) -> str:
        """One sentence on what may stand here."""
        raise NotImplementedError

    def step(self, value: Any, by: int) -> Any:
        """The next value up (1) or down (-1), inside the range."""
        raise NotImplementedError

    def next_usual(self, value: Any, by: int) -> Any:
        """The next usual value up or down, or the value itself at the end of the list."""
        beyond = [usual for usual in self.usual if (usual > value if by > 0 else usual < value)]
        if not beyond:
            return value
        return min(beyond) if by > 0 else max(beyond)

    def unfinished(self, text: str) -> bool:
        """Whether a person is plainly still typing: nothing there yet, or a separator at the end."""
        return not text.strip() or text.rstrip(" ")[-1] in ",;x×*(.-−e" or text != text.rstrip(" ")


class Whole(Entry):
    """A whole number; separators of thousands are welcome."""

    def __init__(self, usual: tuple[Any, ...], kind: inspect.IntType) -> None:
        super().__init__(usual)
        self.least, self.most = _whole_range(kind)

    def read(self, text: str) -> int | None:
        """'1,024' and '1024' are the same."""
        digits = re.sub(r"[,_\s’']", "", text).replace("−", "-")
        if not re.fullmatch(r"-?\d{1,12}", digits):
            return None
        value = int(digits)
        return value if self.least <= value <= self.most else None

    def refusal(self) -> str:
        """For example "A whole number from 1 to 65,536."."""
        return _("A whole number from {least} to {most}.").format(
            least=number(self.least), most=number(self.most)
        )

    def step(self, value: int, by: int) -> int:
        """One up or down."""
        return min(self.most, max(self.least, value + by))


class Pair(Entry):
    """(height, width), typed as `3`, `3, 5`, `3x5` or `(3, 5)`."""

    def __init__(self, usual: tuple[Any, ...], kind: inspect.TupleType) -> None:
        super().__init__(usual)
        size = kind.item_types[0]
        assert isinstance(size, inspect.IntType)
        self.least, self.most = _whole_range(size)

    def show(self, value: tuple[int, int]) -> str:
        """(3, 3) is '3', (3, 5) is '3, 5'."""
        return str(value[0]) if value[0] == value[1] else f"{value[0]}, {value[1]}"

    def read(self, text: str) -> tuple[int, int] | None:
        """One number stands for both."""
        match = _PAIR.fullmatch(text.strip())
        if match is None or any(len(digits or "") > 12 for digits in match.groups()):
            return None
        height = int(match[1])
        width = height if match[2] is None else int(match[2])
        fits = all(self.least <= size <= self.most for size in (height, width))
        return (height, width) if fits else None

    def refusal(self) -> str:
        """For example "One number, or height and width as in 3, 5; each from 1 to 65,536."."""
        return _("One number, or height and width as in 3, 5; each from {least} to {most}.").format(
            least=number(self.least), most=number(self.most)
        )

    def step(self, value: tuple[int, int], by: int) -> tuple[int, int]:
        """Both one up or down, so that their difference stays."""
        moved = (value[0] + by, value[1] + by)
        return moved if all(self.least <= size <= self.most for size in moved) else value


class Several(Entry):
    """Three or four whole numbers, typed as `1, 2, 3, 4`, or one that stands for all."""

    def __init__(self, usual: tuple[Any, ...], kind: inspect.TupleType) -> None:
        super().__init__(usual)
        self.count = len(kind.item_types)
        size = kind.item_types[0]
        assert isinstance(size, inspect.IntType)
        self.least, self.most = _whole_range(size)

    def show(self, value: tuple[int, ...]) -> str:
        """(1, 1, 1, 1) is '1', (0, 1, 0, 1) is '0, 1, 0, 1'."""
        return str(value[0]) if len(set(value)) == 1 else ", ".join(map(str, value))

    def read(self, text: str) -> tuple[int, ...] | None:
        """One number stands for all."""
        digits = re.split(r"[,;x×*\s]+", text.replace("−", "-").strip(" ()"))
        if not all(re.fullmatch(r"-?\d{1,9}", part) for part in digits):
            return None
        sizes = tuple(int(part) for part in digits) * (self.count if len(digits) == 1 else 1)
        fits = len(sizes) == self.count and all(self.least <= size <= self.most for size in sizes)
        return sizes if fits else None

    def refusal(self) -> str:
        """For example "4 numbers as in 1, 2, 3, 4, each from 0 to 65,536."."""
        return _("{count} numbers with commas between, each from {least} to {most}.").format(
            count=self.count, least=number(self.least), most=number(self.most)
        )

    def step(self, value: tuple[int, ...], by: int) -> tuple[int, ...]:
        """All one up or down."""
        moved = tuple(size + by for size in value)
        return moved if all(self.least <= size <= self.most for size in moved) else value


class Sizes(Entry):
    """Whole numbers, as many as a person likes, typed as `4, 4, 8`."""

    def __init__(self, usual: tuple[Any, ...], kind: inspect.VarTupleType) -> None:
        super().__init__(usual)
        size = kind.item_type
        assert isinstance(size, inspect.IntType)
        self.least, self.most = _whole_range(size)
        self.shortest, self.longest = kind.min_length or 0, kind.max_length or 1_000

    def show(self, value: tuple[int, ...]) -> str:
        """(4, 4) is '4, 4'."""
        return ", ".join(map(str, value))

    def read(self, text: str) -> tuple[int, ...] | None:
        """Numbers with commas or blanks between."""
        digits = [part for part in re.split(r"[,;\s]+", text.strip(" ()[]")) if part]
        if not all(re.fullmatch(r"\d{1,9}", part) for part in digits):
            return None
        sizes = tuple(int(part) for part in digits)
        fits = self.shortest <= len(sizes) <= self.longest
        return sizes if fits and all(self.least <= size <= self.most for size in sizes) else None

    def refusal(self) -> str:
        """For example "Numbers with commas between, each from 1 to 65,536."."""
        return _("Numbers with commas between, each from {least} to {most}.").format(
            least=number(self.least), most=number(self.most)
        )

    def step(self, value: tuple[int, ...], by: int) -> tuple[int, ...]:
        """The last one up or down."""
        moved = (*value[:-1], value[-1] + by)
        return moved if self.least <= moved[-1] <= self.most else value


class Worded(Entry):
    """A number, or one of a few words: padding 3 or `same`. Where it is optional, an empty field is a value too."""

    def __init__(
        self, usual: tuple[Any, ...], number_entry: Entry, words: tuple[str, ...], *, optional: bool = False
    ) -> None:
        super().__init__(usual)
        self.optional = optional
        self.number_entry = number_entry
        self.words = words

    def show(self, value: Any) -> str:
        """The word as it is; nothing where there is no value."""
        return "" if value is None else value if isinstance(value, str) else self.number_entry.show(value)

    def read(self, text: str) -> Any | None:
        """A word in any case, or what the number's own entry reads."""
        word = text.strip().casefold()
        return word if word in self.words else self.number_entry.read(text)

    def reads(self, text: str) -> bool:
        """An empty field means that there is no value, where there need not be one."""
        return (self.optional and not text.strip()) or super().reads(text)

    def unfinished(self, text: str) -> bool:
        """A whole word is finished, whatever letter it ends with."""
        return text.casefold() not in self.words and super().unfinished(text)

    def refusal(self) -> str:
        """What the number may be, and the words."""
        if not self.words:
            sentence = self.number_entry.refusal()
            return _("{number} Or leave it empty.").format(number=sentence) if self.optional else sentence
        return _("{number} Or: {words}.").format(
            number=self.number_entry.refusal(), words=", ".join(self.words)
        )

    def step(self, value: Any, by: int) -> Any:
        """Words have no next one."""
        return value if value is None or isinstance(value, str) else self.number_entry.step(value, by)

    def next_usual(self, value: Any, by: int) -> Any:
        """Words have no next one."""
        plain = value is None or isinstance(value, str)
        return value if plain else self.number_entry.next_usual(value, by)


class Fraction(Entry):
    """A number with a decimal point."""

    def __init__(self, usual: tuple[Any, ...], kind: inspect.FloatType) -> None:
        super().__init__(usual)
        self.kind = kind

    def show(self, value: float) -> str:
        """As short as it can be read back."""
        return f"{value:g}" if float(f"{value:g}") == value else repr(value)

    def read(self, text: str) -> float | None:
        """A decimal comma is read as a point."""
        try:
            value = float(text.strip().replace(",", "."))
        except ValueError:
            return None
        return value if math.isfinite(value) and self._fits(value) else None

    def _fits(self, value: float) -> bool:
        kind = self.kind
        above = (kind.ge is None or value >= kind.ge) and (kind.gt is None or value > kind.gt)
        below = (kind.le is None or value <= kind.le) and (kind.lt is None or value < kind.lt)
        return above and below

    def refusal(self) -> str:
        """For example "A number from 0 to 1."."""
        kind = self.kind
        low = _("from {n}").format(n=f"{kind.ge:g}") if kind.ge is not None else ""
        low = _("above {n}").format(n=f"{kind.gt:g}") if kind.gt is not None else low
        high = _("to {n}").format(n=f"{kind.le:g}") if kind.le is not None else ""
        high = _("and below {n}").format(n=f"{kind.lt:g}") if kind.lt is not None else high
        return _("A number {low} {high}.").format(low=low, high=high)

    def step(self, value: float, by: int) -> float:
        """One in the leading digit: 0.5 to 0.6, 0.005 to 0.006, and 0.1 down to 0.09."""
        if value == 0:
            moved = 0.1 * by
        else:
            size = 10 ** math.floor(math.log10(abs(value)) + 1e-9)
            if by < 0 and math.isclose(abs(value), size):
                size /= 10
            moved = round(value / size + by) * size
        moved = float(f"{moved:.12g}")
        return moved if self._fits(moved) else value


class Fractions(Entry):
    """Three numbers with decimal points, one for each colour, typed as `0.5; 0.4; 0.5`, or one that stands for all."""

    def __init__(self, usual: tuple[Any, ...], kind: inspect.TupleType) -> None:
        super().__init__(usual)
        self.count = len(kind.item_types)
        size = kind.item_types[0]
        assert isinstance(size, inspect.FloatType)
        self.one = Fraction((), size)

    def show(self, value: tuple[float, ...]) -> str:
        """Each as short as it can be read back."""
        shown = [self.one.show(number) for number in value]
        return shown[0] if len(set(shown)) == 1 else "; ".join(shown)

    def read(self, text: str) -> tuple[float, ...] | None:
        """One number stands for all; commas without spaces may be decimal ones."""
        parts = re.split(r"\s*;\s*|,\s+|\s+", text.strip().strip("()").strip())
        read = [self.one.read(part) for part in parts]
        numbers = tuple(number for number in read if number is not None) * (
            self.count if len(parts) == 1 else 1
        )
        return numbers if len(numbers) == self.count else None

    def refusal(self) -> str:
        """For example "3 numbers as in 0.5; 0.4; 0.5, each from −100 to 100."."""
        kind = self.one.kind
        return _("{count} numbers as in 0.5; 0.4; 0.5, each from {least} to {most}.").format(
            count=self.count, least=f"{kind.ge:g}", most=f"{kind.le:g}"
        )

    def step(self, value: tuple[float, ...], by: int) -> tuple[float, ...]:
        """Each as it would step alone."""
        return tuple(self.one.step(number, by) for number in value)


def _whole_range(kind: inspect.IntType) -> tuple[int, int]:
    least = kind.ge if kind.ge is not None else (kind.gt + 1 if kind.gt is not None else 0)
    most = kind.le if kind.le is not None else (kind.lt - 1 if kind.lt is not None else 2**31 - 1)
    return least, most


def entry_for(usual: tuple[Any, ...], kind: inspect.Type) -> Entry:
    """The reader of a field's declared type."""
    if isinstance(kind, inspect.UnionType):
        words = [
            str(word) for part in kind.types if isinstance(part, inspect.LiteralType) for word in part.values
        ]
        numbers = [
            part for part in kind.types if not isinstance(part, inspect.LiteralType | inspect.NoneType)
        ]
        plain = tuple(value for value in usual if value is not None and not isinstance(value, str))
        optional = any(isinstance(part, inspect.NoneType) for part in kind.types)
        return Worded(usual, entry_for(plain, numbers[0]), tuple(words), optional=optional)
    if isinstance(kind, inspect.TupleType):
        if isinstance(kind.item_types[0], inspect.FloatType):
            return Fractions(usual, kind)
        return Pair(usual, kind) if len(kind.item_types) == 2 else Several(usual, kind)
    if isinstance(kind, inspect.VarTupleType):
        return Sizes(usual, kind)
    if isinstance(kind, inspect.FloatType):
        return Fraction(usual, kind)
    assert isinstance(kind, inspect.IntType), kind
    return Whole(usual, kind)
