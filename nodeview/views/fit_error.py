"""The scheduler's sentence on a pod that it could not place, taken apart: how many nodes object, and why."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

CauseKind = Literal[
    "resource",
    "pods",
    "taint",
    "selector",
    "unschedulable",
    "spread",
    "anti-affinity",
    "affinity",
    "ports",
    "node-name",
    "volume",
    "claim",
    "other",
]
"""What stands between a pod and a node; `pods` is the node's own limit of pods, `claim` one of devices."""
Preemption = Literal["", "no-victims", "not-helpful", "never", "terminating", "other"]
"""What came of looking for pods to push aside; empty where the scheduler does not say."""

LONGEST = 16_384
"""Characters of a sentence that are read: who writes more is no scheduler."""

_AVAILABLE = " nodes are available: "
_NOBODY = "no nodes available to schedule pods"
_PART = re.compile(r",\s+(?=\d+ )")
_COUNTED = re.compile(r"(\d{1,9}) (.+)", re.DOTALL)
_TAINT = re.compile(
    r"node\(s\) had (?:untolerated )?taints? ?(?:\{(?P<key>[^:{}]*):? ?(?P<value>[^{}]*)\})?.*", re.DOTALL
)
_REPEATED = re.compile(r"\s*\(repeated \d+ times\)$")

_STARTS: tuple[tuple[str, CauseKind, str], ...] = (
    ("Too many pods", "pods", ""),
    ("node(s) were unschedulable", "unschedulable", ""),
    ("node(s) didn't match Pod's node affinity", "selector", ""),
    ("node(s) didn't match node selector", "selector", ""),
    ("node(s) didn't satisfy plugin(s) [NodeAffinity]", "node-name", ""),
    ("node(s) didn't satisfy plugin(s) [VolumeBinding]", "volume", "elsewhere"),
    ("node(s) didn't match pod topology spread constraints (missing required label)", "spread", "label"),
    ("node(s) didn't match pod topology spread constraints", "spread", ""),
    ("node(s) didn't satisfy existing pods anti-affinity", "anti-affinity", "theirs"),
    ("node(s) didn't match pod anti-affinity", "anti-affinity", ""),
    ("node(s) didn't match pod affinity/anti-affinity", "anti-affinity", "either"),
    ("node(s) didn't match pod affinity", "affinity", ""),
    ("node(s) didn't have free ports", "ports", ""),
    ("node(s) didn't match the requested node name", "node-name", ""),
    ("node(s) didn't match the requested hostname", "node-name", ""),
    ("node(s) had volume node affinity conflict", "volume", "elsewhere"),
    ("node(s) didn't match PersistentVolume's node affinity", "volume", "elsewhere"),
    ("node(s) had no available volume zone", "volume", "elsewhere"),
    ("node(s) didn't find available persistent volumes to bind", "volume", "none"),
    ("node(s) did not have enough free storage", "volume", "storage"),
    ("node(s) exceed max volume count", "volume", "full"),
    ("node(s) had no available disk", "volume", "in use"),
    ("node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)", "volume", "lost"),
    ("node has pod using PersistentVolumeClaim", "volume", "in use"),
    ("cannot allocate all claims", "claim", ""),
)
"""How causes begin, the longer before the shorter; the kind, and what tells it from others of its kind."""


class Cause(msgspec.Struct, frozen=True):
    """So many nodes object for this. `detail` is a resource, a taint as `key=value`, or tells apart what is of a kind.

    Of the kind `other` it is the scheduler's own words.
    """

    count: int
    kind: CauseKind
    detail: str = ""


class FitError(msgspec.Struct, frozen=True):
    """Why no node takes a pod. Counts may add up to more than `nodes`: one node can lack two things."""

    nodes: int
    causes: tuple[Cause, ...]
    whole: str = ""
    """What is said of the pod as a whole, before any node was looked at."""
    preemption: Preemption = ""


def parse_fit_error(text: str) -> FitError | None:
    """Take the sentence apart, of a condition's message or an event's note; None where it is no such sentence."""
    text = text[:LONGEST].strip()
    head, found, rest = text.partition(_AVAILABLE)
    if not found:
        return FitError(0, (), whole="") if _NOBODY in text else None
    nodes = head.rpartition("/")[2].rpartition(" ")[2]
    if not (nodes.isascii() and nodes.isdigit()) or len(nodes) > 9:
        return None
    said, _, after = rest.partition(". ")
    parts = [_cause(part.strip()) for part in _PART.split(_REPEATED.sub("", said.rstrip(". ")))]
    causes = tuple(one for one in parts if isinstance(one, Cause))
    whole = ", ".join(one for one in parts if isinstance(one, str) and one)
    return FitError(int(nodes), causes, whole, _preemption(after))


def _cause(part: str) -> Cause | str:
    counted = _COUNTED.fullmatch(part)
    if counted is None:
        return part
    count, words = int(counted[1]), counted[2]
    if words.startswith("Insufficient "):
        return Cause(count, "resource", words.removeprefix("Insufficient ").strip())
    if (taint := _TAINT.fullmatch(words)) is not None:
        key, value = (taint["key"] or "").strip(), (taint["value"] or "").strip()
        return Cause(count, "taint", f"{key}={value}" if value else key)
    for start, kind, detail in _STARTS:
        if words.startswith(start):
            return Cause(count, kind, detail)
    return Cause(count, "other", words)


def _preemption(after: str) -> Preemption:
    _, found, said = after.partition("preemption: ")
    if not found:
        return ""
    if "preemptionPolicy=Never" in said:
        return "never"
    if "terminating pod on the nominated node" in said:
        return "terminating"
    if "No preemption victims found" in said:
        return "no-victims"
    return "not-helpful" if "Preemption is not helpful" in said else "other"
