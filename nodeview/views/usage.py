"""How full a node is of one resource, by what its pods request: the share, and the bar that shows it."""

from __future__ import annotations

from nodeview.views.cell import Cell, Fill, Tone, dash
from nodeview.views.node import NodeView
from nodeview.views.tallies import Tally
from nodeview.views.text import NANO, percent, printable


def share_of(view: NodeView, resource: str) -> float | None:
    """Requested over allocatable; None where a quantity is unknown or the node offers none of it.

    A resource that no pod here requests counts as 0: it is known that nothing is requested.
    """
    record, requested = view.record, view.requested
    whole = record.allocatable.get(resource)
    if not whole:
        return None
    used = requested.get(resource)
    if used is None:
        return None if view.why_unknown(resource) else 0.0
    return used / whole


def bar_cell(view: NodeView, resource: str) -> Cell:
    """The bar of a node and its percent, never clipped; CAUTION where more is requested than there is."""
    whole = view.record.allocatable.get(resource)
    if why := view.why_unknown(resource):
        return dash(printable(why))
    if not whole:
        return dash(f"the node offers no {resource}")
    return _bar(view.requested.get(resource, 0), view.balloon.get(resource, 0), whole)


def bar_of_tally(tally: Tally, resource: str) -> Cell:
    """The same bar for the sums of several nodes."""
    if why := tally.why_unknown(resource):
        return dash(printable(why))
    whole = tally.allocatable.get(resource)
    if not whole:
        return dash(f"none of these nodes offers {resource}")
    return _bar(tally.requested.get(resource, 0), tally.balloon.get(resource, 0), whole)


def _bar(requested: int, balloon: int, whole: int) -> Cell:
    share = requested / whole
    fill = Fill((requested - balloon) / whole, balloon / whole)
    if requested > whole:
        return Cell(percent(share), Tone.CAUTION, fill, "more is requested than there is")
    return Cell(percent(share), Tone.PLAIN, fill)


def pods_cell(view: NodeView) -> Cell:
    """Pods that hold room, of the most that the kubelet takes: `21/58`."""
    if view.counts is None:
        return dash(printable(view.unknown["pods"]))
    return _pods(view.counts.total, view.record.allocatable.get("pods"))


def pods_of_tally(tally: Tally) -> Cell:
    """The pods of several nodes; where "pods" was summed, of the most that their kubelets take together."""
    if tally.pods is None:
        return dash(printable(tally.unknown["pods"]))
    most = tally.allocatable.get("pods")
    return _pods(tally.pods.total, most) if most else Cell(str(tally.pods.total))


def _pods(count: int, most: int | None) -> Cell:
    if not most:
        return Cell(f"{count}/–", reason="nothing says how many pods the node may hold")
    tone = Tone.CAUTION if count * NANO >= most else Tone.PLAIN
    return Cell(f"{count}/{most // NANO}", tone, reason="no room for another pod" if tone is Tone.CAUTION else "")
