"""The table of costs: what each cell says, and that nothing unknown looks like nothing."""

from __future__ import annotations

import pytest

from nodeview.records import OwnerRef
from nodeview.views import Cell, CostRow, TableState, arrange_rows, columns_of_costs, cost_key
from tests.builders import NOW

NANO = 10**9
SHOP = CostRow("namespace", "shop", pods=12, balloons=2, hourly={"USD": NANO // 2}, share=0.5)
BATCH = CostRow("namespace", "batch", pods=1, unpriced_pods=1)
IDLE = CostRow("idle", hourly={"USD": NANO // 4}, share=0.25, estimated=True)
CART = CostRow("owner", "shop", OwnerRef("Deployment", "cart"), pods=3, hourly={"USD": 4_200_000}, share=0.001)


def said(row: CostRow, *currencies: str, by: str = "namespace") -> dict[str, Cell]:
    columns = columns_of_costs(by, currencies or ("USD",))  # type: ignore[arg-type]
    return {one.title: one.cell(row, NOW) for one in columns}


def test_a_namespace_its_pods_its_money_and_its_share() -> None:
    cells = {title: cell.text for title, cell in said(SHOP).items()}
    assert cells == {
        "NAMESPACE": "shop",
        "PODS": "12",
        "BALLOONS": "2",
        "$/H": "0.500",
        "$/MO": "365",
        "SHARE": "50 %",
    }


def test_a_workload_has_its_kind_and_namespace_and_little_money_keeps_its_meaning() -> None:
    cells = said(CART, by="owner")
    assert [cells[one].text for one in ("OWNER", "KIND", "NAMESPACE")] == ["cart", "Deployment", "shop"]
    assert (cells["$/H"].text, cells["$/MO"].text, cells["SHARE"].text) == ("0.0042", "3.07", "<1 %")


def test_what_is_unknown_is_a_dash_with_its_reason_and_never_a_nought() -> None:
    cells = said(BATCH)
    assert (cells["$/H"].text, cells["SHARE"].text) == ("–", "–")
    assert "known what it costs" in cells["$/H"].reason


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (CostRow("namespace", "a", pods=2, unpriced_pods=1, hourly={"USD": NANO}), "≥1.000"),
        (CostRow("namespace", "a", pods=2, estimated=True, hourly={"USD": NANO}), "~1.000"),
        (CostRow("namespace", "a", pods=2, hourly={"USD": 0}), "0"),
    ],
)
def test_lower_bounds_and_estimates_have_their_marks(row: CostRow, text: str) -> None:
    assert said(row)["$/H"].text == text


def test_what_no_pod_pays_for_cannot_be_taken_for_a_namespace() -> None:
    cells = said(IDLE)
    assert (cells["NAMESPACE"].text, cells["PODS"].text, cells["$/H"].text) == ("(idle)", "–", "~0.250")


def test_each_currency_has_columns_of_its_own() -> None:
    both = CostRow("namespace", "a", pods=2, hourly={"CNY": 2 * NANO, "USD": NANO})
    cells = said(both, "CNY", "USD")
    assert (cells["¥/H"].text, cells["$/H"].text) == ("2.000", "1.000")
    assert said(SHOP, "CNY", "USD")["¥/H"].text == "–"
    assert columns_of_costs("namespace", ("CNY", "USD"))[3].id == "cost"


def test_the_dearest_comes_first_and_the_unknown_last() -> None:
    columns = columns_of_costs("namespace", ("USD",))
    rows = arrange_rows([IDLE, BATCH, SHOP], TableState("cost", descending=True), columns, NOW)
    assert rows == (SHOP, IDLE, BATCH)


def test_keys_tell_rows_apart() -> None:
    other = CostRow("owner", "shop", OwnerRef("StatefulSet", "cart"))
    assert len({cost_key(one) for one in (SHOP, BATCH, IDLE, CART, other)}) == 5
