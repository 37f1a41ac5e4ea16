"""The price file: what it comes to, and that a mistake is one sentence with its line, and ends nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodeview.settings import Settings, price_file_of
from nodeview.settings.price_file import NO_FILE, line_of, read_price_file

GOOD = """\
# what our contract says
currency = "USD"

[[rule]]
match = { "node.kubernetes.io/instance-type" = "rack-a-*" }
price = 0.42

[[rule]]
match = { capacity = "on-demand", family = ["m7g", "c7g"] }
adjust = "-28%"

[fargate]
vcpu = 0.04048
gb = 0.004445
"""


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "prices.toml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_rules_and_rates(tmp_path: Path) -> None:
    found = read_price_file(written(tmp_path, GOOD), must_exist=True)
    assert (found.mistake, found.warnings) == ("", ())
    assert [rule.price for rule in found.rules.rules] == [420_000_000, None]
    assert found.rules.fargate == {"vcpu": 40_480_000, "gb": 4_445_000}


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ('currency = "USD"', "currency = USD", 2, "Invalid value"),
        ('currency = "USD"', 'currency = "dollars"', 2, "three capital letters"),
        ("price = 0.42", "price = -1", 6, "rule 1: price is -1"),
        ("price = 0.42", "price = nan", 6, "rule 1: price is"),
        ("price = 0.42", "price = 1e9", 6, "rule 1: price is"),
        ("price = 0.42", 'price = "$0.10"', 6, "rule 1: price is"),
        ("price = 0.42", "", 4, "rule 1 needs either price or adjust"),
        ('adjust = "-28%"', 'adjust = "28"', 10, "rule 2: adjust is"),
        ('adjust = "-28%"', 'adjust = "-200%"', 10, "rule 2: adjust is"),
        ('family = ["m7g", "c7g"]', "family = []", 9, "rule 2: family is"),
        ("gb = 0.004445", "gb = true", 14, "[fargate] gb is"),
        ("gb = 0.004445", "gb = [", 14, ""),
    ],
)
def test_a_mistake_is_one_sentence_with_its_line_and_no_rule_holds(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    assert old in GOOD
    file = written(tmp_path, GOOD.replace(old, new))
    found = read_price_file(file, must_exist=True)
    assert found.mistake.startswith(f"{file}, line {line}: ")
    assert words in found.mistake
    assert found.mistake.endswith(". The price file is not used.")
    assert "\n" not in found.mistake
    assert found.rules.rules == ()
    assert found.rules.fargate == {}


def test_unknown_keys_are_passed_over_and_said(tmp_path: Path) -> None:
    found = read_price_file(written(tmp_path, GOOD + "\n[clutser]\nx = 1\n"), must_exist=True)
    assert found.mistake == ""
    assert len(found.rules.rules) == 2
    assert len(found.warnings) == 1
    assert "prices.toml: clutser is not known" in found.warnings[0]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a = '\xff'\n", "line 1: it is not text"),
        (b"x=" + b"[" * 40_000, "nested too deeply"),
        (b"#" * 2_000_000, "MiB"),
    ],
)
def test_what_is_no_price_file_at_all(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in read_price_file(written(tmp_path, data), must_exist=True).mistake


def test_a_file_from_windows_is_read(tmp_path: Path) -> None:
    file = written(tmp_path, b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert len(read_price_file(file, must_exist=True).rules.rules) == 2


def test_none_is_needed_but_one_that_was_named_must_be_there(tmp_path: Path) -> None:
    environ = {"NODEVIEW_CONFIG": str(tmp_path / "config.toml")}
    assert price_file_of(Settings(), environ) is NO_FILE
    named = price_file_of(Settings(price_file=str(tmp_path / "none.toml")), environ)
    assert named.mistake == f"{tmp_path}/none.toml does not exist. The price file is not used."
    assert "cannot be read" in read_price_file(tmp_path, must_exist=True).mistake


def test_the_one_beside_the_settings_is_found(tmp_path: Path) -> None:
    written(tmp_path, GOOD)
    assert len(price_file_of(Settings(), {"NODEVIEW_CONFIG": str(tmp_path / "config.toml")}).rules.rules) == 2


def test_a_line_that_cannot_be_found_is_not_made_up() -> None:
    assert line_of("rule = [{price = -1}]", "rule 1: price is -1") is None
    assert line_of("", "something else") is None
