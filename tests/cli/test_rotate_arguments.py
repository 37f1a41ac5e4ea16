"""The flags of a rotation, and what they come to."""

from __future__ import annotations

import argparse

import pytest

from nodeview.actions.options import RotationOptions
from nodeview.actions.selection import Selection
from nodeview.cli.arguments import parse
from nodeview.cli.rotate import wanted_of
from nodeview.cli.rotate_arguments import asked_for, options_of, selection_of
from nodeview.errors import UsageError


def read(*arguments: str) -> argparse.Namespace:
    return parse(["rotate", *arguments]).options


def test_which_nodes() -> None:
    asked = read("--pool", "api,web", "-pool=worker-*", "--nodes", "a,b", "--selector", "team=shop", "--drifted")
    assert selection_of(asked) == Selection(("a", "b"), ("api", "web", "worker-*"), "team=shop", drifted=True)
    assert selection_of(read("--older-than", "7d", "--kubelet-below=1.33", "--other-image")) == Selection(
        older_than_s=7 * 86_400, kubelet_below="1.33", other_image=True
    )


def test_how() -> None:
    assert options_of(read("--pool", "api")) == RotationOptions()
    asked = read(
        "--cordon=batch", "--max-in-flight", "25%", "--max-restarts=2", "--one-zone-at-a-time", "--settle=90s",
        "--until=empty", "--evict-rest", "--delete-empty-claims", "--accept", "R4:shop/ledger,R2:shop/a",
        "--accept", "R15:shop/web", "--deadline", "20m", "--removal-deadline=1h30m",
    )  # fmt: skip
    accept = ("R4:shop/ledger", "R2:shop/a", "R15:shop/web")
    assert options_of(asked) == RotationOptions("batch", "25%", 2, True, 90, "empty", True, True, accept, 1_200, 5_400)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "Which nodes should be rotated?"),
        (("--pool", "api", "--max-in-flight", "0"), "--max-in-flight must be a number of nodes or a share"),
        (("--pool", "api", "--max-in-flight", "101%"), "--max-in-flight must be at most 100%"),
        (("--pool", "api", "--max-restarts", "0"), "--max-restarts must be a whole number from 1 to 100"),
        (("--older-than", "week"), "--older-than must be a time such as 90s, 10m or 7d"),
        (("--older-than", "7d3"), "--older-than must be a time"),
        (("--kubelet-below", "new"), "--kubelet-below must be a version such as 1.33"),
        (("--pool", "api", "--cordon", "some"), '--cordon must be all or batch, not "some"'),
        (("--pool", "api", "--until", "gone"), '--until must be empty or removed, not "gone"'),
        (("--pool", ","), "--pool needs at least one name"),
        (("--pool", "api", "-o", "csv"), 'A plan cannot be written as "csv"'),
        (("--pool", "api", "--watch"), "--watch is a flag of `nodeview report` only"),
    ],
)
def test_wrong_usage_is_one_sentence(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(UsageError) as raised:
        wanted_of(parse(["rotate", *arguments]))
    assert raised.value.sentence.startswith(words)


def test_flags_that_mean_another_thing_elsewhere_keep_that() -> None:
    assert parse(["demo", "large", "--nodes", "40"]).options.nodes == 40
    with pytest.raises(UsageError):
        parse(["report", "--pool", "api"])


def test_what_was_asked_for_goes_into_the_plan() -> None:
    chosen = selection_of(read("--pool", "api,web", "--older-than", "7d"))
    assert asked_for(chosen) == {"pool": "api,web", "older_than": 604_800}
