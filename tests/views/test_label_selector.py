"""Label selectors select what the API server would."""

from __future__ import annotations

import pytest

from nodeview.views.label_selector import parse_selector

LABELS = {"app": "web", "tier": "b", "empty": "", "x.io/role": "balloon"}


@pytest.mark.parametrize(
    ("selector", "met"),
    [
        ("", True),
        ("app=web", True),
        ("app==web", True),
        ("app = web", True),
        ("app=api", False),
        ("app!=api", True),
        ("app!=web", False),
        ("nobody!=web", True),
        ("nobody=web", False),
        ("empty=", True),
        ("tier in (a,b)", True),
        ("tier in ( a , c )", False),
        ("tier notin (a,c)", True),
        ("nobody notin (a)", True),
        ("tier notin (b)", False),
        ("app", True),
        ("!app", False),
        ("! nobody", True),
        ("nobody", False),
        ("app=web,tier in (a,b),!gpu,x.io/role=balloon", True),
        ("app=web,tier in (a,c)", False),
    ],
)
def test_a_selector_is_met_or_not(selector: str, met: bool) -> None:
    assert parse_selector(selector)(LABELS) is met


@pytest.mark.parametrize("selector", ["app=web,", "a b", "tier in a,b", "=x", "tier in (a", "a=b=c d"])
def test_what_is_no_selector_is_said(selector: str) -> None:
    with pytest.raises(ValueError, match="no requirement"):
        parse_selector(selector)
