"""How figures and foreign text are written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.views import (
    amount,
    cell_width,
    currency_sign,
    duration,
    money,
    natural,
    of_whole,
    percent,
    printable,
    short_name,
    short_price,
    shorten,
    shorten_end,
    shorten_phrases,
    span,
)

NANO = 10**9
KIB = 1024 * NANO


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0s"),
        (0, "0s"),
        (41.9, "41s"),
        (60, "1m"),
        (3599, "59m"),
        (3600, "1h"),
        (21 * 3600 + 59, "21h"),
        (86400, "1d"),
        (40 * 86400, "40d"),
    ],
)
def test_a_duration_is_its_largest_unit_rounded_down(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (-1, "0s"), (90, "1m30s"), (120, "2m"), (5400, "1h30m"), (2_592_000, "30d"), (90_061, "1d1h1m1s")],
)
def test_a_span_loses_nothing(seconds: int, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (0.945, "95 %"), (0.944, "94 %"), (1.0, "100 %"), (1.03, "103 %"), (12.5, "1250 %")],
)
def test_percent_is_whole_and_never_clipped(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("resource", "nano", "text"),
    [
        ("cpu", 232 * NANO, "232"),
        ("cpu", 1_500_000_000, "1.5"),
        ("cpu", 5_000_000, "0.005"),
        ("cpu", 23_900_000_000, "23.9"),
        ("cpu", 0, "0"),
        ("cpu", 10 * NANO, "10"),
        ("memory", 512 * NANO, "512 B"),
        ("memory", 16 * 1024**2 * KIB, "16.0 GiB"),
        ("memory", 1126 * 1024**2 * KIB, "1.1 TiB"),
        ("memory", int(1023.9 * 1024**2 * KIB), "1.0 TiB"),
        ("ephemeral-storage", 200 * 1024 * KIB, "200 MiB"),
        ("hugepages-2Mi", 2 * 1024 * KIB, "2.0 MiB"),
        ("nvidia.com/gpu", 8 * NANO, "8"),
        ("pods", 110 * NANO, "110"),
    ],
)
def test_an_amount_is_in_the_unit_that_reads_best(resource: str, nano: int, text: str) -> None:
    assert amount(resource, nano) == text


def test_what_is_requested_is_in_the_unit_of_the_whole() -> None:
    tib = 1024**3 * KIB
    assert of_whole("cpu", 256 * NANO, 326 * NANO, 24 * NANO) == "232 + 24 of 326 vCPU"
    assert of_whole("memory", int(1.2 * tib), 2 * tib, int(0.1 * tib)) == "1.1 + 0.1 of 2.0 TiB"
    assert of_whole("nvidia.com/gpu", 3 * NANO, 8 * NANO) == "3 of 8"


@pytest.mark.parametrize(
    ("dollars", "text"),
    [
        (0.131, "0.131"),
        (0.0042, "0.0042"),
        (0.00001, "<0.0001"),
        (0, "0.000"),
        (31.2, "31.20"),
        (22_800, "22.8k"),
        (2_500_000, "2.5M"),
    ],
)
def test_money_keeps_what_matters(dollars: float, text: str) -> None:
    assert money(round(dollars * NANO)) == text


def test_money_with_decimals_and_signs() -> None:
    assert money(31_200_000_000, 3) == "31.200"
    assert currency_sign("USD") == "$"
    assert currency_sign("SEK") == "SEK "


def test_a_name_is_cut_in_the_middle() -> None:
    assert shorten("ip-10-0-112-63-64", 13) == "ip-10-…-63-64"
    assert shorten("short", 13) == "short"
    assert shorten("anything", 1) == "…"
    assert shorten("anything", 0) == ""
    assert shorten("名前名前名前", 7) == "名前…前"
    assert shorten_end("waiting for its node", 8) == "waiting…"


@given(st.text(), st.integers(0, 40))
def test_a_cut_name_never_takes_more_than_its_columns(text: str, width: int) -> None:
    name = printable(text)
    for cut in (shorten(name, width), shorten_end(name, width)):
        assert cell_width(cut) <= width
        assert cell_width(name) > width or cut == name


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("ip-10-0-63-64.eu-west-1.compute.internal", "ip-10-0-63-64"),
        ("ip-10-0-63-64.ec2.internal", "ip-10-0-63-64"),
        ("i-0abc12.eu-west-1.compute.internal", "i-0abc12"),
        ("worker1.prod.example.com", "worker1.prod.example.com"),
        ("fargate-ip-10-0-1-2.eu-west-1.compute.internal", "fargate-ip-10-0-1-2.eu-west-1.compute.internal"),
    ],
)
def test_only_the_domain_of_ec2_is_left_out(name: str, short: str) -> None:
    assert short_name(name) == short


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
        ("a\x1b[31mred", "a␛[31mred"),
        ("two\nlines\ttab", "two lines tab"),
        ("\u202egnirts\u202c", "gnirts"),
        ("a\u2066b\u2069\u200fc\ufeff", "abc"),
        ("שלום", "שלום"),
        ("rocket 🚀", "rocket 🚀"),
        ("family 👩\u200d👧", "family 👩👧"),
        ("heart ❤\ufe0f", "heart ❤"),
        ("thumb 👍🏽", "thumb 👍"),
        ("\x7f\x85\ud800", "␡��"),
        ("a\u2028b\u00a0c", "a b c"),
    ],
)
def test_foreign_text_is_made_safe_for_a_line(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_what_is_printable_stays_so_and_holds_no_control(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert printable(shown) == shown


def test_wide_and_combining_characters_are_measured_in_columns() -> None:
    assert cell_width("abc") == 3
    assert cell_width("名前") == 4
    assert cell_width("🚀") == 2
    assert cell_width("e\u0301") == 1


def test_numbers_within_names_sort_as_numbers() -> None:
    names = ["ip-10-0-10", "ip-10-0-9", "IP-10-0-9", "ip-10-0-100", "ip-10-0-009", "a", ""]
    assert sorted(names, key=natural) == ["", "a", "IP-10-0-9", "ip-10-0-009", "ip-10-0-9", "ip-10-0-10", "ip-10-0-100"]


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_natural_order_agrees_with_numbers(one: int, other: int) -> None:
    assert (natural(f"n{one}-x") < natural(f"n{other}-x")) == (one < other)


@given(st.text(), st.text())
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert (natural(one) == natural(other)) == (one == other)


def test_a_little_is_not_nothing() -> None:
    tib, gib = 2**40 * NANO, 2**30 * NANO
    assert of_whole("memory", 3 * gib, 2 * tib) == "<0.1 of 2.0 TiB"
    assert of_whole("cpu", NANO // 10, 245 * NANO) == "<1 of 245 vCPU"
    assert of_whole("cpu", 0, 245 * NANO) == "0 of 245 vCPU"
    assert of_whole("cpu", NANO // 10_000, 4 * NANO) == "<0.001 of 4 vCPU"


@pytest.mark.parametrize(
    ("dollars", "room", "text"),
    [
        (0.131, 6, "0.131"),
        (0.0042, 6, "0.0042"),
        (0.0097, 6, "0.010"),
        (0.0, 6, "0.000"),
        (98.32, 6, "98.320"),
        (113.56, 6, "113.56"),
        (1234.5, 6, "1234.5"),
        (1234.5, 5, "1.2k"),
        (123456.0, 6, "123.5k"),
    ],
)
def test_a_short_price_loses_decimals_before_anything_is_cut(dollars: float, room: int, text: str) -> None:
    assert short_price(round(dollars * 1e9), room) == text


@pytest.mark.parametrize(
    ("width", "said"),
    [
        (49, "draining 3m · Underutilized, its pods are leaving"),
        (30, "draining 3m · Underutilized …"),
        (27, "draining 3m · Underutilized"),
        (26, "draining 3m …"),
        (12, "draining 3m"),
        (9, "draining…"),
    ],
)
def test_phrases_are_kept_whole(width: int, said: str) -> None:
    text = "draining 3m · Underutilized, its pods are leaving"
    kept = shorten_phrases(text, width)
    assert kept == said
    assert cell_width(kept) <= width


def test_what_is_ready_says_what_else_is_to_be_said() -> None:
    assert shorten_phrases("ready · drifted (AMI) · expiring in 3h", 14) == "drifted (AMI)"
    assert shorten_phrases("ready · drifted (AMI)", 21) == "ready · drifted (AMI)"
    assert shorten_phrases("launched, waiting for its node", 20) == "launched …"
