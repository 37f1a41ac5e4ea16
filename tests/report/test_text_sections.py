"""What a text report says below its nodes."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.cluster import Preemptions, Times
from nodeview.frame import Frame
from nodeview.report.text_sections import sections_of
from nodeview.views import parse_headroom_shape
from tests.report.frames import a_cluster, a_frame
from tests.report.test_json_headroom import full
from tests.report.test_json_preemptions import STORY


def preempted() -> Frame:
    """The full cluster, where a balloon made way and a pod that is none, of which little is known."""
    other = replace(STORY, by=None, balloon=False, ran_at=None, refilled_at=None)
    told = Preemptions(2, 1, Times(2.5, 4), Times(), (STORY, other))
    return replace(full(), view=replace(full().view, preemptions=told))


def test_headroom_is_told_where_somebody_asked_for_it() -> None:
    assert not [one for one in sections_of(full()) if "headroom" in one.title]
    view = full().view
    given = replace(view.given, headroom_shape=parse_headroom_shape("cpu=3"))
    section = sections_of(replace(full(), view=replace(view, given=given)))[0]
    assert section.title.startswith("headroom in pods of 3 vCPU")
    kinds = [row[:3] for row in section.table.rows]
    assert kinds[:2] == [("zone", "1a", "0"), ("zone", "1b", "1")]
    assert section.table.titles[:4] == ("of", "name", "pods", "of balloons")


def test_preemptions_are_told_each_with_what_is_known() -> None:
    (section,) = [one for one in sections_of(preempted()) if "preempted" in one.title]
    assert section.title == "2 preempted; seconds to run median 2.5 s, worst 4 s, to refill median –, worst –"
    assert section.table.rows == (
        ("default/balloon-a", "n-1", "shop/checkout", "2 s", "41 s"),
        ("default/balloon-a (no balloon)", "n-1", "preemptor not seen", "–", "–"),
    )
    assert section.table.right == (False, False, False, True, True)


def test_pools_are_told_in_the_columns_of_the_screen_and_their_kubelets_where_they_differ() -> None:
    frame = a_frame(*a_cluster())
    pools, versions = sections_of(frame)[:2]
    assert pools.title == "1 pool"
    rows = [dict(zip(pools.table.titles, row, strict=True)) for row in pools.table.rows]
    assert [(row["POOL"], row["NODES"], row["KUBELET"], row["BEHIND"]) for row in rows] == [
        ("api", "1", "v1.33.1", "1"),
        ("(no pool)", "2", "v1.33.1", "2"),
    ]
    assert versions.title == "nodes by kubelet; * of the control plane's minor version, v1.34.2"
    assert versions.table.titles == ("pool", "v1.33.1", "v1.34*", "behind")
    assert versions.table.rows == (("api", "1", "0", "1"), ("(no pool)", "2", "0", "2"), ("all", "3", "0", "3"))
    unpriced = sections_of(a_frame(*a_cluster(), priced=False))[0].table.titles
    assert "$/H" in pools.table.titles
    assert "$/H" not in unpriced
