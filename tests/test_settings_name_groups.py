"""Patterns that gather groups: what is read, and what is said of those that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodeview.cli.options import assumptions_of
from nodeview.errors import UsageError
from nodeview.settings import Settings, config_file, read_sources
from nodeview.settings.name_groups import Located, located, read_name_groups


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def read(home: Path, text: str, context: str = "prod-blue") -> Settings:
    file = config_file({})
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return read_sources({}, {"HOME": str(home)}).settings(context)


def test_patterns_are_read_in_their_order(home: Path) -> None:
    settings = read(home, "name-groups = ['^(?P<pool>a)-', '^(?P<pool>b)-']\n")
    assert [one.pattern for one in settings.name_groups.patterns] == ["^(?P<pool>a)-", "^(?P<pool>b)-"]
    assert settings.name_groups.mistakes == ()
    assert assumptions_of(settings).name_groups == settings.name_groups.patterns


def test_a_wrong_one_is_one_sentence_with_file_and_line_and_the_rest_goes_on(home: Path) -> None:
    text = """
        theme = "light"
        name-groups = [
            '^(?P<pool>worker-\\w+)-(?P<zone>1[ac])-(?P<version>v[\\d-]+)$',
            '(unclosed',
            "no-\\\\w+-group",
            7,
        ]
        """
    settings = read(home, text)
    assert settings.theme == "light"
    assert len(settings.name_groups.patterns) == 1
    file = "~/.config/nodeview/config.toml"
    first, second, third = settings.name_groups.mistakes
    assert first == (
        f'{file}, line 5: "(unclosed" of name-groups is not a regular expression: '
        "missing ), unterminated subpattern at position 0. It gathers nothing."
    )
    assert second.startswith(f'{file}, line 6: "no-\\\\w+-group" of name-groups has no group that is named pool')
    assert third == f"{file}: 7 of name-groups is not a text. It gathers nothing."
    assert assumptions_of(settings).mistakes == settings.name_groups.mistakes


def test_a_section_has_patterns_of_its_own(home: Path) -> None:
    text = "name_groups = ['(?P<pool>a)']\n[context.prod-blue]\nname_groups = ['(?P<pool>b)', '(']\n"
    blue = read(home, text).name_groups
    assert [one.pattern for one in blue.patterns] == ["(?P<pool>b)"]
    assert blue.mistakes[0].startswith("~/.config/nodeview/config.toml, line 3: ")
    assert [one.pattern for one in read(home, text, "other").name_groups.patterns] == ["(?P<pool>a)"]


def test_what_is_no_list_is_an_error_as_everywhere(home: Path) -> None:
    with pytest.raises(UsageError, match=r"^name-groups in .* must be a list of regular expressions"):
        read(home, "name-groups = '(?P<pool>a)'\n")
    with pytest.raises(ValueError, match="must be a list"):
        read_name_groups(["(?P<pool>a)"])


def test_two_of_one_line_have_that_line() -> None:
    found = located(["a", "b", "zzz"], "x = 1\nname_groups = ['a', 'b']\n", "f")
    assert found == Located((("a", "f, line 2"), ("b", "f, line 2"), ("zzz", "f")))
