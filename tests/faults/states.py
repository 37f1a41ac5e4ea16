"""What becomes of the picture: deletions missed, namesakes, moves, churn, and a list that is read again."""

from __future__ import annotations

import asyncio
import gc
import random
import sys
from typing import Any
from unittest.mock import patch

from nodeview.cluster import recent_pods
from nodeview.records import PODS, ServerVersion
from tests.faults.catalogue import provokes
from tests.faults.cluster import Cluster
from tests.faults.lists import lists_again
from tests.faults.stage import Stage
from tests.raw import raw_node, raw_pod
from tests.records.bodies import array
from tests.wire.misbehaving import Misbehaving, Reply, Request

STAMP = "2026-11-21T12:00:00Z"


def forget(stage: Stage, plural: str, *keys: str) -> None:
    """Delete objects behind the back of every watch."""
    for key in keys:
        stage.server.version += 1
        stage.server.shelves[plural].pop(key)


def unheard(stage: Stage, plural: str, thing: Any) -> None:
    """Create or change an object behind the back of every watch."""
    stage.server.version += 1
    thing["metadata"]["resourceVersion"] = str(stage.server.version)
    key = "/".join(filter(None, (thing["metadata"].get("namespace"), thing["metadata"]["name"])))
    stage.server.shelves[plural][key] = thing


async def been_away(stage: Stage, lists: int = 2) -> None:
    """What happened meanwhile is learnt from a list, and the data was said to be old until then."""
    await lists_again(stage)
    await stage.agreed(stir=False)
    await stage.agreed()
    stage.said_old("pods", "410")
    stage.requests_under(lists, "pods list")
    stage.requests_under(lists, "nodes list")


@provokes("S1")
async def deletions_missed_while_away(stage: Stage) -> None:
    await stage.open()
    await stage.agreed()
    forget(stage, "pods", "shop/p0001", "shop/p0005")
    forget(stage, "nodes", "n3")
    stage.server.performed["missed"] += 1
    await stage.performed("missed")
    await been_away(stage)
    assert stage.frame is not None
    assert [one.subject for one in stage.frame.feed if one.kind == "left"] == ["n3"]


@provokes("S2")
async def a_namesake_by_watch(stage: Stage) -> None:
    """Deleted and made again; and made again without a word of its deletion."""
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.remove("pods", "shop/p0001")
    server.pod("p0001", "born again", node="n1", born=1)
    server.pod("p0002", "another", node="n1", born=1)
    server.remove("nodes", "n2")
    server.node("n2", "born again", born=1)
    server.node("n3", "another", born=1)
    server.performed["namesakes"] += 1
    await stage.performed("namesakes")
    await stage.agreed()
    stage.never_said_old()
    assert stage.frame is not None
    feed = [(one.kind, one.subject) for one in stage.frame.feed if one.subject in ("n2", "n3")]
    assert feed == [("left", "n2"), ("joined", "n2"), ("left", "n3"), ("joined", "n3")]
    stage.from_here()
    unheard(stage, "pods", raw_pod("p0001", node="n2", born=2))
    forget(stage, "pods", "shop/p0002")
    await been_away(stage)


@provokes("S2")
async def a_namesake_by_relist(stage: Stage) -> None:
    await stage.open()
    await stage.agreed()
    pod, node = raw_pod("p0001", node="n2", born=1), raw_node("n1", born=1)
    unheard(stage, "pods", pod)
    unheard(stage, "nodes", node)
    forget(stage, "pods", "shop/p0002")
    stage.server.performed["namesakes"] += 1
    await stage.performed("namesakes")
    await been_away(stage)
    assert stage.frame is not None
    feed = [(one.kind, one.subject) for one in stage.frame.feed if one.subject == "n1"]
    assert feed == [("left", "n1"), ("joined", "n1")]


@provokes("S2", each={"with its own version": 0, "with an older version": -3})
async def the_deletion_of_a_namesake_comes_late(stage: Stage, by: int) -> None:
    """It is of the one that is gone, and not of the one that is there."""
    server = stage.server
    await stage.open()
    await stage.agreed()
    gone = {plural: server.shelves[plural][key] for plural, key in (("pods", "shop/p0001"), ("nodes", "n1"))}
    late: dict[str, Any] = {}
    for plural, thing in gone.items():
        server.version += 1
        late[plural] = {**thing, "metadata": {**thing["metadata"], "resourceVersion": str(server.version + by)}}
    server.pod("p0001", "the younger", node="n1", born=1)
    server.node("n1", "the younger", born=1)
    for plural, thing in late.items():
        server.tell(plural, "DELETED", thing)
    server.performed["late"] += 1
    await stage.performed("late")
    await stage.agreed()
    stage.never_said_old()
    stage.requests_under(1, "pods list")


