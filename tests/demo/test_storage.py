"""Volumes of the demo: of one zone each, attached where their pods run, and left behind by none."""

from __future__ import annotations

from nodeview.demo.resources import NODES, PODS, VOLUME_ATTACHMENTS, VOLUME_CLAIMS, VOLUMES, Obj
from nodeview.demo.scenarios import play
from nodeview.demo.storage import zone_of
from nodeview.demo.volume_objects import ZONE
from nodeview.demo.world import World, is_ready

STARTED = 1_795_238_642.0


def pods_with_volumes(world: World) -> list[Obj]:
    return [one for one in world.store.objects(PODS) if one["spec"].get("volumes")]


def attached(world: World) -> dict[str, str]:
    """The node of each volume."""
    specs = [one["spec"] for one in world.store.objects(VOLUME_ATTACHMENTS)]
    return {one["source"]["persistentVolumeName"]: one["nodeName"] for one in specs}


def volume_of(world: World, pod: Obj) -> str:
    (volume,) = pod["spec"]["volumes"]
    claim = world.store.get(VOLUME_CLAIMS, pod["metadata"]["namespace"], volume["persistentVolumeClaim"]["claimName"])
    assert claim is not None
    return str(claim["spec"]["volumeName"])


def test_a_pod_comes_back_to_the_zone_of_its_volume_which_follows_it() -> None:
    world = play("quiet", 1, STARTED)
    pods = pods_with_volumes(world)
    assert len(pods) == len(world.store.objects(VOLUMES)) == len(world.store.objects(VOLUME_CLAIMS)) == 3
    first = pods[0]
    volume, home = volume_of(world, first), first["spec"]["nodeName"]
    assert attached(world)[volume] == home
    node = world.store.get(NODES, "", home)
    assert node is not None
    zone = node["metadata"]["labels"][ZONE]
    assert zone_of(world.store, first) == zone
    world.change(NODES, ("", home), lambda copy: copy["spec"].update(unschedulable=True))
    key = (first["metadata"]["namespace"], first["metadata"]["name"])
    world.store.delete(PODS, key, world.now)
    for _ in range(120):
        world.step(0.5)
        again = world.store.get(PODS, *key)
        if again and again["metadata"]["uid"] != first["metadata"]["uid"] and is_ready(again):
            break
    assert again is not None
    moved = world.store.get(NODES, "", again["spec"]["nodeName"])
    assert moved is not None
    assert moved["metadata"]["name"] != home
    assert moved["metadata"]["labels"][ZONE] == zone
    assert attached(world)[volume] == moved["metadata"]["name"]
    assert len(world.store.objects(VOLUMES)) == 3
