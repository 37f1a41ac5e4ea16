"""What the cluster costs, in the words of the header and of the costs: never a sum that looks whole and is not."""

from __future__ import annotations

from nodeview.ui.widgets.freshness import Said
from nodeview.views import (
    CAPACITY_WORDS,
    NANO,
    Money,
    Tally,
    Tone,
    bound_mark,
    currency_sign,
    money,
    printable,
)

BY_DAY = 160
"""Columns from which there is room for the day, and for money by capacity type."""
CENTS = NANO // 10
"""From here on two decimals say enough of a sum."""


def sum_words(currency: str, nano: int, *, short: bool = False) -> str:
    """`$31.20`, `$1,234.56`, or `$22.8k` in short; a sum too small for cents keeps its meaning."""
    text = money(nano) if short or 0 < nano < CENTS else f"{nano / NANO:,.2f}"
    return f"{currency_sign(currency)}{text}"


def priced(totals: Tally) -> list[Money]:
    """The sums in which anything is; none while no node has a price."""
    return [one for one in totals.money if one.unpriced_nodes < totals.nodes]


def bill_wordings(totals: Tally, width: int) -> list[list[Said]]:
    """What all nodes cost, in wordings that get shorter; none lacks the mark of a sum that is not whole."""
    sums, counts = priced(totals), counts_of(totals)
    if not sums:
        return [counts] if counts else []
    briefly, usual, whole = (_spaced([said for one in sums for said in _rates(one, detail)]) for detail in range(3))
    wordings = [whole, usual] if width >= BY_DAY else [usual]
    fewer = [counts[:1]] if len(counts) > 1 else []
    with_counts = [[*one, ("  ", Tone.PLAIN), *some] for some in (counts, *fewer) if some for one in wordings]
    return [*with_counts, *wordings, briefly]


def _rates(one: Money, detail: int) -> list[Said]:
    hourly = (f"{bound_mark(one)}{sum_words(one.currency, one.hourly)}/h", Tone.STRONG)
    daily = (f"{sum_words(one.currency, one.daily)}/d", Tone.PLAIN)
    monthly = (f"{sum_words(one.currency, one.monthly, short=True)}/mo", Tone.PLAIN)
    return [[hourly], [hourly, monthly], [hourly, daily, monthly]][detail]


def _spaced(said: list[Said]) -> list[Said]:
    return [one for each in said for one in (("  ", Tone.PLAIN), each)][1:]


def counts_of(totals: Tally) -> list[Said]:
    """`3 unpriced · 5 estimated`; nothing where every price is known."""
    unpriced = totals.money[0].unpriced_nodes if totals.money else 0
    estimated = sum([one.estimated_nodes for one in totals.money])
    said = [(f"{unpriced:,} unpriced", Tone.MUTED)] if unpriced else []
    if estimated:
        said.append((f"{' · ' if said else ''}{estimated:,} estimated", Tone.MUTED))
    return said


def capacity_of(totals: Tally, *, with_money: bool = False) -> list[Said]:
    """`spot 30 · od 12`, or `spot 30 $3.90/h · od 12 $5.10/h`: how nodes were bought, the most frequent first."""
    counted = sorted(totals.capacity_types.items(), key=lambda pair: (-pair[1], str(pair[0])))
    words: dict[str, str] = {str(kind): word for kind, word in CAPACITY_WORDS.items()}
    said: list[Said] = []
    for kind, count in counted:
        costs = _capacity_costs(totals, kind) if with_money else ""
        word = printable(words.get(kind, kind)) if kind else "no type"
        said += [(" · ", Tone.MUTED)] if said else []
        said.append((f"{word} {count:,}{costs}", Tone.MUTED))
    return said


def _capacity_costs(totals: Tally, kind: str | None) -> str:
    words = ""
    for one in totals.money:
        for part in one.by_capacity:
            if part.capacity_type == kind and part.nodes:
                mark = "≥ " if part.unpriced_nodes else "~ " if part.estimated_nodes else ""
                words += f" {mark}{sum_words(one.currency, part.hourly)}/h"
    return words or " –"
