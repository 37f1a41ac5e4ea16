"""ClusterRoles for whoever grants permissions: the least that gives what is missing, and the whole ones."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nodeview.diagnosis.wants import FOLLOW, READING, WANTS

VIEW, ACT, MISSING = "nodeview-view", "nodeview-act", "nodeview-missing"
LINE = 80


class Rule(msgspec.Struct, frozen=True):
    """One rule of a ClusterRole."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]


Grant = tuple[str, str, tuple[str, ...]]
"""A group, a resource of it, and verbs."""


def rules_of(grants: Iterable[Grant]) -> tuple[Rule, ...]:
    """As few rules as give exactly these: resources of a group that have the same verbs share one."""
    verbs_of: dict[tuple[str, str], tuple[str, ...]] = {}
    for group, resource, verbs in grants:
        held = verbs_of.get((group, resource), ())
        verbs_of[group, resource] = (*held, *(verb for verb in verbs if verb not in held))
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (group, resource), verbs in verbs_of.items():
        shared.setdefault((group, verbs), []).append(resource)
    return tuple(Rule(group, tuple(resources), verbs) for (group, verbs), resources in shared.items())


def view_rules() -> tuple[Rule, ...]:
    """All that looking asks for; what a cluster does not have costs nothing to be granted."""
    wants = [want for purpose in READING for want in WANTS if want.purpose == purpose]
    return rules_of(
        (want.group, want.resource, ("get", *want.verbs) if want.verbs == FOLLOW else want.verbs) for want in wants
    )


def act_rules() -> tuple[Rule, ...]:
    """All that acting asks for beside looking."""
    return rules_of((want.group, want.resource, want.verbs) for want in WANTS if want.purpose == "acting")


def role_yaml(name: str, rules: Iterable[Rule]) -> str:
    """The ClusterRole as YAML, ready for `kubectl apply -f -`."""
    lines = ["apiVersion: rbac.authorization.k8s.io/v1", "kind: ClusterRole", f"metadata: {{name: {name}}}", "rules:"]
    for rule in rules:
        lines.append(f'- apiGroups: ["{rule.group}"]' if not rule.group else f"- apiGroups: [{rule.group}]")
        lines += _listed("resources", rule.resources)
        lines += _listed("verbs", rule.verbs)
    return "\n".join(lines) + "\n"


def _listed(key: str, values: tuple[str, ...]) -> list[str]:
    """A flow sequence, over several lines where one would be too long."""
    lines = [f"  {key}: ["]
    for place, value in enumerate(values):
        more = value + ("]" if place == len(values) - 1 else ",")
        if len(lines[-1]) + len(more) + 1 > LINE:
            lines.append("    ")
        lines[-1] += more if lines[-1].endswith(("[", "    ")) else f" {more}"
    return lines


def grant_command(name: str, user: str) -> str:
    """The command that gives this ClusterRole to a user or a service account."""
    prefix = "system:serviceaccount:"
    subject = f"--serviceaccount={user.removeprefix(prefix)}" if user.startswith(prefix) else f"--user={quoted(user)}"
    return f"kubectl create clusterrolebinding {name} --clusterrole={name} {subject}"


def quoted(text: str) -> str:
    """A text as one word of a shell."""
    plain = text.replace("-", "").replace("_", "").replace(".", "").replace(":", "").replace("/", "").replace("@", "")
    return text if plain.isalnum() and plain.isascii() else "'" + text.replace("'", "'\"'\"'") + "'"
