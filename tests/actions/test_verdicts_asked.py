"""R22 and R24: what had to be asked; and what nobody asked is said to be unchecked."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.facts import Access, PlanFacts, Refusal, Review, Served
from nodeview.cluster import Snapshot
from nodeview.records import NodeName, ObjectKey
from tests.actions.world import World, message, said

PATCH = Access("patch", "apps", "deployments", namespace="shop")


def asked(**facts: object) -> PlanFacts:
    return PlanFacts(**{"services": (), "reviews": (), "refusals": (), **facts})  # type: ignore[arg-type]


def test_nothing_to_say_where_all_was_asked_and_is_well() -> None:
    plan = World().deployment("web").plan(facts=asked(reviews=(Review(PATCH, allowed=True),)))
    assert said(plan, "R22") == said(plan, "R24") == []


def test_r22_what_is_refused() -> None:
    facts = asked(reviews=(Review(PATCH, allowed=False),), refusals=(Refusal("shop/web", "webhook says no"),))
    plan = World().deployment("web").plan(facts=facts)
    assert said(plan, "R22") == [("block", "patch deployments.apps in shop"), ("block", "shop/web")]
    assert "webhook says no" in plan.blockers[1].message


def test_r22_and_r24_what_nobody_asked_is_not_checked() -> None:
    plan = World().plan(facts=PlanFacts(why_not={"services": "you may not list services"}))
    assert said(plan, "R22") == [("info", "permissions"), ("info", "dry run")]
    assert said(plan, "R24") == [("info", "services")]
    assert message(plan, "R24").endswith("(you may not list services)")


class Deaf(World):
    """Nobody may read some resources here."""

    def snapshot(self) -> Snapshot:
        taken = super().snapshot()
        streams = [
            replace(taken.streams[0], resource=name, state="forbidden", reason="you may not") for name in UNHEARD
        ]
        return replace(taken, streams=(*taken.streams[1:], *streams))


UNHEARD = ("poddisruptionbudgets.policy", "persistentvolumes")


def test_r9_and_r12_what_nobody_may_read_is_not_checked() -> None:
    plan = Deaf().deployment("web").plan()
    assert said(plan, "R9") == [("info", "poddisruptionbudgets.policy")]
    assert message(plan, "R9") == "not checked: what PodDisruptionBudgets allow (you may not)"
    assert said(plan, "R12") == [("info", "persistentvolumes")]
    assert said(World().deployment("web").plan(), "R9") == []


def served(*nodes: str | None) -> PlanFacts:
    names = tuple(None if name is None else NodeName(name) for name in nodes)
    return asked(services=(Served(ObjectKey("shop", "web"), names),))


def test_r24_a_service_all_of_whose_endpoints_are_here() -> None:
    assert said(World().plan(facts=served("node-1", "node-1")), "R24") == [("warn", "shop/web")]
    assert said(World().plan(facts=served("node-1", "node-2")), "R24") == []
    assert said(World().plan(facts=served("node-1", None)), "R24") == []
    assert said(World().plan(facts=served()), "R24") == []
