"""What is said of a node beside its pods."""

from __future__ import annotations

from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.node_facts import facts_of, troubles_of
from tests.builders import NOW, condition, taint
from tests.ui.frames import Clock, a_node_view


def test_pressure_is_a_trouble_and_an_unknown_condition_is_not() -> None:
    said = (condition("Ready"), condition("DiskPressure", message="disk is full"), condition("KernelDeadlock", "True"))
    assert troubles_of(a_node_view(1, conditions=said).record) == ["DiskPressure True: disk is full"]


def test_facts_hold_conditions_taints_machine_and_labels() -> None:
    view = a_node_view(1, taints=(taint("dedicated", value="gpu", added=int(NOW) - 3600),))
    lines = facts_of(view, Desk(UiOptions(), Clock(), Ink()), 100)
    text = "\n".join("".join(part for part, _ in line) for line in lines)
    for said in ("conditions", "dedicated", "gpu NoSchedule since 1h", "provider id", "nodeview/instance-price"):
        assert said in text
