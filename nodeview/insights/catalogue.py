"""All insights of a moment: a line for each."""

from __future__ import annotations

from collections.abc import Generator

import msgspec

from nodeview.insights.contract import Insight, Moment
from nodeview.insights.episode_sights import NO_SIGHTS, EpisodeSights, see_episodes
from nodeview.insights.findings import NO_FINDINGS, Findings, find_all
from nodeview.insights.groups import NO_GROUPS, Pending
from nodeview.insights.pending import view_pending_groups
from nodeview.insights.staying import NOTHING_STAYS, Staying, view_staying


class Insights(msgspec.Struct, frozen=True, eq=False):
    """What deserves attention at one moment."""

    pending: Pending = NO_GROUPS
    """The pods that wait, by whose they are and why."""
    episodes: EpisodeSights = NO_SIGHTS
    """Nodes that are taken away together, and what is made in their place."""
    staying: Staying = NOTHING_STAYS
    """Why each node is still here."""
    findings: Findings = NO_FINDINGS

    @property
    def next_moment(self) -> float | None:
        """When there is more to say though nothing differs, epoch seconds."""
        moments = (self.pending.next_moment, self.staying.next_moment, self.findings.next_moment)
        return min((one for one in moments if one is not None), default=None)


NOTHING_SEEN = Insights()
PENDING: Insight[Pending] = view_pending_groups
EPISODES: Insight[EpisodeSights] = see_episodes
STAYING: Insight[Staying] = view_staying
FINDINGS: Insight[Findings] = find_all


def derive_insights(moment: Moment, before: Insights) -> Generator[None, None, Insights]:
    """Derive every insight anew, as far as something differs."""
    pending = yield from PENDING(moment, before.pending)
    episodes = yield from EPISODES(moment, before.episodes)
    staying = yield from STAYING(moment, before.staying)
    findings = yield from FINDINGS(moment, before.findings)
    kept = pending is before.pending and episodes is before.episodes
    if kept and staying is before.staying and findings is before.findings:
        return before
    return Insights(pending, episodes, staying, findings)
