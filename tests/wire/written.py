"""Objects as whoever writes names them."""

from __future__ import annotations

from typing import NamedTuple


class Thing(NamedTuple):
    """One object."""

    kind: str
    name: str
    namespace: str = ""
    uid: str = "u-1"
