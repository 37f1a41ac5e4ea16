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
from nodeview.views.cluster import EMPTY, ClusterView, Departed, PoolView, ZoneView, view_cluster, why_unheard
from nodeview.views.columns import Column, node_columns, price_column
from nodeview.views.feed_rows import (
    FeedFilter,
    feed_columns,
    feed_kinds,
    feed_namespaces,
    line_tone,
    line_words,
    preemption_words,
)
from nodeview.views.filter import NO_FILTER, Filter, FilterError, parse_filter
from nodeview.views.fit_error import Cause, CauseKind, FitError, parse_fit_error
from nodeview.views.fit_words import FitWords, asked, cause_phrases, words_of_fit
from nodeview.views.goods import goods_of
from nodeview.views.headroom import Headroom, Place, Room, Shape
from nodeview.views.headroom_shape import LARGEST, HeadroomShape, parse_headroom_shape
from nodeview.views.headroom_words import finding_of, left_words, shape_words
from nodeview.views.labels import COMPUTED_LABELS, ComputedLabel, label_keys, value_of
from nodeview.views.node import Assumptions, NodeView, view_node
from nodeview.views.node_cells import CAPACITY_WORDS, short_zone
from nodeview.views.pod import PendingView, PodState, WaitKind, owner_of, state_of, view_pending
from nodeview.views.pod_columns import MEASURED_POD_COLUMNS, PENDING_COLUMNS, POD_COLUMNS, PodRow
from nodeview.views.pod_sums import PodCounts
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
    unit_for,
)
from nodeview.views.usage import bar_cell, bar_of_tally, share_of
from nodeview.views.used import NOT_MEASURED, used_share

if TYPE_CHECKING:
    from nodeview.views.cost_columns import columns_of_costs, cost_key
    from nodeview.views.costs import CostRow, Costs, CostsBy, cost_rows

_OF_COSTS = ("CostRow", "Costs", "CostsBy", "cost_rows")
_COST_COLUMNS = ("columns_of_costs", "cost_key")


def __getattr__(name: str) -> Any:
    """Costs are loaded when they are first asked for: the first paint does without them."""
    if name not in (*_OF_COSTS, *_COST_COLUMNS):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"nodeview.views.{'costs' if name in _OF_COSTS else 'cost_columns'}"), name)


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
    "NO_FILTER",
    "PENDING_COLUMNS",
    "PHASE_ORDER",
    "PHASE_TONES",
    "PHASE_WORDS",
    "POD_COLUMNS",
    "Arrangement",
    "Assumptions",
    "CapacityMoney",
    "Cause",
    "CauseKind",
    "Cell",
    "ClusterView",
    "Column",
    "ComputedLabel",
    "CostRow",
    "Costs",
    "CostsBy",
    "Departed",
    "FeedFilter",
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
    "PoolView",
    "Room",
    "Shape",
    "SortError",
    "SortOrder",
    "Split",
    "TableState",
    "Tally",
    "Tone",
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
    "columns_of_costs",
    "cost_key",
    "cost_rows",
    "currency_sign",
    "dash",
    "duration",
    "feed_columns",
    "feed_kinds",
    "feed_namespaces",
    "figure",
    "finding_of",
    "goods_of",
    "is_balloon_by_rule",
    "is_daemon",
    "label_keys",
    "left_words",
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
    "parse_sort",
    "percent",
    "preemption_words",
    "price_column",
    "printable",
    "shape_words",
    "share_of",
    "short_name",
    "short_price",
    "short_zone",
    "shorten",
    "shorten_end",
    "state_cell",
    "state_of",
    "tally",
    "total",
    "unit_for",
    "used_share",
    "value_of",
    "view_cluster",
    "view_node",
    "view_pending",
    "why_unheard",
    "words_of_fit",
]
