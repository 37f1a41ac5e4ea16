"""What pods share, and that it goes when they go."""

from __future__ import annotations

import gc

import msgspec
import pytest

from nodeview.records import Pod, Requirement, ServerVersion
from nodeview.records.pod_json import PodJson
from nodeview.records.pod_reader import PodRows
from tests.records.bodies import Json, array, pod

SERVER = ServerVersion(1, 35, "v1.35.0")
DECODER = msgspec.json.Decoder(list[PodJson])


def rows(maker: PodRows, *bodies: Json) -> list[Pod]:
    """Rows of these bodies by one maker."""
    return [maker(one) for one in DECODER.decode(array(list(bodies)))]


def test_pods_of_a_template_share_all_but_their_names() -> None:
    one, two, other = rows(PodRows(SERVER), pod(1), pod(2), pod(3, template=1))
    assert one.name != two.name
    assert one.shape is two.shape
    assert one.labels is two.labels
    assert one.owner is two.owner
    assert one.namespace is two.namespace
    assert one.requests is two.requests
    assert other.shape is not one.shape
    assert other.shape != one.shape


def test_a_template_is_known_again_after_others() -> None:
    one, _, again = rows(PodRows(SERVER), pod(1), pod(2, template=1), pod(3))
    assert one.shape is again.shape


def test_shapes_go_with_their_last_pod() -> None:
    maker = PodRows(SERVER)
    live = rows(maker, *(pod(n, template=n) for n in range(50)), pod(50, template=0))
    assert len(maker.shapes) == 50
    del live[1:-1]
    gc.collect()
    assert len(maker.shapes) == 1
    live.clear()
    gc.collect()
    assert len(maker.shapes) == 0


def test_the_name_of_the_tokens_volume_makes_no_shape() -> None:
    one, two = pod(1), pod(2)
    volumes = [body["spec"]["volumes"][1]["name"] for body in (one, two)]
    assert volumes[0] != volumes[1]
    assert all(name.startswith("kube-api-access-") for name in volumes)
    first, second = rows(PodRows(SERVER), one, two)
    assert first.shape is second.shape


@pytest.mark.parametrize("field", ["name", "image"])
def test_words_that_only_look_like_the_tokens_volume_stay(field: str) -> None:
    one, two = pod(1), pod(1)
    one["spec"]["containers"][0][field] = "kube-api-access-alpha:1"
    two["spec"]["containers"][0][field] = "kube-api-access-gamma:1"
    first, second = rows(PodRows(SERVER), one, two)
    assert first.shape is not second.shape
    if field == "image":
        assert (first.shape.images[0], second.shape.images[0]) == (
            "kube-api-access-alpha:1",
            "kube-api-access-gamma:1",
        )


