"""Spread and neighbours of pods that are to come; verdicts of them are in test_verdicts_places."""

from __future__ import annotations

from typing import Any

from nodeview.actions.nearby import Nearby
from nodeview.actions.places import Ground, seekers_of
from nodeview.records import Placement, PodTerm, Requirement, Spread
from tests.actions.world import World
from tests.builders import a_node, a_shape

HOST = "kubernetes.io/hostname"
OF_WEB = (Requirement("app", "In", ("web",)),)


def against(world: World) -> str:
    scope = world.scope()
    (one,) = [seeker for seeker in seekers_of(scope) if seeker.name == "shop/web"]
    nearby = Nearby(scope)
    assert not any(nearby.look_around())
    return nearby.against_all(one, Ground(scope.rooms, ()).where(one.pod))


def hosts(count: int) -> World:
    return World(*[a_node(f"node-{n}", labels={HOST: f"node-{n}"}) for n in range(1, count + 1)])


def ruled(**rules: Any) -> dict[str, Any]:
    return {"template": a_shape(placement=Placement(**rules))}


def test_a_workload_that_may_lack_a_pod_makes_way_for_itself() -> None:
    alone = ruled(anti_affinity=(PodTerm(HOST, OF_WEB),))
    on = ("node-1", "node-2")
    assert against(hosts(2).deployment("web", on=on, max_surge=0, max_unavailable=1, **alone)) == ""
    assert "anti-affinity" in against(hosts(2).deployment("web", on=on, max_surge=1, max_unavailable=0, **alone))


def test_others_in_the_namespace_count_and_those_of_other_namespaces_do_not() -> None:
    world = hosts(2).deployment("web", **ruled(anti_affinity=(PodTerm(HOST, (Requirement("app", "In", ("db",)),)),)))
    world.having(pods=[world.pod("db", "node-2", labels=(("app", "db"),))])
    assert "anti-affinity" in against(world)
    world.records["pods"][-1:] = []
    assert against(world) == ""


def test_affinity_to_somebody_who_is_nowhere() -> None:
    near = PodTerm(HOST, (Requirement("app", "In", ("cache",)),))
    assert "affinity to others" in against(hosts(2).deployment("web", **ruled(affinity=(near,))))


def test_a_spread_over_a_label_that_nobody_has() -> None:
    world = World().deployment("web", **ruled(spreads=(Spread("rack", 1, OF_WEB),)))
    assert against(world) == "its spread over rack, a label that they lack,"


def test_nothing_where_there_are_no_rules() -> None:
    assert against(World().deployment("web")) == ""
