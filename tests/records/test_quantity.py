"""Quantities against what apimachinery answers."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodeview.records.quantity import (
    NANO,
    Format,
    Quantity,
    QuantityError,
    canonical,
    decimal,
    milli_value,
    parse,
    parse_quantity,
    value,
)

MAX = 2**63 - 1
VECTORS = [
    json.loads(line) for line in (Path(__file__).parent / "vectors" / "quantities.jsonl").read_text().splitlines()
]

# id: inputs, exact, Value(), MilliValue() (None where the table leaves it open)
PICKED: dict[str, tuple[list[str], str, int | None, int | None]] = {
    "Q1": (["0", "0n", "0Ki", "00"], "0", 0, 0),
    "Q2": (["1"], "1", 1, 1000),
    "Q3": (["1Ki"], "1024", 1024, 1024000),
    "Q4": (["7Mi"], "7340032", 7340032, 7340032000),
    "Q5": (["6Gi"], "6442450944", 6442450944, 6442450944000),
    "Q6": (["3Ei"], "3458764513820540928", 3458764513820540928, None),
    "Q7": (["9Ei"], "9223372036854775807", MAX, None),
    "Q8": (["9223372036854775807Ki"], "9223372036854775807", MAX, None),
    "Q9": (["-9Ei"], "-9223372036854775807", -MAX, None),
    "Q10": (["12E"], "12000000000000000000", MAX, None),
    "Q11": (["5n"], "0.000000005", 1, 1),
    "Q12": (["4u"], "0.000004", 1, 1),
    "Q13": (["3m"], "0.003", 1, 3),
    "Q14": (["8k"], "8000", 8000, 8000000),
    "Q15": (["50k"], "50000", 50000, 50000000),
    "Q16": (["1E"], "1000000000000000000", 10**18, None),
    "Q17": (["1E-3"], "0.001", 1, 1),
    "Q18": (["1e3"], "1000", 1000, 1000000),
    "Q19": (["1.3E+6"], "1300000", 1300000, 1300000000),
    "Q20": (["1.7E18"], "1700000000000000000", 1700000000000000000, None),
    "Q21": (["100.035k"], "100035", 100035, 100035000),
    "Q22": (["0.0005k"], "0.5", 1, 500),
    "Q23": (["10.035M"], "10035000", 10035000, None),
    "Q24": (["3.001n"], "0.000000004", 1, 1),
    "Q25": (["1.1E-9"], "0.000000002", 1, 1),
    "Q26": (["0.0000000001"], "0.000000001", 1, 1),
    "Q27": (["0.5e-9", "0.9n"], "0.000000001", 1, 1),
    "Q28": (["0.00000012345"], "0.000000124", 1, 1),
    "Q29": (["100.035Ki"], "102435.84", 102436, 102435840),
    "Q30": (["0.5Mi"], "524288", 524288, 524288000),
    "Q31": (["0.05Gi"], "53687091.2", 53687092, 53687091200),
    "Q32": (["0.025Ti"], "27487790694.4", 27487790695, 27487790694400),
    "Q33": (["0.000000000001Ki"], "0.000000002", 1, 1),
    "Q34": ([".001"], "0.001", 1, 1),
    "Q35": ([".0001k"], "0.1", 1, 100),
    "Q36": (["1."], "1", 1, 1000),
    "Q37": (["1.G"], "1000000000", 10**9, None),
    "Q38": (["+2"], "2", 2, 2000),
    "Q39": (["-1.5Gi"], "-1610612736", -1610612736, None),
    "Q40": (["-100m"], "-0.1", -1, -100),
    "Q41": (["2.5"], "2.5", 3, 2500),
    "Q42": (["1.0005"], "1.0005", 2, 1001),
    "Q43": (["1500m"], "1.5", 2, 1500),
    "Q44": (["100n"], "0.0000001", 1, 1),
    "Q45": (["129e6"], "129000000", 129000000, None),
    "Q46": (["123Mi"], "128974848", 128974848, None),
    "Q47": (["128974848000m"], "128974848", 128974848, 128974848000),
    "Q48": (["1.1Gi"], "1181116006.4", 1181116007, 1181116006400),
    "Q49": ([".", "-.", "m", "+"], "0", 0, 0),
}
REFUSED: dict[str, list[str]] = {
    "Q50": ["", "1.1.M", "1+1.0M", "0.1mi", "0.1am", "aoeu", ".5i", "1i", "-3.01i", "-3.01e-", " 1", "1 "],
    "Q51": ["1K", "1ki", "1mi", "1e", "1e3.5", "1Ee3"],
}


def test_the_tables_are_whole() -> None:
    assert [*PICKED, *REFUSED] == [f"Q{n}" for n in range(1, 52)]
    assert len(REFUSED["Q50"]) == 12
    assert len(VECTORS) == 2000
    assert sum("error" in row for row in VECTORS) == 750


@pytest.mark.parametrize("id_", PICKED)
def test_picked(id_: str) -> None:
    texts, exact, whole, milli = PICKED[id_]
    for text in texts:
        nano = parse(text)
        assert decimal(nano) == exact
        assert whole in (None, value(nano))
        assert milli in (None, milli_value(nano))


@pytest.mark.parametrize("id_", REFUSED)
def test_refused(id_: str) -> None:
    for text in REFUSED[id_]:
        with pytest.raises(QuantityError, match="is not a Kubernetes quantity"):
            parse(text)


def away_from_zero(exact: Fraction) -> int:
    """Rounded up in size, held within int64."""
    size = min(-(-abs(exact.numerator) // exact.denominator), MAX)
    return -size if exact < 0 else size


def test_every_line_of_apimachinery() -> None:
    """Go writes no 0, and wraps past int64 or below zero in its big form; there exact arithmetic is asked instead."""
    overflown = negative = 0
    for row in VECTORS:
        if "error" in row:
            with pytest.raises(QuantityError):
                parse_quantity(row["in"])
            continue
        quantity, exact = parse_quantity(row["in"]), Fraction(row["decimal"])
        assert Fraction(quantity.nano, NANO) == Fraction(decimal(quantity.nano)) == exact, row
        assert canonical(quantity) == row["canonical"], row
        for ours, scale, go in ((value, 1, row.get("value", 0)), (milli_value, 1000, row.get("milli", 0))):
            assert ours(quantity.nano) == away_from_zero(exact * scale), row
            if ours(quantity.nano) != go:
                overflown += abs(exact * scale) >= MAX
                negative += exact < 0 and abs(exact * scale) < MAX
                assert exact < 0 or abs(exact * scale) >= MAX, row
    assert (overflown, negative) == (OVERFLOWN, NEGATIVE)


OVERFLOWN, NEGATIVE = 615, 66


@pytest.mark.parametrize(
    ("amount", "format_", "text"),
    [
        ("1073741824", "BinarySI", "1Gi"),
        ("314572800", "BinarySI", "300Mi"),
        ("1074815565824", "BinarySI", "1001Gi"),
        ("5", "BinarySI", "5"),
        ("0.5", "BinarySI", "500m"),
        ("1025", "BinarySI", "1025"),
        ("1000000000", "DecimalSI", "1G"),
        ("1.08", "DecimalSI", "1080m"),
        ("1234567000000", "DecimalSI", "1234567M"),
        ("1000000000", "DecimalExponent", "1e9"),
        ("0", "DecimalSI", "0"),
    ],
)
def test_canonical_of_amounts(amount: str, format_: Format, text: str) -> None:
    assert canonical(Quantity(parse(amount), format_)) == text


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("1024Mi", "1Gi"),
        ("1000M", "1G"),
        (".001Ki", "1024m"),
        (".000001Ki", "1024u"),
        (".000000000001Ki", "2n"),
        ("1.1Gi", "1181116006400m"),
        ("1.5Gi", "1536Mi"),
        ("0.5", "500m"),
        ("1000E", "1000E"),
    ],
)
def test_canonical_of_texts(text: str, printed: str) -> None:
    assert canonical(parse_quantity(text)) == printed


def test_numbers_as_json_has_them() -> None:
    assert parse(2) == 2 * NANO
    assert parse(0.1) == NANO // 10
    assert parse(1e22) == 10**22 * NANO
    for odd in (float("inf"), float("nan")):
        with pytest.raises(QuantityError):
            parse(odd)


@pytest.mark.parametrize("text", ["1e999999999", "9" * 5000, "1e" + "9" * 300, "٣", "１", "²"])
def test_absurd_texts_are_refused_at_once(text: str) -> None:
    with pytest.raises(QuantityError):
        parse(text)


def test_absurdly_small_is_one_nano() -> None:
    assert parse("1e-999999999") == 1
    assert parse("-1e-999999999") == -1
    assert parse("0e-999999999") == 0


formats: st.SearchStrategy[Format] = st.sampled_from(["DecimalSI", "BinarySI", "DecimalExponent"])


@given(st.integers(-MAX, MAX), formats)
def test_what_is_printed_reads_the_same(nano: int, format_: Format) -> None:
    assert parse(canonical(Quantity(nano, format_))) == nano
    assert parse(decimal(nano)) == nano


@given(st.integers(-(2**40), 2**40), st.integers(0, 5))
def test_binary_amounts_print_and_read_the_same(count: int, power: int) -> None:
    nano = max(-MAX, min(MAX, count * 1024**power)) * NANO
    assert parse(canonical(Quantity(nano, "BinarySI"))) == nano


@given(st.text("0123456789.+-eEinumkKMGTP ", max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        nano = parse(text)
    except QuantityError:
        return
    assert parse(canonical(parse_quantity(text))) == nano


def row_of(text: str) -> dict[str, Any]:
    """The first vector with this input."""
    return next(row for row in VECTORS if row["in"] == text)


def test_where_go_wraps_we_hold() -> None:
    """The vectors themselves show that Go wraps: this is why some lines are not asked for `value`."""
    assert row_of("281388697725G")["value"] == 281388697725 * 10**9 % 2**64
    assert value(parse("281388697725G")) == MAX
