"""The stylesheets are found and small."""

from __future__ import annotations

from nodeview.ui.stylesheets import stylesheet_dir


def test_the_stylesheet_is_there_and_has_few_rules() -> None:
    text = (stylesheet_dir() / "nodeview.tcss").read_text()
    assert 0 < text.count("{") < 50
