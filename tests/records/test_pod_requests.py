"""Effective pod requests against component-helpers' answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from nodeview.records import NANO, PODS, Pod, ServerVersion
from nodeview.records.pod_requests import (
    ContainerRequests,
    SpecRequests,
    compare_containers,
    compare_sums,
    effective_requests,
    rule_for,
)
from nodeview.records.quantity import milli_value, parse
from tests.records.bodies import Json, array

VECTORS = [json.loads(line) for line in (Path(__file__).parent / "vectors" / "pods.jsonl").read_text().splitlines()]
RECORDED_LATE = (93, 267, 408, 595)
"""Lines whose pod-level memory was written down after the Go library had added the overhead to it in place."""


def read(spec: Json, status: Json | None = None, minor: int = 36, **metadata: str) -> Pod:
    """The pod as a server of this minor would make us read it."""
    body = {"metadata": {"name": "p", **metadata}, "spec": spec, "status": status or {}}
    (pod,) = PODS.reader(ServerVersion(1, minor, ""))(array([body])).records
    return pod


def said(requests: dict[str, str]) -> dict[str, Fraction]:
    """Amounts in units, without what is 0."""
    return {name: Fraction(parse(text), NANO) for name, text in requests.items() if parse(text)}


def asked(pod: Pod) -> dict[str, Fraction]:
    """What the pod asks, in units, without what is 0."""
    return {name: Fraction(nano, NANO) for name, nano in pod.requests.items() if nano}


def c(name: str = "c", **requests: str) -> Json:
    """A container with these requests."""
    return {"name": name, "resources": {"requests": {key.replace("_", "-"): v for key, v in requests.items()}}}


def side(name: str, **requests: str) -> Json:
    """A sidecar with these requests."""
    return {**c(name, **requests), "restartPolicy": "Always"}


def st(name: str = "c", given: dict[str, str] | None = None, allocated: dict[str, str] | None = None) -> Json:
    """A container's status."""
    resources = {"resources": {"requests": given}} if given is not None else {}
    return {"name": name, **resources, **({"allocatedResources": allocated} if allocated is not None else {})}


INFEASIBLE = {"conditions": [{"type": "PodResizePending", "status": "True", "reason": "Infeasible"}]}
TWO = {"initContainers": [c("i", cpu="2")], "containers": [c("a", cpu="2"), c("b", cpu="3")]}
P19 = {"containers": [c("a", cpu="4"), c("b", cpu="2")]}
P19_STATUS = {"containerStatuses": [st("a", {"cpu": "2"}, {"cpu": "2"}), st("b", {"cpu": "4"}, {"cpu": "4"})]}
P18_STATUS = {"containerStatuses": [st("a", None, {"cpu": "2"}), st("b", None, {"cpu": "1"})]}
P8_STATUS = {
    "containerStatuses": [
        st(
            "c",
            {"cpu": "10m", "memory": "30M", "ephemeral-storage": "20G"},
            {"cpu": "20m", "memory": "10M", "ephemeral-storage": "30G"},
        )
    ]
}


def status_of(given: str, allocated: str | None = None, *, init: bool = False) -> Json:
    """One container's status, of cpu."""
    key = "initContainerStatuses" if init else "containerStatuses"
    return {key: [st("c", {"cpu": given}, {"cpu": allocated} if allocated else None)]}


def pod_level(requests: dict[str, str], *containers: Json, init: tuple[Json, ...] = ()) -> Json:
    """A spec with pod-level requests."""
    return {"resources": {"requests": requests}, "containers": list(containers), "initContainers": list(init)}


Row = tuple[Json, Json, dict[str, str], dict[str, str]]


def row(spec: Json, status: Json, before: dict[str, str], after: dict[str, str] | None = None) -> Row:
    """Spec, status, and the answers up to 1.36 and from 1.37 on."""
    return spec, status, before, before if after is None else after