@provokes("S3")
async def finalizers_hold_what_is_being_deleted(stage: Stage) -> None:
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.pod("p0001", "going", node="n1", deleting=True)
    node = raw_node("n3", labels={"word": "going"})
    node["metadata"] |= {"deletionTimestamp": STAMP, "finalizers": ["karpenter.sh/termination"]}
    server.apply("nodes", node)
    await stage.agreed()
    assert stage.frame is not None
    assert stage.frame.view.totals.pods is not None
    assert stage.frame.view.totals.pods.terminating == 1
    assert stage.frame.view.nodes[node["metadata"]["name"]].standing.phase == "deleting"
    server.remove("pods", "shop/p0001")
    server.remove("nodes", "n3")
    server.pod("p0002", "going", node="n3", deleting=True)
    await stage.agreed()
    stage.never_said_old()
    forget(stage, "pods", "shop/p0002")
    server.performed["finalized"] += 1
    await stage.performed("finalized")
    await been_away(stage)


@provokes("S4", each={f"seed {seed}": seed for seed in range(4)}, pods=1100)
async def a_list_and_its_watch_interleave(stage: Stage, seed: int) -> None:
    """Whatever is created, changed, deleted and made again while pages come, in any order: twice, the second time
    over a picture that is old."""
    server, rng = stage.server, random.Random(seed)

    def all_watched() -> bool:
        watched = {one.kind for one in server.requests} | ({"pods watch"} if stage.naive else set())
        return watched >= {f"{plural} watch" for plural in server.logs}

    async def meanwhile(_: Misbehaving, request: Request, reply: Reply) -> None:
        for _turn in range(rng.randrange(3)):
            await _something_happens(stage, rng)
        await server.answer(request, reply)
        for _turn in range(rng.randrange(3)):
            await _something_happens(stage, rng)
        if request.kind == "pods page":
            await stage.until(all_watched)
            server.oldest = server.version  # who watches only after the last page has missed it

    for kind in ("pods list", "pods page"):
        server.fault(kind, "meanwhile", meanwhile, times=10)
    await stage.open()
    await stage.agreed()
    stage.never_said_old()
    for key in rng.sample(sorted(server.shelves["pods"]), 200):
        if rng.random() < 0.5:
            forget(stage, "pods", key)
        else:
            unheard(stage, "pods", raw_pod(key.removeprefix("shop/"), node="n2", born=rng.randrange(2)))
    await stage.performed("meanwhile", 2)
    stage.from_here()
    await been_away(stage, lists=4)


async def _something_happens(stage: Stage, rng: random.Random) -> None:
    server = stage.server
    for key in rng.sample(sorted(server.shelves["pods"]), 20):
        name, deed = key.removeprefix("shop/"), rng.randrange(5)
        if deed < 3:
            server.remove("pods", key)
        if deed != 2:
            server.pod(name, f"word {server.version}", node=rng.choice(["n1", "n2", None]), born=deed)
    if rng.random() < 0.7:
        await asyncio.sleep(rng.choice([0, 0.002, 0.02]))


@provokes("S5")
async def pods_leave_what_the_selector_shows_and_come_back(stage: Stage) -> None:
    """Finished pods are not asked for: their end is told as a deletion, at the version of a change."""
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.remove("pods", "shop/p0001")
    await stage.agreed()
    server.pod("p0001", "runs again", node="n1")
    server.remove("pods", "shop/p0002")
    server.pod("p0002", "left and came back at once", node="n2")
    await stage.agreed()
    stage.never_said_old()
    forget(stage, "pods", "shop/p0003")
    server.performed["left"] += 1
    await stage.performed("left")
    await been_away(stage)
    asked = {request.params["fieldSelector"] for request in server.requests if request.kind.startswith("pods")}
    assert asked == {"status.phase!=Succeeded,status.phase!=Failed"}


