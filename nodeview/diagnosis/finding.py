"""What was found out of one cluster, as values; nothing here is a sentence yet but other people's words."""

from __future__ import annotations

from typing import Literal

import msgspec

from nodeview.diagnosis.roles import Rule, rules_of
from nodeview.diagnosis.wants import ESSENTIAL, READING, Purpose, Want
from nodeview.frame import Identity

PermissionState = Literal["allowed", "refused", "absent", "failed", "unknown"]
Verdict = Literal["ok", "caution", "failed", "unknown"]
Ending = Literal["answered", "unreachable", "rejected", "no_credentials", "failed"]


class Check(msgspec.Struct, frozen=True):
    """One thing looked at, in a sentence, and what to do about it."""

    id: str
    verdict: Verdict
    said: str
    hint: str = ""


class Permission(msgspec.Struct, frozen=True):
    """What came of one want."""

    want: Want
    state: PermissionState
    refused: tuple[str, ...] = ()
    """The verbs that the server refuses."""
    reason: str = ""
    """Why it is not allowed, in the server's words where it has any."""
    served: tuple[str, ...] = ()
    """The versions of it that the server has, the one that is used first."""
    count: int | None = None
    """How many there are; None where that was not asked, or not told."""


class Reached(msgspec.Struct, frozen=True):
    """How the server answered."""

    ending: Ending
    said: str = ""
    """What went wrong, in a sentence, and what to do."""
    first_s: float | None = None
    """The first answer, with connecting, TLS and credentials in it; seconds."""
    answer_s: float | None = None
    """An answer on a connection that stands, seconds."""
    skew_s: float | None = None
    """How far our clock is ahead of the server's, seconds; exact to about one."""


class Diagnosis(msgspec.Struct, frozen=True):
    """All that `nodeview doctor` found out. `at` is epoch seconds."""

    at: float
    source: str
    """The file that the context stands in; empty for a plain URL."""
    identity: Identity
    reached: Reached
    user: str | None = None
    """Who the server says we are; None where it does not say."""
    groups: tuple[str, ...] = ()
    not_said: str = ""
    """Why it does not say."""
    permissions: tuple[Permission, ...] = ()
    here: tuple[Check, ...] = ()
    """What was looked at on this side: the terminal."""

    @property
    def exit_code(self) -> int:
        """0 all that is watched can be; 1 not all; 3 no HTTP answer came; 4 nodes or pods, or we, are refused."""
        if self.reached.ending != "answered":
            return {"unreachable": 3, "rejected": 4, "no_credentials": 4, "failed": 1}[self.reached.ending]
        watched = [one for one in self.permissions if one.want.purpose == "watching"]
        if any(one.state == "refused" and one.want.id in ESSENTIAL for one in watched):
            return 4
        return 0 if watched and all(one.state in ("allowed", "absent") for one in watched) else 1

    def of(self, purpose: Purpose) -> tuple[Permission, ...]:
        """The permissions of one purpose."""
        return tuple(one for one in self.permissions if one.want.purpose == purpose)

    @property
    def missing(self) -> tuple[Rule, ...]:
        """The least that gives what is refused of looking; what would act is not among it."""
        return rules_of(
            (one.want, one.refused)
            for purpose in READING
            for one in self.of(purpose)
            if one.state == "refused" and one.refused
        )
