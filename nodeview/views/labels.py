"""Labels as columns: a node's own, and those that are computed from its view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from nodeview.views.node import NodeView
from nodeview.views.text import duration, natural, percent, printable
from nodeview.views.usage import share_of

PREFIXES = ("", "eks-node-viewer/", "nodeview/")


class ComputedLabel(msgspec.Struct, frozen=True):
    """A label that no node bears: how it reads, and by what it sorts. None is unknown."""

    name: str
    title: str
    text: Callable[[NodeView, float], str | None]
    key: Callable[[NodeView, float], Any]
    column: str | None = None
    """The id of the column that shows the same; asking for the label moves that column."""
    resource: str | None = None
    """The resource whose requested share it is."""


def _usage(resource: str, title: str) -> ComputedLabel:
    def text(view: NodeView, now: float) -> str | None:
        share = share_of(view, resource)
        return None if share is None else percent(share)

    name = f"node-{resource}-usage"
    return ComputedLabel(name, title, text, lambda view, now: share_of(view, resource), resource=resource)


def _age(view: NodeView, now: float) -> float:
    return now - view.record.created


_ALL = (
    ComputedLabel("node-age", "AGE", lambda view, now: duration(_age(view, now)), _age, column="age"),
    _usage("cpu", "CPU REQ"),
    _usage("memory", "MEMORY REQ"),
    _usage("pods", "PODS REQ"),
    _usage("ephemeral-storage", "EPHEMERAL REQ"),
)

COMPUTED_LABELS: Mapping[str, ComputedLabel] = {f"{prefix}{label.name}": label for label in _ALL for prefix in PREFIXES}
"""The catalogue, under each of the names that may be asked for."""


def value_of(view: NodeView, label: str, now: float) -> str | None:
    """The label as it is shown, computed or the node's own; None where there is none."""
    computed = COMPUTED_LABELS.get(label)
    if computed is not None:
        return computed.text(view, now)
    own = view.record.labels.get(label)
    return None if own is None else printable(own)


def sort_key_of(view: NodeView, label: str, now: float) -> Any:
    """What the label sorts by: a number where it is computed, else its text with numbers in their order."""
    computed = COMPUTED_LABELS.get(label)
    if computed is not None:
        return computed.key(view, now)
    own = view.record.labels.get(label)
    return None if own is None else natural(own)


def asked_labels(labels: Iterable[str]) -> tuple[str, ...]:
    """The labels asked for, each once and in order; empty ones ask for nothing."""
    return tuple(dict.fromkeys(name for label in labels if (name := label.strip())))


def label_title(label: str) -> str:
    """A column's title: the last part of the label's path."""
    computed = COMPUTED_LABELS.get(label)
    return computed.title if computed else printable(label.rsplit("/", 1)[-1]).upper()


def label_keys(nodes: Iterable[NodeView]) -> frozenset[str]:
    """Every label that some node bears."""
    return frozenset[str]().union(*(view.record.labels for view in nodes))


def known_label(label: str, known: Iterable[str] | None, columns: Sequence[str]) -> bool:
    """Whether a label may be filtered, sorted or grouped by.

    With `known` None no node has been seen yet: then one with a dot or slash is believed, since it is no typing
    error for a column; a plain word must be a column already.
    """
    if label in COMPUTED_LABELS or label in columns:
        return True
    return label in known if known is not None else ("/" in label or "." in label)
