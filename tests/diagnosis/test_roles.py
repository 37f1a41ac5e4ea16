"""ClusterRoles: valid YAML, no more and no less than was asked for."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from nodeview.diagnosis import READING, WANTS, Rule, act_rules, grant_command, role_yaml, rules_of, view_rules


def granted(rules: Any) -> set[tuple[str, str, str]]:
    """Every (group, resource, verb) that these rules of a ClusterRole give."""
    return {
        (group, resource, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def read(name: str, rules: tuple[Rule, ...]) -> Any:
    role = yaml.safe_load(role_yaml(name, rules))
    assert (role["apiVersion"], role["kind"]) == ("rbac.authorization.k8s.io/v1", "ClusterRole")
    assert role["metadata"] == {"name": name}
    return role["rules"]


def test_resources_with_the_same_verbs_share_a_rule_and_nothing_more_is_given() -> None:
    grants = [("", "nodes", ("list",)), ("", "pods", ("list", "watch")), ("", "nodes", ("watch",))]
    rules = rules_of([*grants, ("apps", "deployments", ("patch",))])
    assert rules == (
        Rule("", ("nodes", "pods"), ("list", "watch")),
        Rule("apps", ("deployments",), ("patch",)),
    )
    uneven = rules_of([("", "nodes", ("list",)), ("", "pods", ("watch",))])
    assert granted(read("r", uneven)) == {("", "nodes", "list"), ("", "pods", "watch")}


def test_the_role_for_looking_reads_all_that_is_wanted_and_writes_nothing() -> None:
    given = granted(read("nodeview-view", view_rules()))
    for one in WANTS:
        if one.purpose in READING:
            assert {(one.group, one.resource, verb) for verb in one.verbs} <= given
    assert {verb for _, _, verb in given} == {"get", "list", "watch"}


def test_the_role_for_acting_is_what_acting_wants() -> None:
    wanted = {(one.group, one.resource, verb) for one in WANTS if one.purpose == "acting" for verb in one.verbs}
    assert granted(read("nodeview-act", act_rules())) == wanted


def test_no_line_is_longer_than_a_terminal() -> None:
    many = tuple(f"a-resource-of-some-length-{number}" for number in range(20))
    text = role_yaml("r", (Rule("example.com", many, ("list",)),))
    assert max(map(len, text.splitlines())) <= 80
    assert tuple(yaml.safe_load(text)["rules"][0]["resources"]) == many


@pytest.mark.parametrize(
    ("user", "subject"),
    [
        ("anna", "--user=anna"),
        ("arn:aws:iam::1234:role/ops", "--user=arn:aws:iam::1234:role/ops"),
        ("system:serviceaccount:ops:viewer", "--serviceaccount=ops:viewer"),
        ("anna; rm -rf /", "--user='anna; rm -rf /'"),
        ("o'neill", "--user='o'\"'\"'neill'"),
    ],
)
def test_how_a_role_is_given(user: str, subject: str) -> None:
    assert grant_command("r", user) == f"kubectl create clusterrolebinding r --clusterrole=r {subject}"
