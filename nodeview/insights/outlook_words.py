"""What we worked out of a pod that waits, in words: `would fit api nodes with 300 MiB less`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from nodeview.insights.outlook import Held, Maker, NearMiss, Outlook
from nodeview.records import Amounts
from nodeview.views import Cause, FitError, asked, printable, short_name

if TYPE_CHECKING:
    from nodeview.scheduling import Reason

MOST = 3
"""Pools, nodes or details that are named where there are more."""
FAR = 0.5
"""To ask for less by more than this share is advice for nobody; only the nearest miss is said all the same."""


def outlook_phrases(outlook: Outlook) -> tuple[str, ...]:
    """One fact each, the most hopeful first."""
    phrases = [f"{name} is on its way and has room for it" for name in map(printable, outlook.coming[:MOST])]
    if outlook.fits:
        named = ", ".join(printable(short_name(name)) for name in outlook.fits_on)
        more = f" and {outlook.fits - len(outlook.fits_on):,} more" if outlook.fits > len(outlook.fits_on) else ""
        but = "but for what we do not judge" if outlook.unjudged else "as things stand"
        phrases.append(f"{but} it would fit {named}{more}")
    phrases += [_held(one, outlook.nodes) for one in outlook.held]
    phrases += [f"no node offers {printable(name)}" for name in outlook.nowhere]
    phrases += [_near(one) for one in (*outlook.near[:1], *filter(_is_near, outlook.near[1:MOST]))]
    if outlook.yielding:
        named = " or ".join(printable(short_name(name)) for name in outlook.yielding)
        phrases.append(f"balloons on {named} would make room, but it pushes nothing aside (preemptionPolicy Never)")
    phrases += [
        f"but for the taint {printable(taint)} it would fit {' or '.join(printable(short_name(one)) for one in names)}"
        for taint, names in outlook.but_for_taints[:MOST]
    ]
    phrases += maker_phrases(outlook.makers)
    if outlook.unjudged:
        phrases.append(f"not judged by us: {', '.join(map(printable, outlook.unjudged))}")
    return tuple(phrases)


def maker_phrases(makers: Sequence[Maker]) -> tuple[str, ...]:
    """Which NodePools could make a node for it, and why each other could not."""
    able = [one for one in makers if not one.reasons]
    phrases = []
    for some, doubt in (
        ([one.name for one in able if not one.unjudged], ""),
        ([one.name for one in able if one.unjudged], ", as far as we know of its machines"),
    ):
        if some:
            named = " or ".join(map(printable, some[:MOST])) + (
                f" or {len(some) - MOST} more" if len(some) > MOST else ""
            )
            phrases.append(f"NodePool {named} could make a node for it{doubt}")
    refused: dict[str, list[str]] = {}
    for one in makers:
        if one.reasons:
            why = ", ".join(dict.fromkeys(refusal(reason) for reason in one.reasons[:MOST]))
            refused.setdefault(why, []).append(printable(one.name))
    return (*phrases, *(f"not by NodePool {', '.join(names)}: {why}" for why, names in refused.items()))


def _near(miss: NearMiss) -> str:
    nodes = f"{printable(miss.pool)} nodes" if miss.pool else "a node of no pool"
    return f"would fit {nodes} with {' and '.join(_less(miss.missing))} less"


def _is_near(miss: NearMiss) -> bool:
    return miss.share <= FAR


def _held(one: Held, nodes: int) -> str:
    said = f"its volume {printable(one.claim)} lies {printable(one.where)}"
    if one.where.startswith("on "):
        return said if one.nodes else f"{said}, and no such node is there"
    there = f"{one.nodes:,} of {nodes:,} nodes {'is' if one.nodes == 1 else 'are'}" if one.nodes else "no node is"
    return f"{said}: {there} there"


def _less(missing: Amounts) -> Iterable[str]:
    return (asked(name, missing) for name in missing)


def refusal(reason: Reason) -> str:
    """Why a NodePool makes no node for the pod, behind a colon."""
    about = printable(reason.about)
    offered = reason.offered or 0
    left = asked(reason.about, {reason.about: offered}) if offered > 0 else f"no {about}"
    words = {
        "taint": f"its nodes have the taint {about.rpartition(':')[0] or about}",
        "node-affinity": f"the pod asks for {about}",
        "size": f"no machine of it has more than {left}" if offered > 0 else f"no machine of it has {about}",
        "limit": f"{left} left of its limit",
        "not-ready": "it is not ready",
        "deleted": "it is being deleted",
        "volume": "its volume {} lies {}".format(*about.split(": ", 1)) if ": " in about else "its volume",
    }
    return words.get(reason.kind, f"{reason.kind} {about}".rstrip())


def with_details(fit: FitError, outlook: Outlook | None) -> FitError:
    """The scheduler's causes with what it leaves out, which taint or label, where we counted as many as it did."""
    if outlook is None or outlook.nodes != fit.nodes:
        return fit
    causes: list[Cause] = []
    for one in fit.causes:
        ours = [other for other in outlook.causes if other.kind == one.kind] if not one.detail else []
        same = one.kind in ("taint", "selector") and sum(other.count for other in ours) == one.count
        causes += ours if same and len(ours) <= MOST else [one]
    return FitError(fit.nodes, tuple(causes), fit.whole, fit.preemption)
