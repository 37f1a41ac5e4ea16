"""What is used stands beside what is requested, under its own name."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.records import Usage
from nodeview.views import MEASURED_POD_COLUMNS, PodRow, Tone, node_columns, parse_filter, used_share, used_share_of
from nodeview.views.used import NOT_MEASURED
from tests.builders import NOW, a_pod
from tests.views.build import GIB, NANO, RESOURCES, column, pods, view

USED = Usage(NANO, 4 * GIB)
COLUMNS = node_columns(RESOURCES, [], used=True)


def said(identity: str, node: object) -> object:
    return next(one for one in COLUMNS if one.id == identity).cell(node, NOW)  # type: ignore[arg-type]


def test_the_tick_stands_where_the_use_does_and_the_figure_stays_that_of_requests() -> None:
    node = view(holds=pods(4))
    plain, ticked = column("cpu").cell(node, NOW), column("cpu").cell(replace(node, used=USED), NOW)
    assert plain.fill is not None
    assert plain.fill.used is None
    assert ticked == replace(plain, fill=replace(plain.fill, used=0.25))


def test_columns_of_their_own_only_where_it_is_measured() -> None:
    ids = [one.id for one in COLUMNS]
    assert ids[ids.index("memory") + 1 :][:2] == ["cpu-used", "memory-used"]
    assert not [one.id for one in node_columns(RESOURCES, []) if "used" in one.id]
    node = replace(view(), used=Usage(2 * NANO, None))
    assert said("cpu-used", node).text == "50 %"  # type: ignore[attr-defined]
    unknown = said("memory-used", node)
    assert (unknown.text, unknown.reason) == ("–", NOT_MEASURED)  # type: ignore[attr-defined]


def test_sorting_and_filtering_by_use() -> None:
    nodes = [replace(view(f"n{cpu}"), used=Usage(cpu * NANO, None)) for cpu in (1, 3)] + [view("nobody")]
    wanted = parse_filter("cpu-used>50", COLUMNS)
    assert [one.name for one in wanted.shown(nodes, NOW)] == ["n3"]  # type: ignore[union-attr]
    assert [used_share(one, "cpu") for one in nodes] == [0.25, 0.75, None]


def test_a_pod_that_uses_more_than_it_requests_stands_out() -> None:
    pod = a_pod()
    cells = {one.id: one.cell(PodRow(pod, None, Usage(NANO * 3 // 2, GIB // 2)), NOW) for one in MEASURED_POD_COLUMNS}
    assert (cells["cpu-used"].text, cells["cpu-used"].tone) == ("1.500", Tone.CAUTION)
    assert (cells["memory-used"].text, cells["memory-used"].tone) == ("512", Tone.PLAIN)
    assert (cells["cpu"].text, cells["memory"].text) == ("1.000", "1024")
    nothing = MEASURED_POD_COLUMNS[5].cell(PodRow(pod, None), NOW)
    assert (nothing.text, nothing.reason) == ("–", NOT_MEASURED)


def test_the_use_of_several_nodes_is_known_where_each_that_is_ready_is_measured() -> None:
    measured = replace(view("a"), used=Usage(NANO, 2 * GIB))
    other = replace(view("b"), used=Usage(3 * NANO, None))
    assert used_share_of([measured, other], "cpu") == 0.5
    assert used_share_of([measured, other], "memory") is None
    broken = replace(other, used=None, standing=replace(other.standing, ready=False))
    assert used_share_of([measured, broken], "cpu") == 0.125
    assert used_share_of([], "cpu") is None