PICKED: dict[str, Row] = {
    "P1": row({"initContainers": [c("i", cpu="4")], "containers": [c(cpu="1")]}, {}, {"cpu": "4"}),
    "P2": row(TWO, {}, {"cpu": "5"}),
    "P4": row({**TWO, "overhead": {"cpu": "1", "memory": "1Gi"}}, {}, {"cpu": "6", "memory": "1Gi"}),
    "P5": row({"containers": [c(cpu="4")]}, {**status_of("2"), **INFEASIBLE}, {"cpu": "2"}),
    "P6": row({"containers": [c(cpu="6")]}, {**status_of("2", "4"), **INFEASIBLE}, {"cpu": "4"}),
    "P7": row({"containers": [c(cpu="4")]}, status_of("2"), {"cpu": "4"}),
    "P8": row(
        {"containers": [c(cpu="30m", memory="20M", ephemeral_storage="10G")]},
        P8_STATUS,
        {"cpu": "30m", "memory": "30M", "ephemeral-storage": "30G"},
    ),
    "P10": row({"initContainers": [side("c", cpu="4")]}, {**status_of("2", init=True), **INFEASIBLE}, {"cpu": "2"}),
    "P11": row({"initContainers": [side("c", cpu="4")]}, status_of("2", init=True), {"cpu": "4"}),
    "P12": row({"initContainers": [side("s", cpu="1")], "containers": [c(cpu="1")]}, {}, {"cpu": "2"}),
    "P13": row(
        {
            "initContainers": [c("i", cpu="5"), *(side(f"s{n}", cpu=str(n)) for n in (1, 2, 3))],
            "containers": [c(cpu="1")],
        },
        {},
        {"cpu": "7"},
    ),
    "P14": row(
        {
            "initContainers": [
                c("i1", cpu="5"),
                side("s1", cpu="1"),
                side("s2", cpu="2"),
                c("i2", cpu="5"),
                side("s3", cpu="3"),
            ],
            "containers": [c(cpu="1")],
        },
        {},
        {"cpu": "8"},
    ),
    "P15": row(
        {"initContainers": [side("s", cpu="10"), c("i", cpu="200")], "containers": [c(cpu="100")]},
        {},
        {"cpu": "210"},
    ),
    "P16": row(
        {"containers": [c(memory="3Mi", cpu="2m")], "initContainers": [c("i", memory="5Mi", cpu="4m")]},
        {},
        {"memory": "5Mi", "cpu": "4m"},
    ),
    "P17": row(
        {
            "containers": [c(memory="3Mi", cpu="2m")],
            "initContainers": [side("s", memory="5Mi", cpu="4m"), c("i", memory="6Mi", cpu="8m")],
        },
        {},
        {"memory": "11Mi", "cpu": "12m"},
    ),
    "P18": row({"containers": [c("a", cpu="1"), c("b", cpu="2")]}, P18_STATUS, {"cpu": "3"}),
    "P19": row(P19, P19_STATUS, {"cpu": "8"}, {"cpu": "6"}),
    "P20": row({"containers": [c(cpu="4")]}, INFEASIBLE, {"cpu": "4"}, {}),
    "P21": row({"containers": [c()]}, status_of("2"), {"cpu": "2"}),
    "P22": row(pod_level({"memory": "2Mi"}, c(cpu="2m")), {}, {"memory": "2Mi", "cpu": "2m"}),
    "P23": row(
        pod_level({"memory": "6Mi", "cpu": "8m"}, c(memory="3Mi", cpu="2m")), {}, {"memory": "6Mi", "cpu": "8m"}
    ),
    "P25": row(
        pod_level(
            {"memory": "15Mi", "cpu": "18m"},
            c(memory="3Mi", cpu="2m"),
            init=(side("s", memory="5Mi", cpu="4m"), c("i", memory="6Mi", cpu="8m")),
        ),
        {},
        {"memory": "15Mi", "cpu": "18m"},
    ),
    "P26": row(pod_level({"storage": "2Mi"}, c(storage="3Mi")), {}, {"storage": "3Mi"}),
    "P27": row(pod_level({"storage": "2Mi"}, c(memory="3Mi")), {}, {"memory": "3Mi"}),
    "P29": row(
        pod_level({"cpu": "1", "hugepages-2Mi": "10Mi"}, c(hugepages_2Mi="6Mi")),
        {},
        {"cpu": "1", "hugepages-2Mi": "10Mi"},
    ),
    "P30": row(
        pod_level({"cpu": "1", "hugepages-2Mi": "10Mi"}, c(memory="4Mi", hugepages_1Gi="1Gi")),
        {},
        {"cpu": "1", "memory": "4Mi", "hugepages-2Mi": "10Mi", "hugepages-1Gi": "1Gi"},
    ),
    "P31": row({**pod_level({"cpu": "1"}, c()), "overhead": {"cpu": "250m"}}, {}, {"cpu": "1250m"}),
    "P32": row(pod_level({"cpu": "1"}, c(cpu="3")), {}, {"cpu": "1"}),
    "P33": row(
        {"initContainers": [c("i", cpu="1", memory="4Gi")], "containers": [c(cpu="2", memory="1Gi")]},
        {},
        {"cpu": "2", "memory": "4Gi"},
    ),
    "P36": row({"containers": [c(cpu="2")], "nodeName": "n"}, {"phase": "Pending"}, {"cpu": "2"}),
}


def p3_excludes_overhead() -> None:
    spec = SpecRequests(
        [ContainerRequests("a", {"cpu": 2 * NANO}), ContainerRequests("b", {"cpu": 3 * NANO})],
        [ContainerRequests("i", {"cpu": 2 * NANO})],
    )
    assert effective_requests(spec, None, compare_containers) == {"cpu": 5 * NANO}


