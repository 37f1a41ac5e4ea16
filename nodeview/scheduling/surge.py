"""How many pods a rollout starts before it stops any, and how many may be missing meanwhile."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_SHARE = "25%"
"""What a Deployment that says nothing has for both."""


class Fenceposts(NamedTuple):
    """Between how many pods a rollout moves: `replicas - unavailable` and `replicas + surge`."""

    surge: int
    unavailable: int


def fenceposts(max_surge: int | str | None, max_unavailable: int | str | None, replicas: int) -> Fenceposts:
    """Both bounds of a Deployment in pods: surge is rounded up, what may be missing down, and never are both 0.

    What is not said, or is no number, is the default; a share of None replicas is a share of 1, as the API has it.
    """
    surge = pods_of(max_surge, replicas, up=True)
    unavailable = pods_of(max_unavailable, replicas, up=False)
    if not surge and not unavailable:
        unavailable = 1
    return Fenceposts(surge, unavailable)


def rolling_bounds(
    kind: str, strategy: str, max_surge: int | str | None, max_unavailable: int | str | None, replicas: int
) -> Fenceposts:
    """The same of any workload that is restarted, each in its own way.

    StatefulSets and Argo's restarts surge nothing; DaemonSets round up; `Recreate` stops everything first.
    """
    if strategy == "Recreate":
        return Fenceposts(0, replicas)
    if kind == "Deployment":
        return fenceposts(max_surge, max_unavailable, replicas)
    if kind == "DaemonSet":
        surge = 0 if max_surge is None else pods_of(max_surge, replicas, up=True)
        return Fenceposts(surge, 0 if surge else _at_least_one(max_unavailable, replicas, up=True))
    if kind == "Rollout":
        said = DEFAULT_SHARE if max_unavailable is None else max_unavailable
        return Fenceposts(0, _at_least_one(said, replicas, up=False))
    return Fenceposts(0, _at_least_one(max_unavailable, replicas, up=True))


def _at_least_one(said: int | str | None, replicas: int, *, up: bool) -> int:
    return 1 if said is None else max(pods_of(said, replicas, up=up), 1)


def pods_of(said: int | str | None, replicas: int, *, up: bool) -> int:
    """A number of pods, or a share of so many (`25%`), as pods."""
    if isinstance(said, int):
        return said
    share = _percent(said if said is not None else DEFAULT_SHARE)
    if share is None:
        share = _percent(DEFAULT_SHARE) or 0
    whole = share * replicas
    return -(-whole // 100) if up else whole // 100


def _percent(text: str) -> int | None:
    digits = text.removesuffix("%")
    return int(digits) if text.endswith("%") and digits.isascii() and digits.isdecimal() else None
