"""The scheduler's sentence, taken apart: every form that was seen, and texts that are none."""

from __future__ import annotations

import pytest

from nodeview.views import Cause, FitError, parse_fit_error

VICTIMS = "1 No preemption victims found for incoming pod, 3 Preemption is not helpful for scheduling"
NO_HELP = f"preemption: 0/4 nodes are available: {VICTIMS}."


def causes(said: str) -> tuple[Cause, ...]:
    fit = parse_fit_error(f"0/9 nodes are available: {said}. {NO_HELP}")
    assert fit is not None
    assert fit.nodes == 9
    assert fit.preemption == "no-victims"
    return fit.causes


@pytest.mark.parametrize(
    ("said", "kind", "detail"),
    [
        ("Insufficient cpu", "resource", "cpu"),
        ("Insufficient ephemeral-storage", "resource", "ephemeral-storage"),
        ("Insufficient nvidia.com/gpu", "resource", "nvidia.com/gpu"),
        ("Too many pods", "pods", ""),
        ("node(s) had untolerated taint {dedicated: gpu}", "taint", "dedicated=gpu"),
        ("node(s) had untolerated taint {node.kubernetes.io/not-ready: }", "taint", "node.kubernetes.io/not-ready"),
        ("node(s) had taint {dedicated: gpu}, that the pod didn't tolerate", "taint", "dedicated=gpu"),
        ("node(s) had taints that the pod didn't tolerate", "taint", ""),
        ("node(s) had untolerated taint(s)", "taint", ""),
        ("node(s) didn't match Pod's node affinity/selector", "selector", ""),
        ("node(s) didn't match Pod's node affinity", "selector", ""),
        ("node(s) didn't match node selector", "selector", ""),
        ("node(s) were unschedulable", "unschedulable", ""),
        ("node(s) didn't match pod topology spread constraints", "spread", ""),
        ("node(s) didn't match pod topology spread constraints (missing required label)", "spread", "label"),
        ("node(s) didn't match pod anti-affinity rules", "anti-affinity", ""),
        ("node(s) didn't satisfy existing pods anti-affinity rules", "anti-affinity", "theirs"),
        ("node(s) didn't match pod affinity/anti-affinity rules", "anti-affinity", "either"),
        ("node(s) didn't match pod affinity rules", "affinity", ""),
        ("node(s) didn't have free ports for the requested pod ports", "ports", ""),
        ("node(s) didn't match the requested node name", "node-name", ""),
        ("node(s) had volume node affinity conflict", "volume", "elsewhere"),
        ("node(s) didn't match PersistentVolume's node affinity", "volume", "elsewhere"),
        ("node(s) had no available volume zone", "volume", "elsewhere"),
        ("node(s) didn't satisfy plugin(s) [NodeAffinity]", "node-name", ""),
        ("node(s) didn't satisfy plugin(s) [VolumeBinding]", "volume", "elsewhere"),
        ("node(s) didn't find available persistent volumes to bind", "volume", "none"),
        ("node(s) exceed max volume count", "volume", "full"),
        ("cannot allocate all claims", "claim", ""),
        ("something of a later release", "other", "something of a later release"),
    ],
)
def test_each_cause_is_known(said: str, kind: str, detail: str) -> None:
    assert [(one.count, one.kind, one.detail) for one in causes(f"4 {said}")] == [(4, kind, detail)]


def test_a_comma_within_a_cause_parts_nothing() -> None:
    said = "1 node(s) had taint {a: b}, that the pod didn't tolerate, 10 Insufficient cpu, 2 Insufficient memory"
    assert causes(said) == (Cause(1, "taint", "a=b"), Cause(10, "resource", "cpu"), Cause(2, "resource", "memory"))


@pytest.mark.parametrize(
    ("after", "preemption"),
    [
        ("", ""),
        (" preemption: 0/2 nodes are available: 2 Preemption is not helpful for scheduling.", "not-helpful"),
        (" preemption: not eligible due to preemptionPolicy=Never.", "never"),
        (
            " no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.",
            "terminating",
        ),
        (" no new claims to deallocate, preemption: something else", "other"),
    ],
)
def test_what_came_of_preemption(after: str, preemption: str) -> None:
    fit = parse_fit_error(f"0/2 nodes are available: 2 Insufficient cpu.{after}")
    assert fit == FitError(2, (Cause(2, "resource", "cpu"),), "", preemption)  # type: ignore[arg-type]


def test_older_releases_end_in_two_dots() -> None:
    assert parse_fit_error("0/2 nodes are available: 2 Insufficient cpu..") == parse_fit_error(
        "0/2 nodes are available: 2 Insufficient cpu."
    )


def test_what_is_said_of_the_pod_as_a_whole_is_kept() -> None:
    said = "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims (repeated 2 times)."
    assert parse_fit_error(said) == FitError(3, (), "pod has unbound immediate PersistentVolumeClaims")


def test_an_event_of_karpenter_is_none_and_no_nodes_is_one() -> None:
    assert parse_fit_error("no nodes available to schedule pods") == FitError(0, ())
    for text in ("", "Failed to schedule pod, incompatible with nodepool", "0/many nodes are available: 1 x."):
        assert parse_fit_error(text) is None


def test_hostile_texts_are_bounded() -> None:
    fit = parse_fit_error("0/1 nodes are available: " + "1 [red]\x1b[31m" * 10_000)
    assert fit is not None
    assert sum(len(one.detail) for one in fit.causes) < 20_000
    assert parse_fit_error("0/" + "9" * 5000 + " nodes are available: 1 Insufficient cpu.") is None
