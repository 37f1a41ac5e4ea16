"""Roles for whoever grants permissions: the least that gives what is missing, and the whole ones.

What is asked for in one namespace is a Role of that namespace, all else a ClusterRole of the same name.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from nodeview.diagnosis.wants import FOLLOW, READING, WANTS, Want

VIEW, ACT, MISSING = "nodeview-view", "nodeview-act", "nodeview-missing"
LINE = 80


class Rule(msgspec.Struct, frozen=True):
    """One rule of a ClusterRole, or of a Role."""

    group: str
    resources: tuple[str, ...]
    verbs: tuple[str, ...]
    namespace: str = ""
    """Of the Role that it belongs to; empty for the ClusterRole."""
    names: tuple[str, ...] = ()
    """The only objects that it is about; empty for all."""


Grant = tuple[Want, tuple[str, ...]]
"""What is wanted, and the verbs of it that are given."""


def rules_of(grants: Iterable[Grant]) -> tuple[Rule, ...]:
    """As few rules as give exactly these: resources of a group that have the same verbs share one."""
    verbs_of: dict[tuple[str, str, str, str], tuple[str, ...]] = {}
    for want, verbs in grants:
        place = want.namespace, want.name, want.group, want.resource
        held = verbs_of.get(place, ())
        verbs_of[place] = (*held, *(verb for verb in verbs if verb not in held))
    shared: dict[tuple[str, str, str, tuple[str, ...]], list[str]] = {}
    for (namespace, name, group, resource), verbs in verbs_of.items():
        shared.setdefault((namespace, name, group, verbs), []).append(resource)
    return tuple(
        Rule(group, tuple(resources), verbs, namespace, (name,) if name else ())
        for (namespace, name, group, verbs), resources in shared.items()
    )


def view_rules() -> tuple[Rule, ...]:
    """All that looking asks for; what a cluster does not have costs nothing to be granted."""
    wants = [want for purpose in READING for want in WANTS if want.purpose == purpose]
    return rules_of((want, ("get", *want.verbs) if want.verbs == FOLLOW else want.verbs) for want in wants)


def act_rules() -> tuple[Rule, ...]:
    """All that acting asks for beside looking."""
    return rules_of((want, want.verbs) for want in WANTS if want.purpose == "acting")


def role_yaml(name: str, rules: Iterable[Rule]) -> str:
    """The ClusterRole as YAML, and a Role for each namespace, ready for `kubectl apply -f -`."""
    of: dict[str, list[Rule]] = {}
    for rule in rules:
        of.setdefault(rule.namespace, []).append(rule)
    return "---\n".join(_document(name, namespace, of[namespace]) for namespace in sorted(of))


def _document(name: str, namespace: str, rules: Iterable[Rule]) -> str:
    kind, where = ("Role", f", namespace: {namespace}") if namespace else ("ClusterRole", "")
    lines = [
        "apiVersion: rbac.authorization.k8s.io/v1",
        f"kind: {kind}",
        f"metadata: {{name: {name}{where}}}",
        "rules:",
    ]
    for rule in rules:
        lines.append(f'- apiGroups: ["{rule.group}"]' if not rule.group else f"- apiGroups: [{rule.group}]")
        lines += _listed("resources", rule.resources)
        lines += _listed("resourceNames", rule.names) if rule.names else []
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


def grant_commands(name: str, user: str, rules: Iterable[Rule]) -> tuple[str, ...]:
    """The commands that give the roles of these rules to a user or a service account."""
    prefix = "system:serviceaccount:"
    subject = f"--serviceaccount={user.removeprefix(prefix)}" if user.startswith(prefix) else f"--user={quoted(user)}"
    return tuple(
        f"kubectl create rolebinding {name} --namespace={namespace} --role={name} {subject}"
        if namespace
        else f"kubectl create clusterrolebinding {name} --clusterrole={name} {subject}"
        for namespace in sorted({rule.namespace for rule in rules})
    )


def quoted(text: str) -> str:
    """A text as one word of a shell."""
    plain = text.replace("-", "").replace("_", "").replace(".", "").replace(":", "").replace("/", "").replace("@", "")
    return text if plain.isalnum() and plain.isascii() else "'" + text.replace("'", "'\"'\"'") + "'"
