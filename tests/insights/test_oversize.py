"""A hair too large: by value, and against arithmetic that packs pods one by one."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from nodeview.insights import Oversize, Term
from nodeview.insights.oversize import Kind, Machine, Requests, Tenant, asks_for, may_crowd, oversize_of, terms_of
from nodeview.records import HostPort, NodeName, OwnerRef, Pod
from nodeview.records.placement import Placement, PodTerm
from nodeview.views import NodeView
from tests.builders import a_pod, a_shape
from tests.views.build import view

NANO = 10**9
MILLI = NANO // 1000
MIB = 2**20 * NANO
DAEMON = OwnerRef("DaemonSet", "agent")
API = OwnerRef("Deployment", "api")
KIND = Kind("api", "c6i.4xlarge")


def room(milli: int, mebibytes: int, pods: int = 58) -> dict[str, int]:
    return {"cpu": milli * MILLI, "memory": mebibytes * MIB, "pods": pods * NANO}


def asking(milli: int, mebibytes: int, name: str = "api-1", owner: OwnerRef = API, **overrides: Any) -> Pod:
    shape = a_shape(requests={"cpu": milli * MILLI, "memory": mebibytes * MIB})
    return a_pod(name, shape=shape, owner=owner, **overrides)


def machine(name: str, allocatable: dict[str, int], *pods: Pod) -> NodeView:
    return view(name, pods, allocatable=allocatable)


def least_of(*nodes: NodeView) -> Machine:
    found = Machine()
    for node in nodes:
        found.add(node)
    return found


def drained(work: Any) -> Oversize | None:
    while True:
        try:
            next(work)
        except StopIteration as done:
            found: Oversize | None = done.value
            return found


def audited(pod: Pod, holding: list[tuple[NodeView, int]]) -> Oversize | None:
    tenant = Tenant("default", API, asks_for(pod))
    return drained(oversize_of(tenant, KIND, least_of(*(node for node, _ in holding)), holding))


def test_three_do_and_four_would_with_60_mib_less_each() -> None:
    # 28,160 - 400 = 27,760 MiB, of which 4 × 7,000 = 28,000 MiB are 240 too many: 60 each.
    daemon = asking(100, 400, "agent", DAEMON)
    nodes = [
        machine(f"n{number}", room(15_890, 28_160), daemon, *[asking(2_000, 7_000, f"api-{one}") for one in range(3)])
        for number in range(4)
    ]
    found = audited(asking(2_000, 7_000), [(node, 3) for node in nodes])
    assert found is not None
    assert found.fits == 3
    assert found.less == {"memory": 60 * MIB}
    assert found.terms == (
        Term("cpu", 15_890 * MILLI, 100 * MILLI, 2_000 * MILLI, 0),
        Term("memory", 28_160 * MIB, 400 * MIB, 7_000 * MIB, 60 * MIB),
    )
    assert (found.pods, found.own_pods, found.own_nodes) == (12, 12, 4)
    assert (found.needed, found.needed_then, found.saved, found.room_for_more) == (4, 3, 1, 0)


def test_the_tightest_machine_of_a_kind_counts() -> None:
    light = machine("light", room(8_000, 16_000), asking(100, 100, "agent", DAEMON))
    heavy = machine("heavy", room(8_000, 16_000), asking(100, 300, "agent", DAEMON))
    found = terms_of((("memory", 3_970 * MIB),), least_of(light, heavy))
    assert found == (3, (Term("memory", 16_000 * MIB, 300 * MIB, 3_970 * MIB, 45 * MIB),))


@pytest.mark.parametrize(
    ("milli", "mebibytes", "why"),
    [
        (1_000, 5_000, "far more than a quarter of a pod is lacking"),
        (9_000, 100, "not even one fits"),
        (10, 10, "there are no more slots for pods"),
    ],
)
def test_more_than_a_hair_is_none(milli: int, mebibytes: int, why: str) -> None:
    node = machine("n", room(8_000, 16_000, pods=10))
    assert terms_of(asks_for(asking(milli, mebibytes)), least_of(node)) is None, why


def test_a_gpu_is_whole_or_not_at_all() -> None:
    node = machine("n", room(8_000, 16_000) | {"nvidia.com/gpu": 3 * NANO})
    wants: Requests = (("cpu", MILLI), ("nvidia.com/gpu", NANO))
    assert terms_of(wants, least_of(node)) is None


def test_shared_nodes_count_only_if_one_more_fits_beside_the_others() -> None:
    other = OwnerRef("Deployment", "other")
    # Beside the other's pod, `near` lacks 2 MiB for a third; `full` has no room for a second.
    near = machine("near", room(8_000, 8_192), asking(100, 2_048, "api-1"), asking(100, 2_050, "o1", other))
    full = machine("full", room(8_000, 8_192), asking(100, 2_048, "api-2"), asking(100, 6_000, "o2", other))
    pod = asking(100, 2_048)
    least = Machine()
    least.add(machine("empty", room(8_000, 10_230)))
    tenant = Tenant("default", API, asks_for(pod))
    assert drained(oversize_of(tenant, KIND, least, [(near, 1), (full, 1)])) is None, "too few pods to fill a machine"
    many = [
        (machine(f"f{one}", room(8_000, 8_192), asking(100, 2_048), asking(100, 6_000, "o", other)), 1)
        for one in range(5)
    ]
    found = drained(oversize_of(tenant, KIND, least, [(near, 1), *many]))
    assert found is not None
    assert (found.fits, found.less) == (4, {"memory": 2 * MIB})
    assert (found.room_for_more, found.own_nodes, found.saved) == (1, 0, 0)


def _more(node: NodeView, request: int, less: int) -> int:
    """Whether a pod more fits when each asks for less, counted in MiB by hand."""
    others = sum(pod.requests["memory"] // MIB for pod in node.pods if pod.owner != API)
    space = node.allocatable["memory"] // MIB - others
    return int(space // less > space // request)


def test_what_is_alone_on_its_node_crowds_none() -> None:
    host = PodTerm("kubernetes.io/hostname", ())
    zone = PodTerm("topology.kubernetes.io/zone", ())
    assert may_crowd(asking(1, 1))
    assert not may_crowd(asking(1, 1, owner=DAEMON))
    for placement, crowds in (
        (Placement(anti_affinity=(host,)), False),
        (Placement(anti_affinity=(zone,)), True),
        (Placement(host_ports=(HostPort(80),)), False),
    ):
        assert may_crowd(a_pod(shape=a_shape(placement=placement))) is crowds
    assert not may_crowd(a_pod(owner=None))
    assert not may_crowd(a_pod(unreadable=("cpu",)))


def packed(free: dict[str, int], request: dict[str, int]) -> int:
    """Pods that go into an empty machine, one by one."""
    left, count = dict(free), 0
    while all(left[name] >= request[name] for name in request):
        count += 1
        for name in request:
            left[name] -= request[name]
    return count


def test_the_arithmetic_is_that_of_packing_pods_one_by_one() -> None:
    random = Random(7)
    told = 0
    for _ in range(600):
        milli, mebibytes = random.randint(200, 3_000), random.randint(200, 9_000)
        daemons = [asking(random.randint(0, 300), random.randint(0, 500), f"d{one}", DAEMON) for one in range(3)]
        node = machine("n", room(random.randint(2_000, 16_000), random.randint(4_000, 64_000)), *daemons)
        unit = {"cpu": MILLI, "memory": MIB}
        free = {
            name: (node.allocatable[name] - sum(pod.requests[name] for pod in daemons)) // one
            for name, one in unit.items()
        }
        asked = {"cpu": milli, "memory": mebibytes}
        fits = packed(free, asked)
        found = terms_of(asks_for(asking(milli, mebibytes)), least_of(node))
        short = {name: max((fits + 1) * asked[name] - free[name], 0) for name in asked}
        expected = fits > 0 and all(short[name] * 4 <= asked[name] for name in asked)
        assert (found is not None) == expected, (free, asked)
        if found is None:
            continue
        told += 1
        assert found[0] == fits
        less = {term.resource: term.less // unit[term.resource] for term in found[1]}
        assert packed(free, {name: asked[name] - less[name] for name in asked}) >= fits + 1
        for name in less:
            if less[name]:  # a unit less of it is not enough
                others = {one: asked[one] - less[one] for one in asked}
                assert packed(free, others | {name: others[name] + 1}) == fits
    assert told > 20


def test_what_a_shared_node_takes_is_what_packing_says() -> None:
    random = Random(11)
    other = OwnerRef("Deployment", "other")
    said = set()
    for _ in range(300):
        request = random.randint(500, 2_000)
        space = random.randint(3 * request, 8 * request)
        mine = [asking(1, request, f"api-{one}", node=NodeName("n")) for one in range(random.randint(1, 2))]
        node = machine("n", room(8_000, space), *mine, asking(1, random.randint(1, request), "o", other))
        least = least_of(machine("empty", room(8_000, space)))
        terms = terms_of(asks_for(mine[0]), least)
        if terms is None:
            continue
        less = terms[1][1].less // MIB
        # As many more nodes of the kind, so that a machine could be filled at all.
        found = drained(oversize_of(Tenant("default", API, asks_for(mine[0])), KIND, least, [(node, len(mine))] * 20))
        more = _more(node, request, request - less)
        assert (found.room_for_more if found else 0) == 20 * more
        said.add(more)
    assert said == {0, 1}
