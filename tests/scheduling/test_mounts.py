"""Where volumes let a pod run."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.records import NodeTerm, ObjectKey, Pod, PodExtras, Requirement, Volume, VolumeClaim
from nodeview.scheduling import NO_MOUNTS, Mounts, Reason, attempt_of, mounts_of, reasons_against, room_of, unjudged
from nodeview.scheduling.allowance import allowances
from nodeview.scheduling.mounts import mounts_against_pool, where_of
from tests.builders import a_node, a_pod, a_shape

ZONE = "topology.kubernetes.io/zone"
IN_A = NodeTerm((Requirement(ZONE, "In", ("1a",)),))
BOUND = VolumeClaim("default", "data-db-0", "u", volume="pvc-1")
CLAIMS = {BOUND.key: BOUND}
VOLUMES = {"pvc-1": Volume("pvc-1", "v", node_terms=(IN_A,), claim=BOUND.key)}


def mounting(*claims: str) -> Pod:
    return replace(a_pod("db-0", node=None, shape=a_shape(volumes=True)), extras=PodExtras(claims))


def test_a_bound_volume_holds_its_pod_to_the_nodes_that_can_mount_it() -> None:
    pod = mounting("data-db-0")
    mounts = mounts_of(pod, CLAIMS, VOLUMES)
    assert mounts == Mounts(bound=(("data-db-0", (IN_A,)),))
    rooms = [room_of(a_node(name, labels={ZONE: zone}), ()) for name, zone in (("a", "1a"), ("b", "1b"))]
    attempt = attempt_of(pod, rooms, mounts)
    assert reasons_against(attempt, rooms[0]) == ()
    assert reasons_against(attempt, rooms[1]) == (Reason("volume", f"data-db-0: {ZONE} in 1a"),)
    assert unjudged(pod, mounts) == ()


def test_one_of_several_alternatives_is_enough() -> None:
    volume = Volume("pvc-1", "v", node_terms=(IN_A, NodeTerm((Requirement(ZONE, "In", ("1b",)),))))
    mounts = mounts_of(mounting("data-db-0"), CLAIMS, {"pvc-1": volume})
    room = room_of(a_node(labels={ZONE: "1b"}), ())
    assert reasons_against(attempt_of(mounting("data-db-0"), [room], mounts), room) == ()


def test_a_volume_that_is_everywhere_holds_nobody() -> None:
    assert mounts_of(mounting("data-db-0"), CLAIMS, {"pvc-1": Volume("pvc-1", "v")}) == NO_MOUNTS


def test_what_is_not_known_or_not_bound_is_said_and_judges_nothing() -> None:
    waiting = VolumeClaim("default", "cache", "w")
    pod = mounting("cache", "gone", "data-db-0")
    mounts = mounts_of(pod, {**CLAIMS, waiting.key: waiting}, {})
    assert mounts.bound == ()
    assert unjudged(pod, mounts) == (
        "the volume of cache, which is not bound yet",
        "the volume of gone, which is not known",
        "the volume pvc-1 of data-db-0, which is not known",
    )
    assert unjudged(pod) == ("volumes",)


def test_a_claim_of_another_namespace_is_another_claim() -> None:
    other = {ObjectKey("elsewhere", "data-db-0"): BOUND}
    assert mounts_of(mounting("data-db-0"), other, VOLUMES).bound == ()


def term(key: str, *values: str, operator: str = "In") -> NodeTerm:
    return NodeTerm((Requirement(key, operator, values),))


def test_where_a_volume_lies_in_words() -> None:
    assert where_of((term(ZONE, "1a"),)) == "in 1a"
    assert where_of((term("topology.ebs.csi.aws.com/zone", "1a"), term(ZONE, "1a", "1b"))) == "in 1a or 1b"
    assert where_of((term("kubernetes.io/hostname", "node-7"),)) == "on node-7"
    assert where_of((term("rack", "r1"),)) == "where rack in r1"
    assert where_of((term(ZONE, "1a", operator="NotIn"),)) == f"where {ZONE} not in 1a"
    assert where_of((NodeTerm(),)) == "nowhere"


def test_a_pool_makes_nodes_where_the_volume_lies_by_whatever_name_its_driver_calls_the_zone() -> None:
    in_a, open_ = allowances((Requirement(ZONE, "In", ("1a",)),)), allowances(())
    for key in (ZONE, "topology.ebs.csi.aws.com/zone", "topology.gke.io/zone"):
        here, there = Mounts((("data", (term(key, "1a"),)),)), Mounts((("data", (term(key, "1b"),)),))
        assert mounts_against_pool(here, in_a) is None
        assert mounts_against_pool(there, open_) is None
        assert mounts_against_pool(there, in_a) == Reason("volume", "data: in 1b")
    either = Mounts((("data", (term(ZONE, "1b"), term(ZONE, "1a"))),))
    assert mounts_against_pool(either, in_a) is None


def test_no_new_node_has_the_disk_of_an_old_one() -> None:
    local = Mounts((("data", (term("kubernetes.io/hostname", "node-7"),)),))
    assert mounts_against_pool(local, allowances(())) == Reason("volume", "data: on node-7")
