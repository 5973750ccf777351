"""What a session has to say to its person: one sentence with its buttons. How it is shown is the window's."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

Choice = tuple[str, Callable[[], object]]
"""A button: its text, and what it does."""


class Message(NamedTuple):
    """One sentence under a key; a new message of the same key takes the old one's place."""

    key: str
    text: str
    choices: tuple[Choice, ...] = ()
    details: str = ""
    """More of it, one click away."""
