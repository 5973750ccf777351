"""What computes: the devices of this machine, their names for people, their memory, and whether bfloat16 pays there."""

from __future__ import annotations

import ctypes
import os
import platform
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import torch

from cnnbuilder.text import _, ngettext


class UnknownDeviceError(Exception):
    """There is no such device on this machine. Carries one sentence."""


class Device(NamedTuple):
    """One device that torch can train on."""

    name: str
    """Torch's word: "cpu", "cuda", "mps", "xpu"."""
    title: str
    """For people: "CPU · 2 cores", "NVIDIA H200"."""
    memory_bytes: int | None
    bfloat16: bool
    """Whether it has bfloat16 in hardware, so that using it saves time."""

    @property
    def torch(self) -> torch.device:
        """The device as torch takes it."""
        return torch.device(self.name)

    @property
    def is_cpu(self) -> bool:
        """Whether computing takes place in this process's own memory."""
        return self.name == "cpu"


@cache
def all_devices() -> tuple[Device, ...]:
    """Every device of this machine, the fastest first; the CPU is always the last."""
    found = []
    if torch.accelerator.is_available():
        accelerator = torch.accelerator.current_accelerator()
        if accelerator is not None:
            found.append(_accelerator(accelerator.type))
    return (*found, _cpu())


def find_device(name: str = "auto") -> Device:
    """The device of that name; "auto" is the fastest. Raises `UnknownDeviceError`."""
    devices = all_devices()
    if name == "auto":
        return devices[0]
    for device in devices:
        if device.name == name.lower():
            return device
    raise UnknownDeviceError(
        _("There is no device “{name}” here. There are: {names}.").format(
            name=name, names=", ".join(["auto", *(device.name for device in devices)])
        )
    )


def keep_freed_memory() -> None:
    """Lets the C library reuse freed memory rather than hand it back to the system after every step.

    With glibc's usual limits each step of a small network takes its activations anew from the kernel: 2,500 page
    faults a step of `digits` at batch 128, 40 per cent of the time (measured). Elsewhere nothing is done.
    """
    if platform.libc_ver()[0] == "glibc":
        trim_threshold, mmap_threshold = -1, -3  # M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h
        with suppress(OSError, AttributeError):
            libc = ctypes.CDLL(None)
            libc.mallopt(mmap_threshold, 1 << 30)
            libc.mallopt(trim_threshold, (1 << 31) - 1)


def release_memory() -> None:
    """Hands memory that nobody uses back to the system, after a run."""
    if platform.libc_ver()[0] == "glibc":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def memory_in_use(device: Device) -> int | None:
    """Bytes: what this process holds on an accelerator at most, or of the machine's memory now; None where unknown."""
    if device.name == "cuda":
        return torch.cuda.max_memory_reserved()
    if device.name == "mps":
        return torch.mps.driver_allocated_memory()
    if device.name == "xpu":
        return torch.xpu.max_memory_reserved()
    if sys.platform == "linux":
        with suppress(OSError, ValueError, IndexError):
            return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return None


def cpu_cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not everywhere
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _cpu() -> Device:
    cores = cpu_cores()
    title = ngettext("CPU · {cores} core", "CPU · {cores} cores", cores).format(cores=cores)
    return Device("cpu", title, _machine_memory(), _cpu_has_bfloat16())


def _cpu_has_bfloat16() -> bool:
    """AVX512-BF16 or AMX. Without them torch computes bfloat16 by way of float32, slower than float32 itself."""
    # Underscored until torch settles the names; where they are missing, the kernel's list of features serves.
    probes = [
        getattr(torch.cpu, name, None) for name in ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    ]
    if all(probes):
        return any(probe() for probe in probes if probe)
    with suppress(OSError):
        flags = Path("/proc/cpuinfo").read_text().split()
        return "avx512_bf16" in flags or "amx_bf16" in flags
    return False


def _accelerator(kind: str) -> Device:
    if kind == "cuda":
        properties = torch.cuda.get_device_properties(0)
        bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
        return Device("cuda", properties.name, properties.total_memory, bfloat16)
    if kind == "mps":
        # On Apple's GPUs float32 is as fast as bfloat16 for convolutions.
        return Device("mps", _("Apple GPU"), torch.mps.recommended_max_memory(), False)
    if kind == "xpu":
        xpu = torch.xpu.get_device_properties(0)
        return Device("xpu", xpu.name, xpu.total_memory, torch.xpu.is_bf16_supported())
    return Device(kind, kind.upper(), None, False)


def _machine_memory() -> int | None:
    if sys.platform == "win32":
        return _windows_memory()
    with suppress(OSError, ValueError):
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None


def _windows_memory() -> int | None:
    class Status(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ulong), ("load", ctypes.c_ulong)] + [
            (name, ctypes.c_ulonglong)
            for name in (
                "total",
                "free",
                "total_page",
                "free_page",
                "total_virtual",
                "free_virtual",
                "extended",
            )
        ]

    status = Status()
    status.length = ctypes.sizeof(status)
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  mypy knows windll on Windows only
    return status.total if kernel.GlobalMemoryStatusEx(ctypes.byref(status)) else None
