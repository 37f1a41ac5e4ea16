"""From settings to what the floors below take: what to sum, how to arrange it, how to show it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from nodeview.errors import UsageError
from nodeview.records import Pod
from nodeview.settings import Settings
from nodeview.ui.options import UiOptions
from nodeview.views import (
    BALLOON_NAMES,
    COMPUTED_LABELS,
    GROUPINGS,
    Assumptions,
    FilterError,
    HeadroomShape,
    SortError,
    TableState,
    balloon_test,
    is_balloon_by_rule,
    name_pattern_error,
    node_columns,
    parse_filter,
    parse_headroom_shape,
    parse_sort,
)


def assumptions_of(settings: Settings) -> Assumptions:
    """What the cluster does not tell and the settings do. Raises `UsageError` that names the setting's origin."""
    return Assumptions(
        resources=settings.resources,
        pool_labels=settings.pool_labels,
        capacity_types=settings.capacity_types,
        priced=settings.priced,
        is_balloon=_balloons(settings),
        headroom_shape=_headroom_shape(settings),
        trend_hours=settings.trend_hours,
        waits_long=settings.pending_amber,
        waits_too_long=settings.pending_red,
        churn_minutes=settings.churn_minutes,
        churn_moves=settings.churn_moves,
        name_groups=settings.name_groups.patterns,
        mistakes=settings.name_groups.mistakes,
        node_selector=settings.node_selector,
    )


def _balloons(settings: Settings) -> Callable[[Pod], bool]:
    """What a balloon is; each setting is tried alone first, so that the wrong one is named."""
    names = BALLOON_NAMES if settings.balloon_name is None else settings.balloon_name
    tries: dict[str, Callable[[], object]] = {
        "balloon_selector": lambda: balloon_test(settings.balloon_selector),
        "balloon_name": lambda: balloon_test(name_pattern=names),
    }
    for setting, attempt in tries.items():
        try:
            attempt()
        except ValueError as error:
            raise UsageError(f"{settings.origin(setting)} {error}.") from None
    if (settings.balloon_selector, settings.balloon_priority_below, names) == ("", 0, BALLOON_NAMES):
        return is_balloon_by_rule
    return balloon_test(settings.balloon_selector, settings.balloon_priority_below, names)


def _headroom_shape(settings: Settings) -> HeadroomShape:
    try:
        return parse_headroom_shape(settings.headroom_shape)
    except ValueError as error:
        raise _wrong(settings, "headroom_shape", str(error)) from None


def table_state_of(settings: Settings) -> TableState:
    """How the table is sorted, filtered and grouped at first. Raises `UsageError` that names the setting's origin."""
    columns = node_columns(settings.resources, settings.extra_labels, priced=settings.priced, used=True)
    order = parse_sort(settings.node_sort, columns)
    if isinstance(order, SortError):
        raise _wrong(settings, "node_sort", order.sentence)
    wanted = parse_filter(settings.filter, columns)
    if isinstance(wanted, FilterError):
        raise _wrong(settings, "filter", wanted.sentence)
    if settings.group_by is not None and not _is_grouping(settings.group_by, settings.extra_labels):
        known = ", ".join((*GROUPINGS, "name"))
        raise _wrong(
            settings, "group_by", f'"{settings.group_by}" is none of {known}, and no label with a dot or slash'
        )
    if settings.name_pattern is not None and (said := name_pattern_error(settings.name_pattern)):
        raise _wrong(settings, "name_pattern", said)
    return TableState(order.sort_by, order.descending, wanted, settings.group_by, settings.name_pattern)


def _is_grouping(key: str, extra_labels: Collection[str]) -> bool:
    """Before any node is seen, a plain word is believed to be a label only if it is asked for as one."""
    known = key in GROUPINGS or key == "name" or key in COMPUTED_LABELS or key in extra_labels
    return known or "/" in key or "." in key


def ui_options_of(settings: Settings, state: TableState, title: str) -> UiOptions:
    """How the screen begins; `title` is shown until a frame says what cluster it is."""
    return UiOptions(
        resources=settings.resources,
        extra_labels=settings.extra_labels,
        sort_by=state.sort_by,
        descending=state.descending,
        group_by=state.group_by,
        name_pattern=state.name_pattern,
        filter=state.filter.text,
        theme=settings.theme,
        style=settings.style,
        ascii=settings.ascii,
        priced=settings.priced,
        fps=settings.fps,
        mouse=settings.mouse,
        acting=not settings.read_only,
        title=title,
    )


def _wrong(settings: Settings, name: str, why: str) -> UsageError:
    return UsageError(f"{settings.origin(name)}: {why}" + ("" if why.endswith((".", "?")) else "."))
