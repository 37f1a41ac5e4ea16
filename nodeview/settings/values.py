"""The settings, and how each is read from a flag's text or a TOML value.

What only the views can judge (a sort order, a grouping, a filter, a pattern) stays text here.
A reader raises `ValueError` with the end of a sentence whose subject is where the value came from:
"--fps" + "must be a whole number from 1 to 30".
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

import msgspec

from nodeview.settings.name_groups import NO_NAME_GROUPS, NameGroups, read_name_groups

FPS = range(1, 31)
TREND_HOURS = (0.25, 48.0)
PRICES = ("off", "cached", "live")
THEMES = ("dark", "light", "ansi")
CAPACITY_TYPES = ("on-demand", "spot", "reserved", "capacity-block", "fargate")

_KEY = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?/)?[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?", re.ASCII)
"""A label key or resource name, as Kubernetes spells a qualified name."""
_LABEL_VALUE = r"(?:[A-Za-z0-9](?:[-\w.]*[A-Za-z0-9])?)?"
_REQUIREMENT = (
    rf"(?:!\s*{_KEY.pattern}|{_KEY.pattern}\s*(?:(?:==?|!=)\s*{_LABEL_VALUE}|[<>]\s*\d+"
    rf"|\s(?:in|notin)\s*\(\s*{_LABEL_VALUE}(?:\s*,\s*{_LABEL_VALUE})*\s*\))?)"
)
_SELECTOR = re.compile(rf"\s*{_REQUIREMENT}(?:\s*,\s*{_REQUIREMENT})*\s*", re.ASCII)
"""A label selector, as `kubectl -l` takes it."""
_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_WHOLE = re.compile(r"-?[0-9]{1,10}", re.ASCII)
# What Go's strconv.ParseBool takes, in any case.
_SWITCH = {"1": True, "t": True, "true": True, "0": False, "f": False, "false": False}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """All that a person asked for. The defaults are those of eks-node-viewer, but for `resources`."""

    context: str | None = None
    kubeconfig: str | None = None
    """None: as kubectl would look for it."""
    resources: tuple[str, ...] = ("cpu", "memory")
    extra_labels: tuple[str, ...] = ()
    node_selector: str = ""
    node_sort: str = "creation=dsc"
    """`creation`, a column or a label, and `=asc` or `=dsc`."""
    group_by: str | None = None
    filter: str = ""
    name_pattern: str | None = None
    """A regular expression that finds the part of a node's name to group by."""
    style: tuple[str, str, str] | None = None
    """Colours of good, ok and bad, as `#rrggbb`."""
    theme: str = "dark"
    ascii: bool = False
    mouse: bool = True
    read_only: bool = False
    """Nothing is written to the cluster, and no key offers to."""
    fps: int = 10
    disable_pricing: bool = False
    prices: str | None = None
    """One of `PRICES`; None: as the command has it by default. `off` is `disable_pricing` in one word."""
    price_file: str | None = None
    """None: `prices.toml` beside our settings file."""
    balloon_selector: str = ""
    balloon_priority_below: int = 0
    balloon_name: str | None = None
    """A regular expression that is found in the names of balloons; None: the recommended one."""
    pending_amber: int = 60
    """Seconds after which a pod that waits is shown in amber."""
    pending_red: int = 300
    churn_minutes: int = 15
    """Minutes: nodes that lived less long are a finding."""
    churn_moves: int = 6
    """So often an hour may a pod have to move before that is a finding."""
    trend_hours: float = 2.0
    """How far numbers over time go back."""
    headroom_shape: str = ""
    """What room is counted in: `cpu=500m,memory=1Gi`, `shop/checkout`, or the largest pod."""
    pool_labels: tuple[str, ...] = ()
    name_groups: NameGroups = NO_NAME_GROUPS
    """What gathers groups whose names differ by zone or date into one pool."""
    capacity_types: Mapping[str, Mapping[str, str]] = {}
    """Label → its value → one of `CAPACITY_TYPES`."""
    origins: Mapping[str, str] = {}
    """Setting → where its value came from; a setting that is not here has its default."""

    @property
    def priced(self) -> bool:
        """Whether there is to be any trace of prices."""
        return not self.disable_pricing and self.prices != "off"

    def origin(self, name: str) -> str:
        """Where the value of this setting came from, as the subject of a sentence."""
        return self.origins.get(name, f"the default {name.replace('_', '-')}")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be a text")
    return value.strip()


def _optional(value: object) -> str | None:
    return _text(value) or None


def _path(value: object) -> str | None:
    return os.path.expanduser(_text(value)) or None


