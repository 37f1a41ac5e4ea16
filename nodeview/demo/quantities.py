"""Amounts of CPU and memory in the few notations that appear here."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from typing import Any

_SUFFIXES = {
    "Ki": 2**10, "Mi": 2**20, "Gi": 2**30, "Ti": 2**40, "k": 10**3, "M": 10**6, "G": 10**9, "T": 10**12,
}  # fmt: skip


@functools.lru_cache(maxsize=4096)
def milli(text: str) -> int:
    """Thousandths of a quantity: milli-cores of a CPU, milli-bytes of memory."""
    if text.endswith("m"):
        return int(text[:-1])
    for suffix, factor in _SUFFIXES.items():
        if text.endswith(suffix):
            return math.ceil(float(text.removesuffix(suffix)) * factor * 1000)
    return math.ceil(float(text) * 1000)


def cpu(requests: Mapping[str, str]) -> int:
    """Milli-cores asked for."""
    return milli(requests.get("cpu", "0"))


def memory(requests: Mapping[str, str]) -> int:
    """Bytes asked for."""
    return milli(requests.get("memory", "0")) // 1000


def asked(containers: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """Milli-cores and bytes that containers ask for together."""
    cores = bytes_ = 0
    for container in containers:
        requests = container.get("resources", {}).get("requests", {})
        cores += cpu(requests)
        bytes_ += memory(requests)
    return cores, bytes_


def pod_requests(spec: Mapping[str, Any]) -> tuple[int, int]:
    """Milli-cores and bytes that a pod holds on its node."""
    init = spec.get("initContainers") or ()
    running = asked(spec["containers"])
    sidecars = asked([one for one in init if one.get("restartPolicy") == "Always"])
    most = running[0] + sidecars[0], running[1] + sidecars[1]
    for one in init:
        if one.get("restartPolicy") != "Always":
            alone = asked([one])
            most = max(most[0], alone[0] + sidecars[0]), max(most[1], alone[1] + sidecars[1])
    return most
