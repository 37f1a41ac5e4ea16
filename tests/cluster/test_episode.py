"""What an episode says of itself, and how it is told."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from nodeview.cluster.episode import Episode, Source, Target
from nodeview.cluster.episode_words import telling
from nodeview.records import NodeName
from tests.builders import NOW


def a_source(name: str = "a", **overrides: Any) -> Source:
    one = Source(NodeName(name), f"uid-{name}", "", "api", "m5.large", "spot", "1a", "underutilised", NOW, NOW + 0.5)
    return replace(one, **overrides)


def a_target(name: str = "new") -> Target:
    return Target(name, None, NOW, "api", "m5.large", "spot", "1a", said=True)


def an_episode(*sources: Source, **overrides: Any) -> Episode:
    return replace(Episode(1, 7, NOW + 0.5, "karpenter", sources or (a_source(),)), **overrides)


def test_it_began_with_the_first_and_is_over_with_the_last() -> None:
    one, two = a_source("a", began=NOW + 2), a_source("b", began=NOW, gone_heard=NOW + 60.0, gone_at=NOW + 59)
    story = an_episode(one, two)
    assert (story.began, story.over, story.took_s, story.watched_s) == (NOW, False, None, None)
    over = an_episode(replace(one, gone_heard=NOW + 75.0, gone_at=NOW + 74), two)
    assert (over.over, over.took_s, over.watched_s) == (True, 74, 74)


def test_seconds_that_are_not_known_or_negative_are_none() -> None:
    gone = a_source(gone_heard=NOW + 60.0)
    assert an_episode(gone).took_s is None
    assert an_episode(gone, earlier=True).watched_s is None
    assert an_episode(replace(gone, gone_at=NOW - 10)).took_s is None
    assert an_episode(replace(gone, began=None, gone_at=NOW + 10)).took_s is None


def test_the_cause_is_what_anybody_knows() -> None:
    assert an_episode(a_source("a", cause="unknown"), a_source("b", cause="drifted")).cause == "drifted"
    assert an_episode(a_source(cause="unknown")).cause == "unknown"
    assert an_episode(a_source("a"), a_source("b", pool="web"), a_source("c", pool=None)).pools == ("api", "web")


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (an_episode(), "consolidating 1 · underutilised · a"),
        (an_episode(a_source(going_at=NOW)), "consolidating 1 → 0 · underutilised · a"),
        (an_episode(targets=(a_target(),)), "consolidating 1 → 1 · underutilised · a → new"),
        (an_episode(a_source(cause="expired", going_at=NOW)), "replacing 1 · expired · a"),
        (an_episode(a_source(cause="interrupted")), "losing 1 · interrupted · a"),
        (an_episode(a_source(cause="unknown")), "removing 1 · reason not said · a"),
        (an_episode(target_unseen=True), "consolidating 1 · underutilised · target not seen · a"),
        (an_episode(earlier=True), "consolidating 1 · underutilised · began before we watched · a"),
        (an_episode(called_off=1), "consolidating 1 · underutilised · 1 called off · a"),
        (replace(an_episode(), sources=(), called_off=2), "called off: 2 nodes that were to go stay"),
        (an_episode(*[a_source(name) for name in "abcde"]), "consolidating 5 · underutilised · a, b, c and 2 more"),
        (
            an_episode(a_source(cause="scaled_down", gone_heard=NOW + 9.0), author="cluster-autoscaler"),
            "scaled down 1 in about 8 s · by the Cluster Autoscaler · a",
        ),
    ],
)
def test_it_is_told_as_far_as_it_is_known(story: Episode, said: str) -> None:
    assert telling(story) == said


def test_what_others_know_stands_behind() -> None:
    assert telling(an_episode(), ["18 pods left", "saves $0.13/h"]).endswith(" · 18 pods left · saves $0.13/h · a")
