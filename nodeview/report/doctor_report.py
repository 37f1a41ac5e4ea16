"""A diagnosis as a Doctor of `nodeview/v1`, or as text that fits a terminal of 80 columns."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal

from nodeview.diagnosis import (
    MISSING,
    PURPOSES,
    Check,
    Diagnosis,
    Permission,
    PermissionState,
    Rule,
    Verdict,
    checks_of,
    grant_commands,
    role_yaml,
)
from nodeview.report.json_report import Json
from nodeview.report.json_values import instant
from nodeview.views import printable, shorten

DoctorOutput = Literal["table", "json"]
WIDTH = 80
MARKS: dict[Verdict | PermissionState, str] = {
    "ok": "ok",
    "allowed": "ok",
    "caution": "!!",
    "failed": "NO",
    "refused": "NO",
    "absent": "-",
    "unknown": "?",
}
"""Words and signs that any terminal has, and no colour."""
NAME = 36
LABEL = 12


def render_doctor(found: Diagnosis, output: DoctorOutput) -> str:
    """The whole diagnosis, ending with a newline."""
    if output == "json":
        return json.dumps(doctor_of(found), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    return "\n".join(_text(found)) + "\n"


def doctor_of(found: Diagnosis) -> Json:
    """The Doctor document; unknown is null, durations are in seconds."""
    identity, reached = found.identity, found.reached
    return {
        "apiVersion": "nodeview/v1",
        "kind": "Doctor",
        "context": identity.context,
        "source": found.source or None,
        "at": instant(found.at),
        "exit_code": found.exit_code,
        "server": {
            "url": identity.server,
            "ending": reached.ending,
            "version": identity.version.text if identity.version else None,
            "first_answer_s": _seconds(reached.first_s),
            "answer_s": _seconds(reached.answer_s),
            "clock_skew_s": _seconds(reached.skew_s),
            "certificate_verified": identity.server.startswith("https:") and not identity.insecure,
            "proxy": identity.proxy or None,
        },
        "credentials": {
            "kind": identity.credential.kind,
            "expires_at": instant(identity.credential.expires_at),
            "failure": identity.credential.failure or None,
            "user": found.user,
            "groups": list(found.groups),
            "acting_as": identity.acting_as or None,
        },
        "checks": [_check(one) for one in checks_of(found)],
        "permissions": [_permission(one) for one in found.permissions],
        "missing_rules": [_rule(one) for one in found.missing],
    }


def _seconds(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def _check(check: Check) -> Json:
    return {"id": check.id, "verdict": check.verdict, "said": check.said, "hint": check.hint or None}


def _permission(one: Permission) -> Json:
    return {
        "purpose": one.want.purpose,
        "resource": one.want.id,
        "verbs": list(one.want.verbs),
        "state": one.state,
        "refused": list(one.refused),
        "reason": one.reason or None,
        "lost": one.want.lost,
        "served_versions": list(one.served),
        "count": one.count,
    }


def _rule(rule: Rule) -> Json:
    said: Json = {"apiGroups": [rule.group], "resources": list(rule.resources), "verbs": list(rule.verbs)}
    if rule.names:
        said["resourceNames"] = list(rule.names)
    return said | ({"namespace": rule.namespace} if rule.namespace else {})


def _text(found: Diagnosis) -> Iterable[str]:
    yield f"nodeview doctor · {printable(found.identity.context)} · {instant(float(int(found.at)))}"
    yield ""
    for check in checks_of(found):
        yield from _told(MARKS[check.verdict], check.id.ljust(LABEL), check.said, check.hint)
    for purpose, meaning in PURPOSES.items():
        permissions = found.of(purpose)
        if permissions:
            yield ""
            yield from textwrap.wrap(f"{purpose}, {meaning}: {_counted(permissions)}", WIDTH)
            yield from _permitted(permissions)
    yield from _to_ask_for(found)
    yield ""
    yield from textwrap.wrap(_conclusion(found), WIDTH, break_on_hyphens=False)


def _counted(permissions: Sequence[Permission]) -> str:
    states = Counter(one.state for one in permissions)
    others: tuple[PermissionState, ...] = ("refused", "failed", "unknown", "absent")
    parts = [f"{states[state]} {'not installed' if state == 'absent' else state}" for state in others if states[state]]
    return ", ".join([f"{states['allowed']} of {len(permissions)} allowed", *parts])


def _told(mark: str, name: str, said: str, below: str) -> Iterable[str]:
    """A mark, a name, and a sentence that goes on below itself."""
    head = f"  {mark.ljust(2)}  {name} "
    lines = _wrapped(said, WIDTH - len(head)) or [""]
    lines += _wrapped(below, WIDTH - len(head))
    yield (head + lines[0]).rstrip()
    yield from (" " * len(head) + line for line in lines[1:])


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)


def _permitted(permissions: Sequence[Permission]) -> Iterable[str]:
    """A line each, what is lost without those that are not allowed, and at the end what is not installed."""
    absent = [one.want.id for one in permissions if one.state == "absent"]
    for one in permissions:
        if one.state == "absent":
            continue
        where = f" in {one.want.namespace}" if one.want.namespace else ""
        name = shorten(f"{one.want.id}{where}", NAME).ljust(NAME)
        if one.state == "allowed":
            count = "" if one.count is None else f"{one.count:,} · "
            yield from _told(MARKS["allowed"], name, f"{count}{', '.join(one.want.verbs)}", "")
            continue
        mark = MARKS[one.state] if one.want.purpose == "watching" else MARKS[one.state].lower()
        yield from _told(mark, name, ", ".join(f"no {verb}" for verb in one.refused) or one.state, "")
        yield from (f"        {line}" for line in _wrapped(f"lost: {one.want.lost}", WIDTH - 8))
        yield from (f"        {line}" for line in _wrapped(printable(one.reason), WIDTH - 8))
    if absent:
        yield from _told(MARKS["absent"], "not installed:", ", ".join(absent), "")


def _to_ask_for(found: Diagnosis) -> Iterable[str]:
    """The least that gives what is missing, and how it is given."""
    if not found.missing:
        return
    yield ""
    yield "The least to ask for (kubectl apply -f -):"
    yield ""
    yield role_yaml(MISSING, found.missing).rstrip()
    if found.user and found.user.isprintable():
        yield ""
        yield from grant_commands(MISSING, found.user, found.missing)


def _conclusion(found: Diagnosis) -> str:
    acting = [one for one in found.of("acting") if one.state == "refused"]
    act = " For acting: `nodeview doctor --role act`." if acting else ""
    match found.exit_code:
        case 0:
            return f"All that is watched can be.{act}"
        case 3:
            return "No answer came from the server, so nothing more could be looked at."
        case 4 if found.reached.ending == "no_credentials":
            return "There are no credentials, so nothing could be asked."
        case 4 if found.reached.ending == "rejected":
            return "The server does not know who we are, so nothing more could be looked at."
        case 4:
            return "Nodes or pods may not be read, so there is no picture."
        case _:
            return f"Something that is watched cannot be; see the lines marked {MARKS['refused']}.{act}"
