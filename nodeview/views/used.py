"""What a node and a pod really use, beside what is requested: the tick on a bar, and columns of their own."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from nodeview.records import Pod, Usage
from nodeview.views.cell import Cell, dash
from nodeview.views.node import NodeView
from nodeview.views.text import NANO, percent

_MIB = 1024**2 * NANO
NOT_MEASURED = "the metrics API says nothing of it"


def used_share(view: NodeView, resource: str) -> float | None:
    """Used over allocatable; None where either is unknown."""
    whole, used = view.record.allocatable.get(resource), view.used.of(resource) if view.used else None
    return used / whole if whole and used is not None else None


def used_cell(view: NodeView, resource: str) -> Cell:
    """The percent that is used of what the node offers."""
    share = used_share(view, resource)
    return dash(NOT_MEASURED) if share is None else Cell(percent(share))


def used_share_of(nodes: Iterable[NodeView], resource: str) -> float | None:
    """Used over allocatable of several nodes together; None where one of them that is Ready is not measured.

    One that is not Ready uses nothing that counts.
    """
    whole = taken = 0
    for view in nodes:
        used = view.used.of(resource) if view.used else None
        if used is None and view.standing.ready:
            return None
        whole += view.record.allocatable.get(resource, 0)
        taken += used or 0
    return taken / whole if whole else None


def with_tick(cell: Cell, view: NodeView, resource: str) -> Cell:
    """The bar with a tick where its use stands; the same bar where that is not known."""
    if view.used is None or cell.fill is None:
        return cell
    share = used_share(view, resource)
    return cell if share is None else replace(cell, fill=replace(cell.fill, used=share))


def pod_used_cell(used: Usage | None, resource: str) -> Cell:
    """Cores or MiB, as what is requested stands beside it."""
    amount = used.of(resource) if used is not None else None
    if amount is None:
        return dash(NOT_MEASURED)
    return Cell(f"{amount / NANO:.3f}" if resource == "cpu" else f"{amount / _MIB:.0f}")


def beyond_request(pod: Pod, used: Usage | None, resource: str) -> bool:
    """Whether a pod uses more than it requests: what it was not promised."""
    amount, asked = used.of(resource) if used is not None else None, pod.requests.get(resource, 0)
    return amount is not None and resource not in pod.unreadable and amount > asked
