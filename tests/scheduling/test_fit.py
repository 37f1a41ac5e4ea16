"""Would a pod run on a node, by value. That the scheduler thinks so too: test_scheduler.py."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nodeview.records import (
    NANO,
    HostPort,
    Node,
    NodeTerm,
    Placement,
    Pod,
    PodTerm,
    Requirement,
    Spread,
    Taint,
    Toleration,
)
from nodeview.scheduling import (
    Reason,
    Room,
    all_reasons_against,
    attempt_of,
    attempting,
    reasons_against,
    room_of,
    unjudged,
)
from tests.builders import a_node, a_pod, a_shape, amounts
from tests.scheduling.judge import fit_counts

GI = 2**30 * NANO


def asking(cpu: int = 1, memory: int = 1, more: dict[str, int] | None = None, **rules: Any) -> Pod:
    requests = {"cpu": cpu * NANO, "memory": memory * GI, **(more or {})}
    return a_pod("new", node=None, shape=a_shape(requests=requests, placement=Placement(**rules)))


def room(node: Node | None = None, *pods: Pod) -> Room:
    return room_of(node or a_node(), pods)


def against(pod: Pod, *rooms: Room) -> tuple[Reason, ...]:
    """The reasons against the first room."""
    return reasons_against(attempt_of(pod, rooms), rooms[0])


def test_it_fits() -> None:
    assert against(asking(), room()) == ()
    assert against(asking(4, 16), room()) == ()


def test_each_resource_that_lacks_is_told_with_how_much() -> None:
    tight = room(a_node(allocatable=amounts(4, 16, 1)), asking(1, 2))
    assert against(asking(4, 15, {"example.com/gpu": NANO}), tight) == (
        Reason("too-many-pods", "pods", NANO, NANO),
        Reason("insufficient", "cpu", NANO, 4 * NANO),
        Reason("insufficient", "memory", GI, 16 * GI),
        Reason("insufficient", "example.com/gpu", NANO, 0),
    )


def test_what_a_node_said_unreadably_does_not_count_against_it() -> None:
    node = a_node(allocatable={"memory": 16 * GI, "pods": 9 * NANO}, unreadable=("cpu",))
    assert against(asking(), room(node)) == ()


def test_nothing_lacks_of_what_is_not_asked_for() -> None:
    crowded = room(a_node(), asking(9, 99))
    assert against(a_pod(shape=a_shape(requests={"cpu": 0})), crowded) == ()


def test_only_the_first_filter_that_fails_speaks() -> None:
    node = a_node(unschedulable=True, taints=(Taint("gpu", "NoSchedule"),), labels={"zone": "a"})
    pod = asking(99, node_terms=(NodeTerm((Requirement("zone", "In", ("b",)),)),), host_ports=(HostPort(80),))
    busy = room(node, asking(0, 0, host_ports=(HostPort(80),)))
    attempt = attempt_of(pod, [busy])
    assert reasons_against(attempt, busy) == (Reason("unschedulable"),)
    assert all_reasons_against(attempt, busy) == (
        Reason("unschedulable"),
        Reason("taint", "gpu:NoSchedule"),
        Reason("node-affinity", "zone in b"),
        Reason("ports", "80/TCP"),
        Reason("insufficient", "cpu", 95 * NANO, 4 * NANO),
    )


def test_a_cordon_can_be_tolerated() -> None:
    cordoned = room(a_node(unschedulable=True))
    bears = (Toleration("node.kubernetes.io/unschedulable", "Exists"),)
    assert against(asking(tolerations=bears), cordoned) == ()


def test_ports_are_taken_by_address_and_protocol() -> None:
    def clash(wanted: HostPort, taken: HostPort) -> bool:
        busy = room(a_node(), asking(0, 0, host_ports=(taken,)))
        return bool(against(asking(0, 0, host_ports=(wanted,)), busy))

    assert clash(HostPort(80), HostPort(80))
    assert clash(HostPort(80), HostPort(80, "TCP", "10.0.0.1"))
    assert clash(HostPort(80, "TCP", "10.0.0.1"), HostPort(80, "TCP", "10.0.0.1"))
    assert not clash(HostPort(80, "TCP", "10.0.0.2"), HostPort(80, "TCP", "10.0.0.1"))
    assert not clash(HostPort(80, "UDP"), HostPort(80))
    assert not clash(HostPort(81), HostPort(80))


def test_a_daemon_sets_pod_wants_its_node_alone() -> None:
    pod = asking(node_terms=(NodeTerm((), (Requirement("metadata.name", "In", ("mine",)),)),))
    assert against(pod, room(a_node("other"))) == (Reason("other-node", "mine"),)
    assert against(pod, room(a_node("mine"))) == ()


def test_counts_are_in_the_schedulers_words() -> None:
    rooms = [room(a_node("a", unschedulable=True)), room(a_node("b")), room(a_node("c"), asking(4)), room(a_node("d"))]
    assert fit_counts(attempt_of(asking(3, 20), rooms), rooms) == {
        "node(s) were unschedulable": 1,
        "Insufficient cpu": 1,
        "Insufficient memory": 3,
    }


def test_an_attempt_pauses_often_and_comes_to_the_same() -> None:
    rooms = [room(a_node(str(n), labels={"zone": str(n % 3)}), a_pod(labels=(("app", "a"),))) for n in range(150)]
    app = (Requirement("app", "In", ("a",)),)
    new = asking(spreads=(Spread("zone", 1, app),), anti_affinity=(PodTerm("zone", app),))
    steps = attempting(new, rooms)
    pauses = 0
    while True:
        try:
            next(steps)
        except StopIteration as end:
            attempt = end.value
            break
        pauses += 1
    assert pauses == 4
    assert attempt.leanings[0].counts == {"0": 50, "1": 50, "2": 50} == attempt_of(new, rooms).leanings[0].counts
    assert {one.kind for each in rooms for one in reasons_against(attempt, each)} == {"anti-affinity"}


def test_what_is_not_judged_is_said() -> None:
    assert unjudged(asking()) == ()
    labelled = PodTerm("zone", (), (), (Requirement("team", "Exists"),))
    shape = a_shape(
        volumes=True, devices=True, scheduler="fargate-scheduler", placement=Placement(anti_affinity=(labelled,))
    )
    assert unjudged(a_pod(shape=shape, unreadable=("cpu",))) == (
        "volumes",
        "devices",
        "labels of namespaces",
        "quantities that could not be read",
        "the rules of fargate-scheduler",
    )


cores = st.integers(0, 5)


@given(st.lists(cores, max_size=5), cores, cores)
def test_with_what_lacks_taken_off_it_fits(there: list[int], cpu: int, memory: int) -> None:
    full = room(a_node(), *(a_pod(str(n), shape=asking(each).shape) for n, each in enumerate(there)))
    missing = {one.about: one.missing or 0 for one in against(asking(cpu, memory), full)}
    wanted = {"cpu": cpu * NANO, "memory": memory * GI}
    less = {name: max(0, amount - missing.get(name, 0)) for name, amount in wanted.items()}
    assert against(a_pod(shape=a_shape(requests=less)), full) == ()


@given(st.lists(cores, min_size=1, max_size=5), cores)
def test_whoever_leaves_speaks_for_the_node(there: list[int], cpu: int) -> None:
    pods = [a_pod(str(n), shape=asking(each).shape) for n, each in enumerate(there)]
    before, after = room(a_node(), *pods), room(a_node(), *pods[1:])
    new = asking(cpu)
    assert len(against(new, after)) <= len(against(new, before))
