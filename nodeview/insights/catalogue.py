"""All insights of a moment: a line for each."""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from nodeview.insights.contract import Insight, Moment
from nodeview.insights.groups import NO_GROUPS, Pending
from nodeview.insights.pending import view_pending_groups


class Insights(msgspec.Struct, frozen=True, eq=False):
    """What deserves attention at one moment."""

    pending: Pending = NO_GROUPS
    """The pods that wait, by whose they are and why."""

    @property
    def next_moment(self) -> float | None:
        """When there is more to say though nothing differs, epoch seconds."""
        return self.pending.next_moment


NOTHING_SEEN = Insights()
PENDING: Insight[Pending] = view_pending_groups


def derive_insights(moment: Moment, before: Insights) -> Generator[None, None, Insights]:
    """Derive every insight anew, as far as something differs."""
    pending = yield from PENDING(moment, before.pending)
    return before if pending is before.pending else Insights(pending)
