"""What is wrong with a node, or being done to it."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.insights import Finding, Findings, Insights, Stay
from nodeview.insights.staying import Staying
from nodeview.records import NodeName
from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.node_wrongs import cordon_words, summary_of, troubles_of, wrongs_of
from nodeview.views import Tone
from tests.builders import NOW, a_node, condition, taint
from tests.ui.frames import Clock, a_frame, a_node_view, cordoned, not_ready

CORDON = "node.kubernetes.io/unschedulable"
ROTATION = {
    "nodeview.dev/rotation": "r-ab12",
    "nodeview.dev/rotation-by": "anna",
    "nodeview.dev/rotation-why": "new AMI",
    "nodeview.dev/rotation-cordoned": "true",
}


def a_desk(insights: Insights | None = None) -> Desk:
    frame = a_frame(1)
    return Desk(UiOptions(), Clock(), Ink(), replace(frame, insights=insights or frame.insights))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"cordoned_by": "kubectl", "cordoned_at": NOW - 200}, "cordoned by kubectl 3m ago"),
        ({"cordoned_by": "kubectl", "cordoned_at": None}, "cordoned by kubectl"),
        ({"taints": (taint(CORDON, added=NOW - 60),), "cordoned_by": "x", "cordoned_at": NOW}, "cordoned by x 1m ago"),
        ({"taints": (taint(CORDON, added=NOW - 60),)}, "cordoned 1m ago, by whom is not told"),
        ({}, "cordoned, by whom is not told"),
        (
            {"annotations": ROTATION, "cordoned_by": "nodeview", "cordoned_at": NOW - 61},
            "cordoned by nodeview's rotation r-ab12, for anna 1m ago: new AMI",
        ),
        ({"annotations": {"nodeview.dev/rotation": "r-ab12"}, "cordoned_by": "kubectl"}, "cordoned by kubectl"),
    ],
)
def test_who_cordoned_it_as_far_as_that_is_told(said: dict[str, Any], words: str) -> None:
    assert cordon_words(a_node(unschedulable=True, **said), NOW) == words


def test_pressure_is_a_trouble_and_an_unknown_condition_is_not() -> None:
    said = (condition("Ready"), condition("DiskPressure", message="disk is full"), condition("KernelDeadlock", "True"))
    assert troubles_of(a_node_view(1, conditions=said).record) == ["DiskPressure True: disk is full"]


def test_nothing_is_wrong_with_a_node_that_is_ready() -> None:
    assert wrongs_of(a_node_view(1), a_desk()) == []
    assert summary_of(a_node_view(1), a_desk()) == []


def test_a_phase_that_is_no_usual_one_comes_first_with_its_since_and_its_reason() -> None:
    first, second = wrongs_of(not_ready(1), a_desk())
    assert first[0] == "NotReady"
    assert "(3m)" in first[1]
    assert first[2] is Tone.ALARM
    assert second[0] == "Ready"
    assert second[1] == "Unknown: Kubelet stopped posting"


def test_a_cordon_is_told_once_with_who_did_it() -> None:
    node = a_node_view(1, unschedulable=True, cordoned_by="kubectl", cordoned_at=NOW - 200)
    assert wrongs_of(node, a_desk()) == [("cordoned", "by kubectl 3m ago", Tone.CAUTION)]
    assert summary_of(node, a_desk()) == [("cordoned by kubectl 3m ago", Tone.CAUTION)]
    (told,) = wrongs_of(cordoned(1), a_desk())
    assert told[1] == "by whom is not told"


def test_findings_about_it_are_told_and_those_that_are_only_to_be_known_are_not() -> None:
    name = NodeName(a_node_view(1).name)
    found = (
        Finding("churn", "caution", "pool/api", "lived 4 minutes", nodes=(name,)),
        Finding("spot", "info", "pool/api", "could be spot", nodes=(name,)),
        Finding("churn", "caution", "pool/web", "another", nodes=(NodeName("other"),)),
    )
    desk = a_desk(Insights(findings=Findings(found)))
    assert [said for _, said, _ in wrongs_of(a_node_view(1), desk)] == ["caution pool/api: lived 4 minutes"]
    assert summary_of(a_node_view(1), desk) == []


def test_above_the_pods_what_keeps_a_leaving_node_comes_before_who_cordoned_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stay = Stay("pdb", "PDB shop/ledger: needs 3 healthy, has 3")
    monkeypatch.setattr(Staying, "first", lambda self, name, now: stay)
    (first, tone), (second, _) = summary_of(cordoned(1), a_desk())
    assert first.endswith("PDB shop/ledger: needs 3 healthy, has 3")
    assert tone is Tone.CAUTION
    assert second == "cordoned, by whom is not told"
