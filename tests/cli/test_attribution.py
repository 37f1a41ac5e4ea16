"""Acknowledgements come from what is installed."""

from __future__ import annotations

from nodeview.cli.attribution import acknowledgements


def test_every_dependency_is_named_with_its_version_and_licence() -> None:
    rows = {line.split()[0]: line for line in acknowledgements().splitlines()[2:]}
    for name in ("textual", "rich", "aiohttp", "msgspec", "kubernetes", "boto3", "PyYAML", "platformdirs"):
        assert name in rows
        assert len(rows[name].split()) >= 4
    assert "MIT" in rows["textual"]


def test_what_only_tests_need_is_not_named() -> None:
    assert "hypothesis" not in acknowledgements()
