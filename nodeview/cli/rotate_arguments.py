"""The flags of `nodeview rotate`, and what they come to."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from nodeview.errors import UsageError

if TYPE_CHECKING:
    from nodeview.actions import RotationOptions, Selection

SELECTING = ("nodes", "pool", "selector", "older_than", "kubelet_below", "other_image", "drifted")
"""What of a plan's options says how its nodes were chosen."""
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_LENGTH = re.compile(r"(\d{1,7})([smhdw])")


class RotateFlag(NamedTuple):
    """How a flag's text is read, None for one that is on or off; and whether it may be given more than once."""

    read: Callable[[str], Any] | None
    many: bool = False


def seconds_of(name: str) -> Callable[[str], int]:
    """A reader of `90s`, `7d`, `1h30m`; a bare number is of seconds."""

    def read(text: str) -> int:
        if text.isascii() and text.isdecimal() and len(text) < 8:
            return int(text)
        parts = _LENGTH.findall(text)
        if not parts or "".join(number + unit for number, unit in parts) != text:
            raise UsageError(f'--{name} must be a time such as 90s, 10m or 7d, not "{text}".')
        return sum(int(number) * _UNITS[unit] for number, unit in parts)

    return read


def _one_of(name: str, known: tuple[str, ...]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in known:
            raise UsageError(f'--{name} must be {" or ".join(known)}, not "{text}".')
        return text

    return read


def _listed(name: str) -> Callable[[str], tuple[str, ...]]:
    def read(text: str) -> tuple[str, ...]:
        names = tuple(one.strip() for one in text.split(",") if one.strip())
        if not names:
            raise UsageError(f"--{name} needs at least one name.")
        return names

    return read


def _nodes_in_flight(text: str) -> str:
    from nodeview.actions import why_no_batch

    wrong = why_no_batch(text)
    if wrong:
        raise UsageError(f"--max-in-flight {wrong}.")
    return text


def _few(name: str, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdecimal() and len(text) < 6 and 1 <= int(text) <= most):
            raise UsageError(f'--{name} must be a whole number from 1 to {most}, not "{text}".')
        return int(text)

    return read


FLAGS_OF_ROTATE: dict[str, RotateFlag] = {
    "pool": RotateFlag(_listed("pool"), many=True),
    "nodes": RotateFlag(_listed("nodes"), many=True),
    "selector": RotateFlag(str),
    "older-than": RotateFlag(seconds_of("older-than")),
    "kubelet-below": RotateFlag(str),
    "other-image": RotateFlag(None),
    "drifted": RotateFlag(None),
    "cordon": RotateFlag(_one_of("cordon", ("all", "batch"))),
    "max-in-flight": RotateFlag(_nodes_in_flight),
    "max-restarts": RotateFlag(_few("max-restarts", 100)),
    "one-zone-at-a-time": RotateFlag(None),
    "settle": RotateFlag(seconds_of("settle")),
    "until": RotateFlag(_one_of("until", ("empty", "removed"))),
    "evict-rest": RotateFlag(None),
    "delete-empty-claims": RotateFlag(None),
    "accept": RotateFlag(_listed("accept"), many=True),
    "deadline": RotateFlag(seconds_of("deadline")),
    "removal-deadline": RotateFlag(seconds_of("removal-deadline")),
    "execute": RotateFlag(None),
    "yes": RotateFlag(None),
}
"""Flags that plan and carry out; each is a flag of `nodeview rotate` only, or means something else there."""


def all_of(given: list[tuple[str, ...]] | None) -> tuple[str, ...]:
    """The values of a flag that may be given more than once, each once."""
    return tuple(dict.fromkeys(name for some in given or () for name in some))


def selection_of(options: argparse.Namespace) -> Selection:
    """Which nodes were asked for: a `Selection`. Raises `UsageError` where nothing was."""
    from nodeview.actions import Selection, version_of

    chosen = Selection(
        nodes=all_of(options.nodes),
        pools=all_of(options.pool),
        selector=options.selector or "",
        older_than_s=options.older_than,
        kubelet_below=options.kubelet_below or "",
        other_image=bool(options.other_image),
        drifted=bool(options.drifted),
    )
    if chosen.empty:
        hint = "Say --pool, --nodes, --selector, --older-than, --kubelet-below, --other-image or --drifted."
        raise UsageError("Which nodes should be rotated?", hint=hint)
    if chosen.kubelet_below and version_of(chosen.kubelet_below) is None:
        raise UsageError(f'--kubelet-below must be a version such as 1.33, not "{chosen.kubelet_below}".')
    return chosen


def options_of(options: argparse.Namespace) -> RotationOptions:
    """How it should be done: `RotationOptions`, with their defaults."""
    from nodeview.actions import RotationOptions

    default = RotationOptions()
    cordon: Literal["all", "batch"] = options.cordon or default.cordon
    return RotationOptions(
        cordon=cordon,
        max_in_flight=options.max_in_flight or "",
        max_restarts=options.max_restarts or default.max_restarts,
        one_zone_at_a_time=bool(options.one_zone_at_a_time),
        settle_s=options.settle or 0,
        until=options.until,
        evict_rest=bool(options.evict_rest),
        delete_empty_claims=bool(options.delete_empty_claims),
        accept=all_of(options.accept),
        deadline_s=options.deadline or default.deadline_s,
        removal_s=options.removal_deadline or default.removal_s,
    )


def asked_for(selection: Selection) -> dict[str, str | int | bool | None]:
    """The selection as a plan keeps it: by flags, without those that were not given."""
    said: dict[str, str | int | bool | None] = {
        "nodes": ",".join(selection.nodes),
        "pool": ",".join(selection.pools),
        "selector": selection.selector,
        "older_than": None if selection.older_than_s is None else int(selection.older_than_s),
        "kubelet_below": selection.kubelet_below,
        "other_image": selection.other_image,
        "drifted": selection.drifted,
    }
    return {name: value for name, value in said.items() if value not in ("", None, False)}