@provokes("S6")
async def pods_and_their_nodes_come_and_go_in_any_order(stage: Stage) -> None:
    server = stage.server
    await stage.open()
    await stage.agreed()
    server.pod("mover", "waits", node=None)
    await stage.agreed()
    server.pod("mover", "bound before its node is there", node="n9")
    await stage.agreed()
    server.node("n9", "here now")
    await stage.agreed()
    server.remove("nodes", "n9")
    await stage.agreed()
    assert stage.frame is not None
    assert stage.frame.view.pods_elsewhere == 1
    server.remove("pods", "shop/mover")
    await stage.agreed()
    assert stage.frame.view.pods_elsewhere == 0
    stage.never_said_old()
    server.pod("mover", "waits", node=None, born=1)
    await stage.agreed()
    unheard(stage, "pods", raw_pod("mover", node="n1", born=1))
    forget(stage, "nodes", "n2")
    forget(
        stage,
        "pods",
        *(key for key, pod in list(server.shelves["pods"].items()) if pod["spec"].get("nodeName") == "n2"),
    )
    server.performed["moved"] += 1
    await stage.performed("moved")
    await been_away(stage)


def job_pod(number: int) -> Any:
    """A pod of a Job: labels, owner, image and requests that no other has."""
    pod = raw_pod(f"job-{number:06}", node="n1", cpu=f"{number + 1}m")
    unique = {"batch.kubernetes.io/job-name": f"job-{number}", "controller-uid": f"{number:036}", "word": ""}
    pod["metadata"]["labels"] = unique
    pod["metadata"]["ownerReferences"] = [
        {"apiVersion": "batch/v1", "kind": "Job", "name": f"job-{number}", "uid": f"{number:036}", "controller": True}
    ]
    pod["spec"]["containers"][0]["image"] = f"registry.internal/job@sha256:{number:064}"
    return pod


def blocks() -> int:
    """How much memory is in use, in pieces."""
    gc.collect()
    return sys.getallocatedblocks()


@provokes("S7")
async def jobs_come_and_go_for_ever(stage: Stage) -> None:
    """What is kept of words and shapes that repeat is bounded, and what no pod has any more is forgotten."""
    server = stage.server
    with patch.object(recent_pods, "PODS_KEPT", 100):
        await _jobs(stage, server)


async def _jobs(stage: Stage, server: Cluster) -> None:
    await stage.open()
    await stage.agreed()
    forget(stage, "pods", "shop/p0001")
    await been_away(stage)
    reader = PODS.reader(ServerVersion(1, 34, "v1.34.2"))
    for start in range(0, 9000, 1000):  # so that what is bounded is full, for a reader of its own and for all
        reader(array([job_pod(500_000 + number) for number in range(start, start + 1000)]))
    stage.rest = 0.1
    held = []
    for turn in range(4):
        jobs = [job_pod(1000 * turn + number) for number in range(300)]
        for job in jobs:
            server.apply("pods", job)
        await stage.agreed()
        for job in jobs:
            server.remove("pods", f"shop/{job['metadata']['name']}")
        await stage.agreed()
        stage.from_here()
        server.logs["pods"][:] = [(0, b"")] * len(server.logs["pods"])
        held.append(blocks())
    each = (held[3] - held[1]) / 600
    assert each < 3, f"{each:.0f} pieces of memory stay of each pod that is gone: {held}"
    stage.never_said_old()
    server.performed["churn"] += 1
    await stage.performed("churn")


@provokes("S8", nodes=12, pods=60)
async def a_list_that_is_read_again(stage: Stage) -> None:
    """The picture stays, and only what differs is told."""
    server = stage.server
    await stage.open()
    await stage.agreed()
    before = len(stage.seen)
    shown = stage.seen[-1].shown
    feed = stage.frame.feed if stage.frame else ()
    unheard(stage, "pods", raw_pod("p0001", node="n2", cpu="900m"))
    unheard(stage, "pods", raw_pod("p0999", node="n4"))
    forget(stage, "pods", "shop/p0010")
    server.performed["changed"] += 1
    await stage.performed("changed")
    half = asyncio.Event()

    async def slowly(_: Misbehaving, request: Request, reply: Reply) -> None:
        body = server.page(request) or b""
        await reply.start()
        await reply.send(body[:800])
        await half.wait()
        await reply.send(body[800:])
        await reply.end()

    for kind in ("pods list", "nodes list"):
        server.fault(kind, "slowly", slowly)
    await lists_again(stage)
    await stage.until(lambda: server.begun["slowly"] == 2, "listed again")
    await asyncio.sleep(0.05)
    half.set()
    await stage.agreed(stir=False)
    meanwhile = stage.seen[before:]
    assert min(one.shown for one in meanwhile) >= shown - 1
    assert {name for one in meanwhile for name in one.touched} == {"n2", "n4", "n11"}
    assert stage.frame is not None
    told = [one for one in stage.frame.feed if one not in feed]
    assert {one.kind for one in told} == {"stream"}
    await been_away(stage, lists=3)