def pinned(number: int, to: str | None) -> Json:
    """A DaemonSet's pod, which its controller pins to a node; not there yet where `to` is None."""
    body = pod(number)
    names = {"key": "metadata.name", "operator": "In", "values": [to or f"node-{number}"]}
    terms = {"nodeSelectorTerms": [{"matchFields": [names]}]}
    body["spec"]["affinity"] = {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": terms}}
    body["spec"]["nodeName"] = to
    return body


def test_a_daemon_sets_pods_share_a_shape_once_they_are_on_their_nodes() -> None:
    maker = PodRows(SERVER)
    one, two, waiting = rows(maker, pinned(1, "node-1"), pinned(2, "node-2"), pinned(3, None))
    assert one.shape is two.shape
    assert waiting.shape is not one.shape
    assert waiting.shape.placement.node_terms is not None
    assert waiting.shape.placement.node_terms[0].fields == (Requirement("metadata.name", "In", ("node-3",)),)


def test_a_stateful_sets_pods_share_a_shape_and_are_known_to_claim_volumes() -> None:
    bodies = [pod(1), pod(2), pod(3)]
    for number, body in enumerate(bodies[:2]):
        body["spec"]["volumes"].append({"name": "data", "persistentVolumeClaim": {"claimName": f"data-db-{number}"}})
    one, two, other = rows(PodRows(SERVER), *bodies)
    assert one.shape is two.shape
    assert (one.shape.volumes, other.shape.volumes) == (True, False)


def test_paths_of_the_node_make_a_shape() -> None:
    body = pod(1)
    body["spec"]["volumes"].append({"name": "logs", "hostPath": {"path": "/var/log"}})
    one, other = rows(PodRows(SERVER), body, pod(2))
    assert (one.shape.host_paths, other.shape.host_paths) == (True, False)


def test_how_long_a_pod_takes_to_leave() -> None:
    def grace(said: object) -> int:
        body = pod(1)
        body["spec"]["terminationGracePeriodSeconds"] = said
        return rows(PodRows(SERVER), body)[0].shape.grace_s

    assert [grace(said) for said in (30, 0, 3600, None)] == [30, 0, 3600, 30]


def test_a_probe_of_readiness_is_one_of_a_container_that_serves() -> None:
    def probed(containers: list[Json], init: list[Json]) -> bool:
        body = pod(1)
        body["spec"] |= {"containers": containers, "initContainers": init}
        return rows(PodRows(SERVER), body)[0].shape.probed

    probe = {"readinessProbe": {"httpGet": {"path": "/", "port": 80}}}
    assert rows(PodRows(SERVER), pod(1))[0].shape.probed
    assert probed([{"name": "a"}, {"name": "b", **probe}], [])
    assert probed([{"name": "a"}], [{"name": "proxy", "restartPolicy": "Always", **probe}])
    assert not probed([{"name": "a", "readinessProbe": None, "livenessProbe": {}}], [{"name": "setup", **probe}])


def test_whether_a_pod_preempts_and_claims_devices() -> None:
    body = pod(1)
    body["spec"]["preemptionPolicy"] = "Never"
    body["spec"]["resourceClaims"] = [{"name": "gpu", "resourceClaimName": "gpu-1"}]
    one, other = rows(PodRows(SERVER), body, pod(2))
    assert (one.shape.preempts, one.shape.devices) == (False, True)
    assert (other.shape.preempts, other.shape.devices) == (True, False)


def test_a_resized_pod_asks_more_and_keeps_its_shape() -> None:
    resized = pod(2)
    resized["status"]["containerStatuses"][0]["allocatedResources"] = {"cpu": "1", "memory": "512Mi"}
    one, two = rows(PodRows(SERVER), pod(1), resized)
    assert one.shape is two.shape
    assert one.requests is one.shape.requests
    assert two.requests["cpu"] == one.requests["cpu"] + 750_000_000


def test_rows_hold_no_bytes_of_what_they_were_read_from() -> None:
    (one,) = rows(PodRows(SERVER), pod(1))
    held: list[object] = [one]
    seen = 0
    while held:
        value = held.pop()
        seen += 1
        assert not isinstance(value, (bytes, bytearray, memoryview, msgspec.Raw))
        if isinstance(value, msgspec.Struct):
            held.extend(getattr(value, field) for field in value.__struct_fields__)
        elif isinstance(value, dict):
            held.extend([*value.keys(), *value.values()])
        elif isinstance(value, tuple):
            held.extend(value)
    assert seen > 40


def test_equal_requests_of_other_shapes_are_one_object() -> None:
    one, two = rows(PodRows(SERVER), pod(1), pod(2, template=1))
    assert one.shape is not two.shape
    assert one.requests is two.requests


def test_a_part_that_does_not_fit_is_named_by_its_place() -> None:
    body = pod(1)
    body["spec"]["containers"][1]["image"] = ["no", "image"]
    with pytest.raises(msgspec.ValidationError, match=r"spec\.containers\[1\]\.image"):
        rows(PodRows(SERVER), body)


def test_which_containers_that_serve_ask_for_no_cpu_or_memory() -> None:
    def spec(**parts: object) -> Json:
        body = pod(1)
        body["spec"] |= parts
        return body

    def container(name: str, **requests: str) -> Json:
        return {"name": name, "image": "a", "resources": {"requests": requests}}

    app = [container("app", cpu="1"), container("full", cpu="1", memory="1Gi"), {"name": "none", "image": "a"}]
    init = [{"name": "setup", "image": "a"}, {"name": "proxy", "image": "a", "restartPolicy": "Always"}]
    whole = {"requests": {"memory": "1Gi"}}
    plain, pod_level, zero = rows(
        PodRows(SERVER),
        spec(containers=app, initContainers=init),
        spec(containers=app, initContainers=init, resources=whole),
        spec(containers=[container("app", cpu="0", memory="0")], initContainers=[]),
    )
    both = ("cpu", "memory")
    assert plain.shape.unasked == (("app", ("memory",)), ("none", both), ("proxy", both))
    assert pod_level.shape.unasked == (("none", ("cpu",)), ("proxy", ("cpu",)))
    assert zero.shape.unasked == ()
