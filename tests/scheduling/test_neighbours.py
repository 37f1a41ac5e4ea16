"""Pod affinity and anti-affinity, by value."""

from __future__ import annotations

from typing import Any

from nodeview.records import Placement, Pod, PodTerm, Requirement
from nodeview.scheduling import Reason, Room, attempt_of, room_of
from nodeview.scheduling.neighbours import against_neighbours
from tests.builders import a_node, a_pod, a_shape

WEB = (Requirement("app", "In", ("web",)),)
DB = (Requirement("app", "In", ("db",)),)


def pod(app: str, namespace: str = "default", near: PodTerm | None = None, far: PodTerm | None = None) -> Pod:
    rules = Placement(affinity=(near,) if near else (), anti_affinity=(far,) if far else ())
    return a_pod(app, namespace=namespace, labels=(("app", app),), shape=a_shape(placement=rules))


def room(name: str, zone: str | None, *pods: Pod) -> Room:
    labels = {"host": name} | ({"zone": zone} if zone else {})
    return room_of(a_node(name, labels=labels), pods)


def verdicts(new: Pod, *rooms: Room) -> list[str]:
    neighbours = attempt_of(new, rooms).neighbours
    return [reason.kind if reason else "" for reason in (against_neighbours(neighbours, one) for one in rooms)]


def test_near_means_the_whole_domain() -> None:
    rooms = (room("a1", "a", pod("db")), room("a2", "a"), room("b1", "b"), room("c", None))
    wish = pod("web", near=PodTerm("zone", DB))
    assert verdicts(wish, *rooms) == ["", "", "pod-affinity", "pod-affinity"]
    assert verdicts(pod("web", near=PodTerm("host", DB)), *rooms) == ["", *["pod-affinity"] * 3]


def test_the_first_of_its_kind_may_begin_anywhere_that_has_the_label() -> None:
    rooms = (room("a1", "a"), room("c", None))
    assert verdicts(pod("web", near=PodTerm("zone", WEB)), *rooms) == ["", "pod-affinity"]
    assert verdicts(pod("web", near=PodTerm("zone", DB)), *rooms) == ["pod-affinity", "pod-affinity"]


def test_all_terms_are_sought_in_one_pod() -> None:
    both = Placement(affinity=(PodTerm("zone", WEB), PodTerm("zone", DB)))
    new = a_pod("new", shape=a_shape(placement=both))
    assert verdicts(new, room("a1", "a", pod("web"), pod("db"))) == ["pod-affinity"]


def test_far_is_far_from_the_whole_domain() -> None:
    rooms = (room("a1", "a", pod("web")), room("a2", "a"), room("b1", "b"), room("c", None, pod("web")))
    assert verdicts(pod("web", far=PodTerm("zone", WEB)), *rooms) == ["anti-affinity", "anti-affinity", "", ""]
    assert verdicts(pod("web", far=PodTerm("host", WEB)), *rooms) == ["anti-affinity", "", "", "anti-affinity"]


def test_others_may_want_to_be_alone() -> None:
    alone = pod("db", far=PodTerm("host", WEB))
    rooms = (room("a1", "a", alone), room("a2", "a"))
    assert verdicts(pod("web"), *rooms) == ["others-anti-affinity", ""]
    assert verdicts(pod("cache"), *rooms) == ["", ""]


def test_whose_namespace_is_meant() -> None:
    def kinds(term: dict[str, Any], of: str) -> list[str]:
        far = PodTerm("host", WEB, **term)
        return verdicts(pod("web", far=far), room("a", None, pod("web", of)))

    assert kinds({}, "other") == [""]
    assert kinds({}, "default") == ["anti-affinity"]
    assert kinds({"namespaces": ("other",)}, "other") == ["anti-affinity"]
    assert kinds({"namespaces": ("other",)}, "default") == [""]
    assert kinds({"namespace_selector": ()}, "other") == ["anti-affinity"]
    # Of namespaces we know no labels: who is selected by them is not known, and counted as nobody.
    assert kinds({"namespace_selector": (Requirement("team", "Exists"),)}, "default") == [""]


def test_the_reason_names_the_topology() -> None:
    rooms = (room("a", "a", pod("web")),)
    neighbours = attempt_of(pod("web", far=PodTerm("zone", WEB)), rooms).neighbours
    assert against_neighbours(neighbours, rooms[0]) == Reason("anti-affinity", "zone")
