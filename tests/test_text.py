"""Numbers as people read them."""

from __future__ import annotations

import pytest

from cnnbuilder.text import bytes_text, number, short_number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (9_999, "9,999"), (41_600, "41.6 k"), (416_520, "0.42 M"), (2_516_992, "2.52 M"),
        (999_600_000, "1.00 G"), (15_470_000_000, "15.5 G"), (10**16, "10,000 T"),
    ],
)  # fmt: skip
def test_large_numbers_in_few_figures(value: int, text: str) -> None:
    assert short_number(value) == text


def test_separators_and_bytes() -> None:
    assert number(61_706) == "61,706"
    assert [bytes_text(size) for size in (12, 4_500, 28_311_552, 8_500_000_000)] == [
        "12 B",
        "4.5 kB",
        "28 MB",
        "8.5 GB",
    ]
