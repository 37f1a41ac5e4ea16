"""What a rotation costs, folded from rows as they move."""

from __future__ import annotations

from typing import Any

from nodeview.actions.measures import Key, Measuring
from nodeview.actions.plan import PodPath, Subject
from nodeview.records import NodeName, ObjectKey, Pod, Rolling, Workload
from tests.builders import a_pod, a_shape, owner

SHOP = Subject("Deployment", "shop", "default", "u-shop", "apps")
KEY: Key = ("Deployment", ObjectKey("default", "shop"))


def workload(available: int, replicas: int | None = 6, name: str = "shop") -> Workload:
    rolling = Rolling(1, 1, None, a_shape(), replicas=replicas, available=available)
    return Workload("default", name, f"u-{name}", "Deployment", None, rolling)


def pod(name: str, **said: Any) -> Pod:
    return a_pod(name, owner=owner("ReplicaSet", "shop-1", "apps"), **said)


def path(name: str) -> PodPath:
    return PodPath("default", name, f"uid-{name}", NodeName("old"), "restart", "", SHOP)


def measuring(*olds: str, subject: Subject = SHOP) -> Measuring:
    return Measuring([subject], [path(one) for one in olds], lambda one: (subject.kind, subject.key))


def test_it_never_fell_below_what_it_wants() -> None:
    seen = measuring()
    seen.begin({KEY: workload(6)}, [], 10.0)
    seen.moved(workload(6), workload(8), 11.0, live=True)
    seen.moved(workload(8), workload(6), 12.0, live=True)
    (told,) = seen.told(100.0).workloads
    assert (told.lowest, told.short, told.below_s) == (6, 0, 0.0)
    assert told.words == "never below 6 of 6"


def test_seconds_below_count_while_they_last_and_end_with_them() -> None:
    seen = measuring()
    seen.begin({KEY: workload(6)}, [], 10.0)
    seen.moved(workload(6), workload(4), 20.0, live=True)
    assert seen.told(25.0).workloads[0].below_s == 5.0
    seen.moved(workload(4), workload(5), 30.0, live=True)
    seen.moved(workload(5), workload(6), 32.0, live=True)
    (told,) = seen.told(1000.0).workloads
    assert (told.lowest, told.short, told.below_s) == (4, 2, 12.0)
    assert told.words == "down to 4 of 6 for 12 s"


def test_one_that_is_scaled_down_lacks_nothing() -> None:
    seen = measuring()
    seen.begin({KEY: workload(6)}, [], 0.0)
    seen.moved(workload(6), workload(3, replicas=3), 1.0, live=True)
    assert seen.told(50.0).workloads[0].short == 0


def test_what_says_nothing_of_replicas_is_not_measured() -> None:
    seen = measuring()
    seen.begin({KEY: workload(0, replicas=None)}, [], 0.0)
    (told,) = seen.told(9.0).workloads
    assert (told.wanted, told.lowest, told.words) == (None, None, "not measured")


def test_others_are_passed_over() -> None:
    seen = measuring()
    seen.moved(None, workload(0, name="other"), 1.0, live=True)
    assert not seen.touched
    assert seen.told(2.0).workloads[0].wanted is None


def test_old_pods_and_those_that_came_for_them_in_the_order_in_which_they_went() -> None:
    seen = measuring("a", "b")
    seen.begin({}, [pod("a"), pod("b"), pod("there-already")], 0.0)
    seen.moved(None, pod("x", node=None, ready=False), 1.0, live=True)
    seen.moved(pod("x", node=None, ready=False), pod("x", node=NodeName("new"), ready=False), 3.0, live=True)
    seen.moved(pod("x", node=NodeName("new"), ready=False), pod("x", node=NodeName("new"), ready=True), 6.0, live=True)
    seen.moved(pod("b"), pod("b", deleted=7), 7.0, live=True)
    seen.moved(pod("there-already"), None, 8.0, live=True)
    first, second = seen.told(10.0).moves
    assert (first.old, first.new, first.new_node, first.pending_s, first.ready_s) == ("b", "x", "new", 2.0, 5.0)
    assert (second.old, second.new, second.ready_s) == ("a", "", None)


def test_a_pod_that_came_and_went_is_nobody_s_successor() -> None:
    seen = measuring("a")
    seen.moved(None, pod("x", ready=False), 1.0, live=True)
    seen.moved(pod("x", ready=False), None, 2.0, live=True)
    assert seen.told(3.0).moves[0].new == ""


def test_in_a_stateful_set_the_successor_has_the_name() -> None:
    subject = Subject("StatefulSet", "db", "default", "u-db", "apps")
    seen = Measuring([subject], [_of(subject, "db-0"), _of(subject, "db-1")], lambda one: (subject.kind, subject.key))
    for name in ("db-1", "db-0"):
        seen.moved(None, a_pod(name, uid=f"new-{name}", ready=True), 1.0, live=True)
    assert [(one.old, one.new) for one in seen.told(2.0).moves] == [("db-0", "db-0"), ("db-1", "db-1")]


def _of(subject: Subject, name: str) -> PodPath:
    return PodPath("default", name, f"uid-{name}", NodeName("old"), "restart", "", subject)


def test_pods_that_came_and_found_no_node_are_counted_until_they_have_one_or_go() -> None:
    seen = measuring("a")
    seen.begin({}, [pod("a")], 0.0)
    waiting, bound = pod("x", node=None, ready=False), pod("x", node=NodeName("new"), ready=False)
    seen.moved(None, waiting, 1.0, live=True)
    seen.moved(None, pod("y", node=None, ready=False), 1.0, live=True)
    assert seen.unbound(KEY) == 2
    seen.moved(waiting, bound, 2.0, live=True)
    seen.moved(pod("y", node=None, ready=False), None, 3.0, live=True)
    assert seen.unbound(KEY) == 0
