"""What a node answers to in a filter, and how sizes are read."""

from __future__ import annotations

from typing import Any

import pytest

from nodeview.views.filter_fields import ALIASES, FIELDS, row_text, squash
from tests.builders import NOW
from tests.views.build import labels, view


@pytest.mark.parametrize(
    ("key", "text", "size"),
    [
        ("cpu", "80", 80.0),
        ("cpu", "80 %", 80.0),
        ("cpu", ".5", 0.5),
        ("cpu", "nan", None),
        ("cpu", "８０", None),
        ("price", "$0.131", 131_000_000),
        ("age", "1d12h", 129_600.0),
        ("age", "1.5H", 5_400.0),
        ("age", "d", None),
        ("version", "v1.34", (1, 34)),
        ("version", "1.34.x", None),
    ],
)
def test_sizes(key: str, text: str, size: Any) -> None:
    parse = FIELDS[key].parse
    assert parse is not None
    assert parse(text) == size


def test_a_version_answers_to_its_minor_with_and_without_its_letter() -> None:
    words = FIELDS["version"].words
    assert words is not None
    said = ("v1.33.1-eks-1a2b3c4", "1.33.1", "v1.33.1", "1.33", "v1.33")
    assert words(view(), NOW) == said
    assert words(view(kubelet_version="devel"), NOW) == ("devel",)
    assert words(view(kubelet_version=""), NOW) == ()


def test_spellings_of_one_word_are_one() -> None:
    assert squash("NotReady") == squash("not_ready") == squash("not-ready")


def test_aliases_lead_to_keys() -> None:
    assert set(ALIASES.values()) <= FIELDS.keys()
    assert not ALIASES.keys() & FIELDS.keys()


def test_the_text_of_a_row_is_lower_case_and_holds_what_it_says() -> None:
    said = row_text(view("Node-1", labels=labels(pool="API", team="Red")))
    assert {"node-1", "api", "karpenter", "ready", "red"} <= set(said.split("\n"))
