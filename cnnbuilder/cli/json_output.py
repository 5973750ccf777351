"""JSON on standard output, one object a line, in ASCII: it reads the same whatever the pipe's encoding."""

from __future__ import annotations

import json

import msgspec


def print_json(value: object) -> None:
    """Prints a struct, or what JSON has of itself, at once. Numbers that are not finite become null."""
    plain = msgspec.to_builtins(value)
    try:
        text = json.dumps(plain, allow_nan=False)
    except ValueError:
        text = json.dumps(msgspec.json.decode(msgspec.json.encode(plain)))
    print(text, flush=True)