def p9_leaves_the_status_out() -> None:
    pod = read({"containers": [c(cpu="4")]}, {**status_of("2"), **INFEASIBLE})
    assert pod.shape.requests == {"cpu": 4 * NANO}


def p24_the_scheduler_rounds_per_pod() -> None:
    pods = [read({"containers": [c(cpu="500u")]}) for _ in range(2)]
    assert sum(pod.requests["cpu"] for pod in pods) == parse("1m")
    assert sum(milli_value(pod.requests["cpu"]) for pod in pods) == 2


def p28_without_the_pod_level() -> None:
    spec = SpecRequests([ContainerRequests("c", {})], pod_level={"memory": 2 * NANO})
    assert effective_requests(spec, None, compare_containers) == {"memory": 2 * NANO}
    assert effective_requests(spec._replace(pod_level={}), None, compare_containers) == {}


def p34_finished_pods_count_in_nothing() -> None:
    pod = read({"containers": [c(cpu="2")], "nodeName": "n"}, {"phase": "Succeeded"})
    assert pod.finished


def p35_terminating_pods_count() -> None:
    pod = read({"containers": [c(cpu="2")]}, {"phase": "Running"}, deletionTimestamp="2025-11-21T09:00:00Z")
    assert (pod.finished, pod.deleted, pod.requests) == (False, 1763715600, {"cpu": 2 * NANO})


OTHERWISE: dict[str, Callable[[], None]] = {
    "P3": p3_excludes_overhead,
    "P9": p9_leaves_the_status_out,
    "P24": p24_the_scheduler_rounds_per_pod,
    "P28": p28_without_the_pod_level,
    "P34": p34_finished_pods_count_in_nothing,
    "P35": p35_terminating_pods_count,
}


def test_the_tables_are_whole() -> None:
    assert {*PICKED, *OTHERWISE} == {f"P{n}" for n in range(1, 37)}
    assert not set(PICKED) & set(OTHERWISE)
    assert len(VECTORS) == 600


@pytest.mark.parametrize("id_", PICKED)
def test_picked(id_: str) -> None:
    spec, status, before, after = PICKED[id_]
    assert asked(read(spec, status, minor=36)) == said(before)
    assert asked(read(spec, status, minor=37)) == said(after)


@pytest.mark.parametrize("id_", OTHERWISE)
def test_picked_otherwise(id_: str) -> None:
    OTHERWISE[id_]()


@pytest.mark.parametrize("number", range(600))
def test_every_line_of_component_helpers(number: int) -> None:
    line: dict[str, Any] = VECTORS[number]
    spec = line["spec"]
    if number in RECORDED_LATE:
        before = parse(spec["resources"]["requests"]["memory"]) - parse(spec["overhead"]["memory"])
        spec["resources"]["requests"]["memory"] = str(before // NANO)
    assert asked(read(spec, line["status"])) == said(line["requests"])


def test_the_rule_goes_by_the_servers_version() -> None:
    assert rule_for(ServerVersion(1, 36, "v1.36.3")) is compare_containers
    assert rule_for(ServerVersion(1, 37, "v1.37.0-beta.0")) is compare_sums
    assert rule_for(ServerVersion(2, 0, "v2.0.0")) is compare_sums


@pytest.mark.parametrize(("extra", "cpu"), [({}, "4"), (INFEASIBLE, "3")], ids=["the spec's wish counts", "infeasible"])
def test_a_resize_of_pod_level_resources(extra: Json, cpu: str) -> None:
    status = {"resources": {"requests": {"cpu": "2"}}, "allocatedResources": {"cpu": "3"}, **extra}
    for minor in (36, 37):
        assert asked(read(pod_level({"cpu": "4"}, c(cpu="1")), status, minor)) == said({"cpu": cpu})


def test_from_137_an_ordinary_init_container_is_asked_for_its_status_too() -> None:
    spec = {"initContainers": [c("c", cpu="1")]}
    assert asked(read(spec, status_of("2", init=True), 36)) == said({"cpu": "1"})
    assert asked(read(spec, status_of("2", init=True), 37)) == said({"cpu": "2"})


def test_what_cannot_be_read_is_left_out_and_named() -> None:
    pod = read({"containers": [c("a", cpu="1K", memory="1Gi"), c("b", cpu="1")]})
    assert asked(pod) == said({"memory": "1Gi"})
    assert pod.unreadable == ("cpu",)
    resized = read({"containers": [c(cpu="1")]}, status_of("two"))
    assert (resized.requests, resized.unreadable, resized.shape.unreadable) == ({}, ("cpu",), ())
