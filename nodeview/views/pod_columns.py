"""The columns of the table of a node's pods, and of the table of pods that wait."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from nodeview.records import OwnerRef, Pod, Usage
from nodeview.views.cell import Cell, Tone, dash
from nodeview.views.columns import Column
from nodeview.views.pod import PendingView, PodState, WaitKind, state_of
from nodeview.views.text import NANO, duration, natural, printable
from nodeview.views.used import beyond_request, pod_used_cell

_MIB = 1024**2 * NANO

_STATE_TONES: Mapping[PodState, Tone] = {
    "pending": Tone.CAUTION,
    "starting": Tone.COMING,
    "running": Tone.MUTED,
    "terminating": Tone.CAUTION,
    "finished": Tone.MUTED,
}
_KIND_TONES: Mapping[WaitKind, Tone] = {
    "waiting": Tone.PLAIN,
    "unschedulable": Tone.CAUTION,
    "nominated": Tone.COMING,
    "gated": Tone.MUTED,
    "starting": Tone.COMING,
}
_STATE_ORDER: tuple[PodState, ...] = ("pending", "starting", "terminating", "running", "finished")
_KIND_ORDER: tuple[WaitKind, ...] = ("unschedulable", "waiting", "nominated", "gated", "starting")


class PodRow(msgspec.Struct, frozen=True):
    """A pod and the workload a person would name."""

    pod: Pod
    owner: OwnerRef | None
    used: Usage | None = None
    """What it really uses; None where nobody measured it."""


def _age(created: int, now: float) -> Cell:
    return Cell(duration(now - created))


def _owner(owner: OwnerRef | None) -> Cell:
    if owner is None:
        return dash("the pod has no controller: nothing would bring it back")
    return Cell(printable(owner.name), reason=f"{printable(owner.kind)} {printable(owner.name)}")


def _owner_key(owner: OwnerRef | None) -> str | None:
    return None if owner is None else natural(owner.name)


def _cores(amount: int | None) -> Cell:
    return dash("it requests no cpu") if amount is None else Cell(f"{amount / NANO:.3f}")


def _mebibytes(amount: int | None) -> Cell:
    return dash("it requests no memory") if amount is None else Cell(f"{amount / _MIB:.0f}")


def _request(pod: Pod, resource: str) -> Cell:
    if resource in pod.unreadable:
        return dash(f"its {resource} request is not a quantity")
    amount = pod.requests.get(resource)
    return _cores(amount) if resource == "cpu" else _mebibytes(amount)


def _request_key(pod: Pod, resource: str) -> int | None:
    return None if resource in pod.unreadable else pod.requests.get(resource)


def _state(row: PodRow) -> Cell:
    pod, state = row.pod, state_of(row.pod)
    said: list[str] = [state]
    if pod.reason:
        said.append(printable(pod.reason))
    elif state == "running" and not pod.ready:
        said.append("not ready")
    if pod.disruption:
        said.append(printable(pod.disruption))
    troubled = state == "running" and (pod.reason or not pod.ready)
    return Cell(" · ".join(said), Tone.CAUTION if troubled else _STATE_TONES[state])


def _restarts(pod: Pod) -> Cell:
    return Cell(str(pod.restarts), Tone.PLAIN if pod.restarts else Tone.MUTED)


POD_COLUMNS: tuple[Column[PodRow], ...] = (
    Column(
        "name",
        "POD",
        lambda row, now: Cell(printable(row.pod.name)),
        lambda row, now: natural(row.pod.name),
        24,
        grows=True,
    ),
    Column(
        "ns",
        "NAMESPACE",
        lambda row, now: Cell(printable(row.pod.namespace)),
        lambda row, now: natural(row.pod.namespace),
        12,
    ),
    Column(
        "owner",
        "OWNER",
        lambda row, now: _owner(row.owner),
        lambda row, now: _owner_key(row.owner),
        16,
        gives_way=3,
        grows=True,
    ),
    Column(
        "cpu",
        "CPU",
        lambda row, now: _request(row.pod, "cpu"),
        lambda row, now: _request_key(row.pod, "cpu"),
        7,
        "right",
    ),
    Column(
        "memory",
        "MEM MiB",
        lambda row, now: _request(row.pod, "memory"),
        lambda row, now: _request_key(row.pod, "memory"),
        8,
        "right",
    ),
    Column(
        "restarts",
        "RESTARTS",
        lambda row, now: _restarts(row.pod),
        lambda row, now: row.pod.restarts,
        8,
        "right",
        gives_way=2,
    ),
    Column(
        "age",
        "AGE",
        lambda row, now: _age(row.pod.created, now),
        lambda row, now: now - row.pod.created,
        4,
        "right",
    ),
    Column(
        "state",
        "STATE",
        lambda row, now: _state(row),
        lambda row, now: _STATE_ORDER.index(state_of(row.pod)),
        14,
        grows=True,
    ),
)
"""For the pods of one node."""


def _used(row: PodRow, resource: str) -> Cell:
    cell = pod_used_cell(row.used, resource)
    if not beyond_request(row.pod, row.used, resource):
        return cell
    return Cell(cell.text, Tone.CAUTION, reason="more is used than it requests")


def _used_key(row: PodRow, resource: str) -> int | None:
    return row.used.of(resource) if row.used is not None else None


MEASURED_POD_COLUMNS: tuple[Column[PodRow], ...] = (
    *POD_COLUMNS[:5],
    Column(
        "cpu-used",
        "CPU USED",
        lambda row, now: _used(row, "cpu"),
        lambda row, now: _used_key(row, "cpu"),
        8,
        "right",
        gives_way=4,
    ),
    Column(
        "memory-used",
        "MiB USED",
        lambda row, now: _used(row, "memory"),
        lambda row, now: _used_key(row, "memory"),
        8,
        "right",
        gives_way=4,
    ),
    *POD_COLUMNS[5:],
)
"""The same with what they really use, for which somebody must measure it."""


def _place(row: PendingView) -> Cell:
    if row.node is not None:
        return Cell(printable(row.node))
    if row.nominated is not None:
        return Cell(f"→ {printable(row.nominated)}", Tone.COMING, reason="nominated: the scheduler makes room there")
    return dash("it has no node yet")


def _why(row: PendingView) -> Cell:
    return Cell(printable(row.reason)) if row.reason else dash("the cluster has not said why yet")


PENDING_COLUMNS: tuple[Column[PendingView], ...] = (
    Column(
        "name",
        "POD",
        lambda row, now: Cell(printable(row.key.name)),
        lambda row, now: natural(row.key.name),
        24,
        grows=True,
    ),
    Column(
        "ns",
        "NAMESPACE",
        lambda row, now: Cell(printable(row.key.namespace)),
        lambda row, now: natural(row.key.namespace),
        12,
    ),
    Column(
        "owner",
        "OWNER",
        lambda row, now: _owner(row.owner),
        lambda row, now: _owner_key(row.owner),
        16,
        gives_way=3,
    ),
    Column("age", "AGE", lambda row, now: _age(row.created, now), lambda row, now: now - row.created, 4, "right"),
    Column(
        "kind",
        "WAITS",
        lambda row, now: Cell(row.kind, _KIND_TONES[row.kind]),
        lambda row, now: _KIND_ORDER.index(row.kind),
        13,
    ),
    Column(
        "cpu",
        "CPU",
        lambda row, now: _cores(row.requests.get("cpu")),
        lambda row, now: row.requests.get("cpu"),
        7,
        "right",
        gives_way=1,
    ),
    Column(
        "memory",
        "MEM MiB",
        lambda row, now: _mebibytes(row.requests.get("memory")),
        lambda row, now: row.requests.get("memory"),
        8,
        "right",
        gives_way=2,
    ),
    Column(
        "node",
        "NODE",
        lambda row, now: _place(row),
        lambda row, now: None if (node := row.node or row.nominated) is None else natural(node),
        14,
        gives_way=4,
    ),
    Column(
        "reason",
        "REASON",
        lambda row, now: _why(row),
        lambda row, now: None if row.reason is None else natural(row.reason),
        20,
        grows=True,
    ),
)
"""For pods that do not run yet."""