def _switch(value: object) -> bool:
    known = value if isinstance(value, bool) else _SWITCH.get(value.lower()) if isinstance(value, str) else None
    if known is None:
        raise ValueError("must be true or false")
    return known


def _names(value: object) -> tuple[str, ...]:
    """A comma-separated text or a list of texts; an empty text names nothing."""
    parts = value.split(",") if isinstance(value, str) else value
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise ValueError("must be a list of names, or one text with commas between them")
    names = tuple(name for part in parts if (name := part.strip()))
    for name in names:
        if not _KEY.fullmatch(name):
            raise ValueError(f"has {name!r}, which is not a name that Kubernetes allows")
    return names


def _resources(value: object) -> tuple[str, ...]:
    names = _names(value)
    if not names:
        raise ValueError('names no resource; the default is "cpu,memory"')
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f'names "{name}" twice')
    return names


def _labels(value: object) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_names(value)))


def _selector(value: object) -> str:
    selector = _text(value)
    if selector and not _SELECTOR.fullmatch(selector):
        raise ValueError(f'is "{selector}", which is no label selector such as "pool=api,arch!=arm64,zone in (a,b)"')
    return selector


def _style(value: object) -> tuple[str, str, str] | None:
    if value == "":
        return None
    parts = value.split(",") if isinstance(value, str) else value
    colours = [part.strip() for part in parts if isinstance(part, str)] if isinstance(parts, list) else []
    if len(colours) != 3 or not all(_COLOUR.fullmatch(colour) for colour in colours):
        raise ValueError("must be three colours for good, ok and bad, such as #04B575,#FFFF00,#FF0000")
    good, ok, bad = colours
    return good, ok, bad


def _theme(value: object) -> str:
    if value not in THEMES:
        raise ValueError(f"must be one of {', '.join(THEMES)}")
    return str(value)


def _fps(value: object) -> int:
    number = int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value
    if not isinstance(number, int) or isinstance(number, bool) or number not in FPS:
        raise ValueError(f"must be a whole number from {FPS.start} to {FPS.stop - 1}")
    return number


def _prices(value: object) -> str | None:
    if value not in PRICES:
        raise ValueError(f"must be one of {', '.join(PRICES)}")
    return str(value)


def _whole(value: object) -> int:
    number = int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else value
    if not isinstance(number, int) or isinstance(number, bool):
        raise ValueError("must be a whole number")
    return number


def _seconds(value: object) -> int:
    seconds = _whole(value)
    if seconds < 0:
        raise ValueError("must be a number of seconds, 0 or more")
    return seconds


def _count(value: object) -> int:
    count = _whole(value)
    if count < 0:
        raise ValueError("must be a whole number, 0 or more")
    return count


def _hours(value: object) -> float:
    try:
        hours = float(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else 0.0
    except ValueError:
        hours = 0.0
    if not TREND_HOURS[0] <= hours <= TREND_HOURS[1]:
        raise ValueError("must be a number of hours from 0.25 to 48")
    return hours


def _capacity_types(value: object) -> Mapping[str, Mapping[str, str]]:
    if not isinstance(value, dict) or not all(isinstance(of, dict) for of in value.values()):
        raise ValueError("must be a table of labels, each with a table from its values to capacity types")
    for label, of in value.items():
        for said, capacity in of.items():
            if capacity not in CAPACITY_TYPES:
                raise ValueError(
                    f'gives "{said}" of {label} the capacity type {capacity!r}; known are {", ".join(CAPACITY_TYPES)}'
                )
    return value


READERS: Mapping[str, Callable[[object], object]] = {
    "context": _optional,
    "kubeconfig": _path,
    "resources": _resources,
    "extra_labels": _labels,
    "node_selector": _selector,
    "node_sort": _text,
    "group_by": _optional,
    "filter": _text,
    "name_pattern": _optional,
    "style": _style,
    "theme": _theme,
    "ascii": _switch,
    "mouse": _switch,
    "read_only": _switch,
    "fps": _fps,
    "disable_pricing": _switch,
    "prices": _prices,
    "price_file": _path,
    "balloon_selector": _selector,
    "balloon_priority_below": _whole,
    "balloon_name": _optional,
    "pending_amber": _seconds,
    "pending_red": _seconds,
    "churn_minutes": _count,
    "churn_moves": _count,
    "trend_hours": _hours,
    "headroom_shape": _text,
    "pool_labels": _labels,
    "name_groups": read_name_groups,
    "capacity_types": _capacity_types,
}
"""Setting → how it is read; every setting is here."""
