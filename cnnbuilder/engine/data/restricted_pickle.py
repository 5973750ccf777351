"""Unpickles arrays, texts, numbers, lists and dictionaries, and refuses whatever else a pickle names."""

from __future__ import annotations

import io
import pickle
from typing import Any


def unpickled(content: bytes) -> dict[str, Any]:
    """What a pickle of dictionaries, lists, texts, numbers and arrays holds.

    Raises `pickle.UnpicklingError` where it names anything else: a pickle can name any function and have it called.
    """
    found = _ArraysOnly(io.BytesIO(content), encoding="latin1").load()
    if not isinstance(found, dict):
        raise pickle.UnpicklingError("not a dictionary")
    return found


class _ArraysOnly(pickle.Unpickler):
    """Knows numpy's way to make an array, and nothing else."""

    def find_class(self, module: str, name: str) -> Any:
        """The few names that an array's pickle has."""
        import numpy as np

        reconstruct: Any = np.zeros(0).__reduce__()[0]
        known = {
            ("numpy.core.multiarray", "_reconstruct"): reconstruct,
            ("numpy._core.multiarray", "_reconstruct"): reconstruct,
            ("numpy", "ndarray"): np.ndarray,
            ("numpy", "dtype"): np.dtype,
            ("_codecs", "encode"): _latin1,
        }
        try:
            return known[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is not taken") from None


def _latin1(text: str, encoding: str) -> bytes:
    """Bytes in pickles of Python 3's old protocols."""
    if encoding != "latin1":
        raise pickle.UnpicklingError(f"{encoding} is not taken")
    return text.encode("latin1")
