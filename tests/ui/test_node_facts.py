"""What is said of a node beside its pods."""

from __future__ import annotations

from nodeview.ui.desk import Desk
from nodeview.ui.options import UiOptions
from nodeview.ui.tones import Ink
from nodeview.ui.widgets.node_facts import facts_of, troubles_of
from nodeview.views import NodeView
from tests.builders import NOW, condition, taint
from tests.ui.frames import Clock, a_frame, a_node_view, cordoned


def said_of(view: NodeView, width: int = 100) -> list[str]:
    desk = Desk(UiOptions(), Clock(), Ink(), a_frame([view]))
    return ["".join(part for part, _ in line) for line in facts_of(view, desk, width)]


def test_what_presses_comes_first_and_what_is_looked_up_last() -> None:
    titles = [line.strip() for line in said_of(cordoned(1)) if line.startswith(" ") and line[1:2] not in (" ", "")]
    order = ["what is wrong", "life", "conditions", "taints", "events", "history", "machine", "allocatable", "labels"]
    places = [next(place for place, title in enumerate(titles) if title.startswith(one)) for one in order]
    assert places == sorted(places)


def test_on_a_narrow_screen_a_healthy_condition_is_brief_and_one_that_is_amiss_is_not() -> None:
    ready, full = (
        condition("Ready", "True", "KubeletReady", "posting"),
        condition("DiskPressure", message="disk is full"),
    )
    view = a_node_view(1, conditions=(ready, full))
    assert "posting" in "\n".join(said_of(view, 120))
    narrow = said_of(view, 80)
    assert "posting" not in "\n".join(narrow)
    place = narrow.index(" conditions")
    assert "disk is full" in narrow[place + 1], "what is amiss is the first of them"
    assert "KubeletReady" in narrow[place + 2]


def test_addresses_are_told_by_kind_and_two_of_a_kind_both() -> None:
    said = (("InternalIP", "10.0.0.1"), ("InternalIP", "fd00::1"), ("Hostname", "n"), ("Odd", "x"))
    text = "\n".join(said_of(a_node_view(1, addresses=said)))
    for one in ("internal address       10.0.0.1, fd00::1", "host name              n", "Odd                    x"):
        assert one in text


def test_pressure_is_a_trouble_and_an_unknown_condition_is_not() -> None:
    said = (condition("Ready"), condition("DiskPressure", message="disk is full"), condition("KernelDeadlock", "True"))
    assert troubles_of(a_node_view(1, conditions=said).record) == ["DiskPressure True: disk is full"]


def test_facts_hold_conditions_taints_machine_and_labels() -> None:
    view = a_node_view(1, taints=(taint("dedicated", value="gpu", added=int(NOW) - 3600),))
    lines = facts_of(view, Desk(UiOptions(), Clock(), Ink()), 100)
    text = "\n".join("".join(part for part, _ in line) for line in lines)
    for said in ("conditions", "dedicated", "gpu NoSchedule since 1h", "provider id", "nodeview/instance-price"):
        assert said in text
