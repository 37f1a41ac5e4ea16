"""Which groups of pods that wait are shown: `ns=shop owner=worker kind=gated`, or plain words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from nodeview.insights.groups import PendingGroup
from nodeview.views import FilterError, printable


class PendingFilter(msgspec.Struct, frozen=True):
    """Lets a group through that every term means; a term without a field means any of them. Case does not matter."""

    text: str = ""
    terms: tuple[tuple[str, str, bool], ...] = ()
    """Field (or nothing), value, and whether it is meant not to be so."""

    def lets_through(self, group: PendingGroup) -> bool:
        """Whether this group is shown."""
        return all(_meets(group, field, value) is not negated for field, value, negated in self.terms)


_FIELDS: Mapping[str, Callable[[PendingGroup], str]] = {
    "ns": lambda group: group.namespace,
    "owner": lambda group: group.name,
    "kind": lambda group: "balloon" if group.balloon else group.kind,
    "why": lambda group: group.words.sentence,
}
_ALIASES = {"namespace": "ns", "workload": "owner", "name": "owner", "waits": "kind", "reason": "why"}
_EXACT = ("ns", "owner", "kind")
"""With `=` these are compared whole, or up to a `*`."""


def parse_pending_filter(text: str) -> PendingFilter | FilterError:
    """Read what was typed; a field that is none is an error, never a guess."""
    terms = []
    for word in text.split():
        negated = word.startswith("!")
        field, equals, value = word.removeprefix("!").partition("=")
        if equals and field.endswith("!"):
            field, negated = field.removesuffix("!"), not negated
        if not equals:
            terms.append(("", field.casefold(), negated))
            continue
        field = _ALIASES.get(field.lower(), field.lower())
        if field not in _FIELDS:
            known = ", ".join(_FIELDS)
            return FilterError(f"Pods that wait have no {printable(field) or 'empty field'}; there is {known}.")
        if not value:
            return FilterError(f"{printable(field)}= what?")
        terms.append((field, value.casefold(), negated))
    return PendingFilter(text.strip(), tuple(terms))


def _meets(group: PendingGroup, field: str, value: str) -> bool:
    if not field:
        return any(value in said(group).casefold() for said in _FIELDS.values())
    said = _FIELDS[field](group).casefold()
    if field not in _EXACT:
        return value in said
    return said.startswith(value[:-1]) if value.endswith("*") else said in value.split(",")
