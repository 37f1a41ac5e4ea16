"""Why each node stays, as a column."""

from __future__ import annotations

from typing import get_args

from nodeview.insights import STAY_WORDS, Stay, Staying, StayReason, staying_column, tone_of
from nodeview.records import NodeBudget, NodeName
from nodeview.views import Filter, Tone, parse_filter
from tests.builders import NOW
from tests.insights.stays import World, karpenters, pool, usable


def test_every_reason_has_a_word() -> None:
    assert set(STAY_WORDS) == set(get_args(StayReason))


def test_it_says_the_strongest_reason_and_sorts_by_it() -> None:
    world = World(pools=[pool()]).put(karpenters(), usable())
    world.put(karpenters("node-2", annotations={"karpenter.sh/do-not-disrupt": "true"}), usable(name="api-2"))
    column = staying_column(world.look, str)
    one, other = (world.look().nodes[NodeName(name)].view for name in ("node-1", "node-2"))
    assert column.cell(one, NOW).text == "nothing keeps it: empty, next consolidation · 10m"
    assert column.cell(other, NOW).text == "karpenter.sh/do-not-disrupt on the node"
    assert column.sort_key(other, NOW) < column.sort_key(one, NOW)


def test_a_filter_finds_any_of_the_reasons() -> None:
    frozen = pool(budgets=[NodeBudget("0")])
    world = World(pools=[frozen]).put(karpenters(), usable())
    world.put(karpenters("node-2", annotations={"karpenter.sh/do-not-disrupt": "true"}), usable(name="api-2"))
    views = [known.view for known in world.look().nodes.values()]
    columns = [staying_column(world.look, str)]

    def found(text: str) -> list[str]:
        asked = parse_filter(text, columns, ["team"])
        assert isinstance(asked, Filter), asked
        return sorted(view.name for view in views if asked.matches(view, NOW))

    assert found("stay=budget") == ["node-1", "node-2"]
    assert found("stay=node_annotation") == ["node-2"]
    assert found("stay!=node_annotation") == ["node-1"]


def test_before_anything_is_known_it_is_a_dash_with_its_reason() -> None:
    world = World().put(karpenters())
    view = world.look().nodes[NodeName("node-1")].view
    column = staying_column(Staying, str)
    assert column.cell(view, NOW).text == "–"
    assert column.sort_key(view, NOW) is None


def test_amber_is_what_somebody_must_do_something_about() -> None:
    assert tone_of(Stay("pdb_never", "")) is Tone.CAUTION
    assert tone_of(Stay("draining", "1 of 2 pods moved, 1 blocked by PDB a/b")) is Tone.CAUTION
    assert tone_of(Stay("draining", "1 of 2 pods moved")) is Tone.PLAIN
    assert tone_of(Stay("nothing", "")) is Tone.MUTED
