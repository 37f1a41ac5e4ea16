"""Which pods of a node may keep it: found once while its pods are the same, judged when somebody asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import msgspec

from nodeview.records import Pod
from nodeview.scheduling import BudgetIndex
from nodeview.views import NodeView, is_daemon

DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt"
DO_NOT_EVICT = "karpenter.sh/do-not-evict"
SAFE_TO_EVICT = "cluster-autoscaler.kubernetes.io/safe-to-evict"
SAFE_VOLUMES = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"
RESTRICT_SCALE_DOWN = "spotinst.io/restrict-scale-down"

_SEGMENT = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_DURATION = re.compile(rf"\+?(?:{_SEGMENT.pattern})+")
_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
FOREVER = float("inf")


class Tenants(msgspec.Struct, frozen=True, eq=False):
    """The pods of a node that matter for its staying."""

    movable: int = 0
    """That would have to run elsewhere: no daemons, no static ones."""
    balloons: int = 0
    """Of them, low-priority placeholders."""
    wishing: tuple[Pod, ...] = ()
    """That ask an autoscaler for something."""
    guarded: tuple[Pod, ...] = ()
    """That a PodDisruptionBudget means."""
    bare: tuple[Pod, ...] = ()
    """Without a controller."""
    local: tuple[Pod, ...] = ()
    """With volumes on the node's own disk."""
    system: tuple[Pod, ...] = ()
    """Of `kube-system`, and no daemons."""


NOBODY = Tenants()


def tenants_of(view: NodeView, budgets: BudgetIndex, is_balloon: Callable[[Pod], bool]) -> Tenants:
    """Who is on this node and may keep it."""
    wishing: list[Pod] = []
    guarded: list[Pod] = []
    bare: list[Pod] = []
    local: list[Pod] = []
    system: list[Pod] = []
    movable = balloons = 0
    known, any_balloon = budgets.namespaces, bool(view.balloon)
    for pod in view.pods:
        if pod.wishes:
            wishing.append(pod)
        if pod.namespace in known and budgets.keys_of(pod):
            guarded.append(pod)
        if is_daemon(pod):
            continue
        movable += 1
        if any_balloon and is_balloon(pod):
            balloons += 1
        if pod.owner is None:
            bare.append(pod)
        if pod.local_volumes or pod.shape.host_paths:
            local.append(pod)
        if pod.namespace == "kube-system":
            system.append(pod)
    if not movable and not wishing and not guarded:
        return NOBODY
    return Tenants(movable, balloons, tuple(wishing), tuple(guarded), tuple(bare), tuple(local), tuple(system))


def kept_until(pod: Pod) -> float | None:
    """Until when Karpenter must not disrupt this pod, epoch seconds; `FOREVER`, or None where it may.

    `true`, or a Go duration from the pod's start on; what is neither is ignored, as Karpenter does.
    """
    if pod.deleted is not None or pod.finished:
        return None
    value = wish(pod, DO_NOT_DISRUPT)
    if value == "true":
        return FOREVER
    length = go_duration(value) if value else None
    if length is None or length <= 0:
        return None
    return FOREVER if pod.began_at is None else pod.began_at + length


def wish(pod: Pod, key: str) -> str | None:
    """What the pod says under this key; None where it says nothing."""
    return next((value for name, value in pod.wishes if name == key), None)


def go_duration(text: str) -> float | None:
    """Seconds of a Go duration (`30m`, `1h30m`, `1.5h`, `90s`); None for what is none."""
    if len(text) > 40 or not _DURATION.fullmatch(text):
        return None
    return sum(float(count) * _SECONDS[unit] for count, unit in _SEGMENT.findall(text))


def called(pods: Sequence[Pod]) -> str:
    """`pod shop/ledger-0`, `pod shop/ledger-0 and 2 more`."""
    more = f" and {len(pods) - 1} more" if len(pods) > 1 else ""
    return f"pod {pods[0].namespace}/{pods[0].name}{more}"
