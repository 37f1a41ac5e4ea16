"""A plan as lines."""

from __future__ import annotations

from msgspec.structs import replace

from nodeview.actions.plan import Verdict
from nodeview.ui.widgets.plan_lines import lines_of_plan, more_of
from tests.ui.acting import R2, R4, a_plan


def said(plan: object, width: int = 120, *unfolded: str) -> list[str]:
    """The lines as text."""
    lines = lines_of_plan(plan, unfolded, width)  # type: ignore[arg-type]
    return ["".join(text for text, _ in line.said).rstrip() for line in lines]


def test_what_stands_in_the_way_comes_first_each_by_its_name() -> None:
    plan = a_plan(2, R2, replace(R4, accepted=True))
    lines = said(plan)
    assert lines[:3] == [
        "stands in the way: 1",
        " R2   shop/debug has no controller: nothing would bring it back",
        " R4   accepted shop/ledger replaces pods only once they are deleted (OnDelete)",
    ]
    assert [line.key for line in lines_of_plan(plan, (), 80)][1:3] == [
        "blocker:R2:shop/debug",
        "blocker:R4:shop/ledger",
    ]


def test_steps_have_their_commands_beside_them_where_there_is_room_and_beneath_them_elsewhere() -> None:
    plan = a_plan()
    wide = next(line for line in said(plan, 160) if "restart " in line)
    assert "shop/checkout" in wide
    assert "6 pods restart to move 3" in wide
    assert wide.endswith("kubectl -n shop rollout restart deployment/checkout")
    narrow = said(plan, 80)
    assert not any("kubectl" in line for line in narrow)
    assert more_of(plan, "step:3") == ("6 pods restart to move 3 · kubectl -n shop rollout restart deployment/checkout")
    assert next(line for line in narrow if "surge first" in line).endswith("surge first, up to 10 min")
    assert "shop/checkout" not in next(line for line in narrow if "surge first" in line), "said one line above"


def test_many_alike_steps_are_one_line_until_somebody_unfolds_them() -> None:
    plan = a_plan(40)
    lines = said(plan)
    assert sum("no new pods" in line for line in lines) == 0
    assert "   1  + cordon 40 times: old-1, old-2 and 38 more" in lines
    assert sum("no new pods" in line for line in said(plan, 120, "fold:1")) == 40


def test_pods_are_counted_by_their_way_and_told_one_by_one_when_unfolded() -> None:
    plan = a_plan()
    assert " +     3 restart with their workload" in said(plan)
    assert not any("checkout-1 " in line for line in said(plan))
    unfolded = said(plan, 120, "pods:restart")
    assert "         shop/checkout-1 on old-1: its workload restarts" in unfolded


def test_warnings_that_say_the_same_are_one_and_the_undo_is_told() -> None:
    warnings = tuple(Verdict("R25", f"shop/{name}", "its spec belongs to Argo CD") for name in "abcde")
    lines = said(a_plan(warnings=warnings))
    assert " R25  shop/a, shop/b, shop/c and 2 more its spec belongs to Argo CD" in lines
    assert lines[-2:] == ["undo", " uncordon old-1"]
    assert more_of(a_plan(), "undo:uncordon") == "kubectl uncordon old-1"


def test_a_plan_of_nothing_says_so_and_foreign_text_stays_on_its_line() -> None:
    assert " there is nothing to do" in said(a_plan(1, steps=(), pods=(), undo=()))
    evil = Verdict("R2", "shop/x\x1b[2J", "two\nlines")
    assert all(line.isprintable() for line in said(a_plan(2, evil)))
    assert more_of(a_plan(2, evil), f"blocker:{evil.name}").isprintable()
    assert more_of(a_plan(), "nothing at all") == ""
