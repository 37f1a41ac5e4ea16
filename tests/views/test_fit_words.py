"""The scheduler's sentence in words."""

from __future__ import annotations

import pytest

from nodeview.views import cause_phrases, parse_fit_error, words_of_fit
from nodeview.views.fit_error import Cause

NANO = 10**9
GIB = 2**30 * NANO
ASKED = {"cpu": 4 * NANO, "memory": 8 * GIB, "nvidia.com/gpu": 2 * NANO, "ephemeral-storage": GIB}


def words(said: str, nodes: int = 5) -> str:
    fit = parse_fit_error(f"0/{nodes} nodes are available: {said}.")
    assert fit is not None
    return words_of_fit(fit, ASKED).sentence


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("5 Insufficient cpu", "no node has 4 vCPU free"),
        ("5 Insufficient cpu, 5 Insufficient memory", "no node has 4 vCPU or 8 GiB free"),
        ("5 Insufficient nvidia.com/gpu", "no node has 2 nvidia.com/gpu free"),
        ("5 Insufficient ephemeral-storage", "no node has 1 GiB of ephemeral-storage free"),
        ("5 Insufficient example.com/x", "no node has enough example.com/x free"),
        (
            "2 Insufficient cpu, 3 node(s) had untolerated taint {dedicated: gpu}",
            "no node has 4 vCPU free for it; 3 have the taint dedicated=gpu",
        ),
        ("4 Insufficient cpu, 1 Insufficient memory", "4 have less than 4 vCPU free; 1 has less than 8 GiB free"),
        ("5 Insufficient cpu, 1 Insufficient memory", "no node has 4 vCPU free; 1 has less than 8 GiB free too"),
        ("5 node(s) had untolerated taint(s)", "every node has a taint it does not tolerate"),
        ("1 node(s) were unschedulable, 4 Too many pods", "4 hold as many pods as they may; 1 is cordoned"),
        ("5 node(s) didn't match Pod's node affinity/selector", "no node matches its node selector or affinity"),
        ("2 quite new, 3 node(s) were unschedulable", "3 are cordoned; 2 quite new"),
        ("pod has unbound immediate PersistentVolumeClaims", "its volume claim is not bound yet"),
    ],
)
def test_words(said: str, expected: str) -> None:
    assert words(said) == expected


def test_no_nodes_and_no_preemption_are_said() -> None:
    nobody = parse_fit_error("no nodes available to schedule pods")
    never = parse_fit_error(
        "0/1 nodes are available: 1 Insufficient cpu. preemption: not eligible due to preemptionPolicy=Never."
    )
    assert nobody is not None
    assert never is not None
    assert words_of_fit(nobody, {}).lead == "there is no node to run on"
    assert words_of_fit(never, ASKED).phrases[-1] == "it may push nothing aside (preemptionPolicy Never)"


def test_a_label_is_said_as_people_say_it() -> None:
    causes = (
        Cause(2, "selector", "topology.kubernetes.io/zone in a"),
        Cause(1, "selector", "disk in ssd"),
        Cause(1, "selector", "kubernetes.io/arch in arm64"),
    )
    assert cause_phrases(causes, 5, ASKED) == (
        "2 are in another zone",
        "1 lacks disk in ssd",
        "1 is of another architecture",
    )


def test_foreign_text_cannot_steer_a_terminal() -> None:
    assert "\x1b" not in words("2 \x1b[31mred, 3 node(s) had untolerated taint {\x1b: x}")
