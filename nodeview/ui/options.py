"""What a person asked of the screen."""

from __future__ import annotations

import msgspec


class UiOptions(msgspec.Struct, frozen=True):
    """All that the dashboard needs to know before the first frame. `filter` is text, as a person would type it."""

    resources: tuple[str, ...] = ("cpu", "memory")
    extra_labels: tuple[str, ...] = ()
    sort_by: str = "name"
    descending: bool = False
    group_by: str | None = None
    name_pattern: str | None = None
    """Regular expression for the grouping "name"."""
    filter: str = ""
    theme: str = "dark"
    """One of `tones.THEMES`."""
    style: tuple[str, str, str] | None = None
    """Colours of a full, a half full and an empty gauge, as eks-node-viewer takes them."""
    ascii: bool = False
    priced: bool = True
    fps: int = 10
    mouse: bool = True
    acting: bool = False
    """Keys that change the cluster are there."""
    title: str = ""
    """The context, shown until the first frame says what cluster it is."""
