"""Whose a pod is, and how that is said."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.lineage import BARE, STATIC, Lineages
from nodeview.cluster import Stream
from nodeview.records import OwnerRef
from tests.actions.world import World


def test_the_chain_ends_at_the_deployment() -> None:
    world = World().deployment("web")
    found = Lineages(world.snapshot()).of(world.records["pods"][0])
    assert found.words == "Deployment shop/web"
    assert found.subject is not None
    assert (found.subject.uid, found.subject.group) == ("uid-web", "apps")
    assert found.workload is not None


def test_another_group_is_named() -> None:
    world = World()
    pod = world.pod("pod", owner=OwnerRef("Kafka", "events", "kafka.strimzi.io"))
    assert Lineages(world.snapshot()).of(pod).words == "Kafka shop/events (kafka.strimzi.io)"


def test_nobody() -> None:
    world = World()
    lineages = Lineages(world.snapshot())
    assert lineages.of(world.pod("bare")) is BARE
    assert lineages.of(world.pod("static", mirror=True)) is STATIC
    assert BARE.words == "nobody"


def test_why_nobody_knows_is_said() -> None:
    world = World().deployment("web")
    world.records["replica_sets"].clear()
    snapshot = world.snapshot()
    streams = tuple(
        replace(one, state="forbidden", reason="you may not list replicasets")
        if one.resource == "replicasets.apps"
        else one
        for one in snapshot.streams
    )
    assert any(isinstance(one, Stream) for one in streams)
    found = Lineages(replace(snapshot, streams=streams)).of(world.records["pods"][0])
    assert found.unknown == "its ReplicaSet is not known (you may not list replicasets), so neither is its Deployment"
