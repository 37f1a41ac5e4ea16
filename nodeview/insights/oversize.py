"""Requests that are a hair too large: with a little less, one more pod would go on every machine of a kind."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from typing import NamedTuple

import msgspec

from nodeview.records import NANO, Amounts, OwnerRef, Pod, as_scheduled
from nodeview.views import NodeView, is_daemon

LEVERAGE = 4
"""What all pods of a machine give up together is at most this part of one pod: a quarter."""
_UNITS = {"cpu": NANO // 1000, "memory": 2**20 * NANO}
"""What may be a little less, and what that is rounded up to: a thousandth of a core, a MiB. A GPU is whole."""
SLICE = 16
"""Nodes looked at between two yields."""
_HOST = "kubernetes.io/hostname"


Requests = tuple[tuple[str, int], ...]
"""As the scheduler counts them, sorted by resource, nano-units; nothing of which nothing is asked."""


class Tenant(NamedTuple):
    """Pods of one workload that ask for the same."""

    namespace: str
    owner: OwnerRef
    """What a person calls it."""
    requests: Requests


class Term(msgspec.Struct, frozen=True):
    """The arithmetic of one resource, in nano-units: `allocatable - daemons` against `more` times `request`."""

    resource: str
    allocatable: int
    daemons: int
    request: int
    less: int
    """What each pod must give up, rounded up to thousandths of a core or MiB; 0 where it is not in the way."""

    @property
    def free(self) -> int:
        """What a machine has for such pods when nothing but its daemons runs."""
        return self.allocatable - self.daemons


class Oversize(msgspec.Struct, frozen=True, eq=False):
    """A workload whose pods are a hair too large for a kind of machine."""

    namespace: str
    owner: OwnerRef
    pool: str | None
    instance_type: str
    fits: int
    """Pods that a machine holds today when nothing but its daemons runs; with less each, one more."""
    terms: tuple[Term, ...]
    """Cpu, memory, and what else the pods ask for."""
    pods: int
    """Of this workload, on all nodes of the pool and type."""
    nodes: int
    """Those nodes."""
    own_pods: int
    """Of these, those on nodes where nothing but daemons runs beside them."""
    own_nodes: int
    room_for_more: int
    """Nodes that are shared with others and would take one more with less each, all others staying as they are."""

    @property
    def less(self) -> Amounts:
        """What each pod would have to give up, by resource, nano-units."""
        return {one.resource: one.less for one in self.terms if one.less}

    @property
    def needed(self) -> int:
        """Nodes that the pods on nodes of their own need today."""
        return -(-self.own_pods // self.fits)

    @property
    def needed_then(self) -> int:
        """And with less each."""
        return -(-self.own_pods // (self.fits + 1))

    @property
    def saved(self) -> int:
        """Nodes of their own that would go."""
        return self.needed - self.needed_then


class Kind(NamedTuple):
    """Machines that are alike."""

    pool: str | None
    instance_type: str


class Machine:
    """What machines of a kind have at the least, gathered node by node."""

    def __init__(self) -> None:
        self.tightest: dict[str, tuple[int, int]] = {}
        """Resource → allocatable and what daemons take, of the node where least is between them; nano-units."""
        self.slots: int | None = None
        """Pods beside the daemons."""

    def add(self, view: NodeView) -> None:
        """One more node of the kind."""
        daemons = [pod for pod in view.pods if is_daemon(pod)]
        for name in view.allocatable:
            has, taken = _allocatable(view, name), _sum(daemons, name)
            least = self.tightest.get(name)
            if least is None or has - taken < least[0] - least[1]:
                self.tightest[name] = has, taken
        slots = _allocatable(view, "pods") // NANO - len(daemons)
        self.slots = slots if self.slots is None else min(self.slots, slots)


def asks_for(pod: Pod) -> Requests:
    """Its requests as the scheduler counts them."""
    some = [(name, as_scheduled(name, nano)) for name, nano in pod.requests.items() if nano > 0 and name != "pods"]
    return tuple(sorted(some))


def may_crowd(pod: Pod) -> bool:
    """Whether a node may hold several of its like, and their controller may have more of them."""
    if pod.owner is None or is_daemon(pod) or pod.unreadable or pod.shape.placement.host_ports:
        return False
    return all(one.topology_key != _HOST for one in pod.shape.placement.anti_affinity)


def terms_of(requests: Requests, machine: Machine) -> tuple[int, tuple[Term, ...]] | None:
    """How many pods the machine holds beside its daemons, and what one more would take.

    None where none fits, where no request is in the way, or more than a hair is.
    """
    rows = [(name, *machine.tightest.get(name, (0, 0)), nano) for name, nano in requests]
    fits = min((max(has - taken, 0) // nano for _, has, taken, nano in rows), default=0)
    if not 0 < fits < (machine.slots or 0):
        return None
    terms = []
    for name, has, taken, nano in rows:
        short = max((fits + 1) * nano - (has - taken), 0)
        if short and (name not in _UNITS or short * LEVERAGE > nano):
            return None
        unit = _UNITS.get(name, 1) * (fits + 1)
        terms.append(Term(name, has, taken, nano, -(-short // unit) * _UNITS.get(name, 1)))
    return fits, tuple(terms)


def oversize_of(
    tenant: Tenant, kind: Kind, machine: Machine, holding: Sequence[tuple[NodeView, int]]
) -> Generator[None, None, Oversize | None]:
    """What a hair less would bring this workload on machines of a kind; None where it brings nothing.

    `holding` are the nodes with pods of it, and how many. Yields often.
    """
    pods = sum(count for _, count in holding)
    found = terms_of(tenant.requests, machine)
    if found is None or pods <= found[0]:
        return None
    fits, terms = found
    own_pods = own_nodes = room_for_more = 0
    for place, (view, count) in enumerate(holding, start=1):
        if sum(not is_daemon(pod) for pod in view.pods) == count:
            own_pods, own_nodes = own_pods + count, own_nodes + 1
        elif _takes_more(view, count, terms):
            room_for_more += 1
        if place % SLICE == 0:
            yield
    miss = Oversize(
        namespace=tenant.namespace,
        owner=tenant.owner,
        pool=kind.pool,
        instance_type=kind.instance_type,
        fits=fits,
        terms=terms,
        pods=pods,
        nodes=len(holding),
        own_pods=own_pods,
        own_nodes=own_nodes,
        room_for_more=room_for_more,
    )
    return miss if miss.saved or miss.room_for_more else None


def _takes_more(view: NodeView, count: int, terms: Iterable[Term]) -> bool:
    """Whether with less each the node would hold one more than today, all others staying where they are."""
    if _allocatable(view, "pods") < (len(view.pods) + 1) * NANO:
        return False
    rooms = [
        (_allocatable(view, one.resource) - _sum(view.pods, one.resource) + count * one.request, one) for one in terms
    ]
    today = min(room // one.request for room, one in rooms)
    return min(room // (one.request - one.less) for room, one in rooms) > today


def _allocatable(view: NodeView, resource: str) -> int:
    return as_scheduled(resource, view.allocatable.get(resource, 0))


def _sum(pods: Iterable[Pod], resource: str) -> int:
    return sum([as_scheduled(resource, pod.requests.get(resource, 0)) for pod in pods])
