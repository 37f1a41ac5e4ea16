"""What each thing amounts to, and how a table says it. Pure."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nodeview.views.arrangement import (
    GROUPINGS,
    Arrangement,
    Group,
    SortError,
    SortOrder,
    TableState,
    arrange,
    arrange_rows,
    name_pattern_error,
    parse_sort,
)
from nodeview.views.balloon import BALLOON_NAMES, balloon_test, is_balloon_by_rule
from nodeview.views.bill import CapacityMoney, Money, bill_lines, bound_mark
from nodeview.views.cell import Cell, Fill, Tone, dash
from nodeview.views.claim import NO_CLAIMS, Claims, ClaimView, row_key
from nodeview.views.cluster import EMPTY, ClusterView, Departed, ZoneView, view_cluster, why_unheard
from nodeview.views.columns import Column, node_columns, price_column
from nodeview.views.feed_rows import (
    FeedFilter,
    feed_columns,
    feed_kinds,
    feed_namespaces,
    line_tone,
    line_words,
    preemption_words,
    with_short_names,
)
from nodeview.views.filter import NO_FILTER, Filter, FilterError, parse_filter
from nodeview.views.fit_error import Cause, CauseKind, FitError, parse_fit_error
from nodeview.views.fit_words import FitWords, asked, cause_phrases, words_of_fit
from nodeview.views.goods import goods_of
from nodeview.views.headroom import Headroom, Place, Room, Shape
from nodeview.views.headroom_shape import LARGEST, HeadroomShape, parse_headroom_shape
from nodeview.views.headroom_words import finding_of, left_words, shape_words
from nodeview.views.labels import COMPUTED_LABELS, ComputedLabel, label_keys, value_of
from nodeview.views.life import life_of, way_in
from nodeview.views.node import Assumptions, NodeView, view_node
from nodeview.views.node_cells import CAPACITY_WORDS, short_zone
from nodeview.views.pod import PendingView, PodState, WaitKind, owner_of, state_of, view_pending
from nodeview.views.pod_columns import MEASURED_POD_COLUMNS, PENDING_COLUMNS, POD_COLUMNS, PodRow
from nodeview.views.pod_sums import PodCounts
from nodeview.views.pool import PoolKey, PoolView
from nodeview.views.split import Split, is_daemon
from nodeview.views.standing import BADGE_WORDS, PHASE_ORDER, PHASE_TONES, PHASE_WORDS, state_cell
from nodeview.views.tallies import Tally, tally, total
from nodeview.views.text import (
    HOURS_A_MONTH,
    NANO,
    amount,
    cell_width,
    currency_sign,
    duration,
    figure,
    money,
    natural,
    of_whole,
    percent,
    printable,
    short_name,
    short_price,
    shorten,
    shorten_end,
    shorten_phrases,
    span,
    unit_for,
)
from nodeview.views.trend import NO_TREND, WHOLE, Figure, Point, Trend, trend_of, with_present
from nodeview.views.usage import bar_cell, bar_of_tally, share_of
from nodeview.views.used import NOT_MEASURED, used_share, used_share_of

if TYPE_CHECKING:
    from nodeview.views.cost_columns import columns_of_costs, cost_key
    from nodeview.views.costs import CostRow, Costs, CostsBy, cost_rows
    from nodeview.views.label_selector import parse_selector
    from nodeview.views.pool_budgets import PoolBudgets
    from nodeview.views.pool_columns import NO_POOL, columns_of_pools
    from nodeview.views.pool_details import Counted, PoolDetails
    from nodeview.views.pool_versions import VersionMatrix, VersionRow, version_matrix
    from nodeview.views.pool_words import Fact, facts_of_pool, group_words
    from nodeview.views.pools import NO_POOLS, PoolRow, Pools, pools_of
    from nodeview.views.trend_window import Extent, columns_of, extent_of, window_of

_LATE = {
    **dict.fromkeys(("CostRow", "Costs", "CostsBy", "cost_rows"), "costs"),
    **dict.fromkeys(("columns_of_costs", "cost_key"), "cost_columns"),
    "parse_selector": "label_selector",
    **dict.fromkeys(("NO_POOLS", "PoolRow", "Pools", "pools_of"), "pools"),
    **dict.fromkeys(("Counted", "PoolDetails"), "pool_details"),
    "PoolBudgets": "pool_budgets",
    **dict.fromkeys(("NO_POOL", "columns_of_pools"), "pool_columns"),
    **dict.fromkeys(("Fact", "facts_of_pool", "group_words"), "pool_words"),
    **dict.fromkeys(("VersionMatrix", "VersionRow", "version_matrix"), "pool_versions"),
    **dict.fromkeys(("Extent", "columns_of", "extent_of", "window_of"), "trend_window"),
}
"""Name → the module that is loaded when it is first asked for: the first paint does without costs and pools."""


def __getattr__(name: str) -> Any:
    """Load what is not needed at once."""
    if name not in _LATE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"nodeview.views.{_LATE[name]}"), name)


__all__ = [
    "BADGE_WORDS",
    "BALLOON_NAMES",
    "CAPACITY_WORDS",
    "COMPUTED_LABELS",
    "EMPTY",
    "GROUPINGS",
    "HOURS_A_MONTH",
    "LARGEST",
    "MEASURED_POD_COLUMNS",
    "NANO",
    "NOT_MEASURED",
    "NO_CLAIMS",
    "NO_FILTER",
    "NO_POOL",
    "NO_POOLS",
    "NO_TREND",
    "PENDING_COLUMNS",
    "PHASE_ORDER",
    "PHASE_TONES",
    "PHASE_WORDS",
    "POD_COLUMNS",
    "WHOLE",
    "Arrangement",
    "Assumptions",
    "CapacityMoney",
    "Cause",
    "CauseKind",
    "Cell",
    "ClaimView",
    "Claims",
    "ClusterView",
    "Column",
    "ComputedLabel",
    "CostRow",
    "Costs",
    "CostsBy",
    "Counted",
    "Departed",
    "Extent",
    "Fact",
    "FeedFilter",
    "Figure",
    "Fill",
    "Filter",
    "FilterError",
    "FitError",
    "FitWords",
    "Group",
    "Headroom",
    "HeadroomShape",
    "Money",
    "NodeView",
    "PendingView",
    "Place",
    "PodCounts",
    "PodRow",
    "PodState",
    "Point",
    "PoolBudgets",
    "PoolDetails",
    "PoolKey",
    "PoolRow",
    "PoolView",
    "Pools",
    "Room",
    "Shape",
    "SortError",
    "SortOrder",
    "Split",
    "TableState",
    "Tally",
    "Tone",
    "Trend",
    "VersionMatrix",
    "VersionRow",
    "WaitKind",
    "ZoneView",
    "amount",
    "arrange",
    "arrange_rows",
    "asked",
    "balloon_test",
    "bar_cell",
    "bar_of_tally",
    "bill_lines",
    "bound_mark",
    "cause_phrases",
    "cell_width",
    "columns_of",
    "columns_of_costs",
    "columns_of_pools",
    "cost_key",
    "cost_rows",
    "currency_sign",
    "dash",
    "duration",
    "extent_of",
    "facts_of_pool",
    "feed_columns",
    "feed_kinds",
    "feed_namespaces",
    "figure",
    "finding_of",
    "goods_of",
    "group_words",
    "is_balloon_by_rule",
    "is_daemon",
    "label_keys",
    "left_words",
    "life_of",
    "line_tone",
    "line_words",
    "money",
    "name_pattern_error",
    "natural",
    "node_columns",
    "of_whole",
    "owner_of",
    "parse_filter",
    "parse_fit_error",
    "parse_headroom_shape",
    "parse_selector",
    "parse_sort",
    "percent",
    "pools_of",
    "preemption_words",
    "price_column",
    "printable",
    "row_key",
    "shape_words",
    "share_of",
    "short_name",
    "short_price",
    "short_zone",
    "shorten",
    "shorten_end",
    "shorten_phrases",
    "span",
    "state_cell",
    "state_of",
    "tally",
    "total",
    "trend_of",
    "unit_for",
    "used_share",
    "used_share_of",
    "value_of",
    "version_matrix",
    "view_cluster",
    "view_node",
    "view_pending",
    "way_in",
    "why_unheard",
    "window_of",
    "with_present",
    "with_short_names",
    "words_of_fit",
]
