"""ClusterRoles: valid YAML, no more and no less than was asked for."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from nodeview.diagnosis import READING, WANTS, Rule, Want, act_rules, grant_commands, role_yaml, rules_of, view_rules

Given = tuple[str, str, str, str, str]
"""Namespace, group, resource, name and verb; no namespace or name for all of them."""


def granted(rules: Any, namespace: str = "") -> set[Given]:
    """All that these rules of one role give."""
    return {
        (namespace, group, resource, name, verb)
        for rule in rules
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for name in rule.get("resourceNames", [""])
        for verb in rule["verbs"]
    }


def wanted(one: Want) -> set[Given]:
    return {(one.namespace, one.group, one.resource, one.name, verb) for verb in one.verbs}


def read(name: str, rules: tuple[Rule, ...]) -> set[Given]:
    """All that the roles of these rules give, as a YAML reader sees them."""
    given: set[Given] = set()
    for role in yaml.safe_load_all(role_yaml(name, rules)):
        namespace = role["metadata"].get("namespace", "")
        assert role["apiVersion"] == "rbac.authorization.k8s.io/v1"
        assert role["kind"] == ("Role" if namespace else "ClusterRole")
        assert role["metadata"]["name"] == name
        given |= granted(role["rules"], namespace)
    return given


def want(group: str, resource: str, namespace: str = "", name: str = "") -> Want:
    return Want("watching", group, resource, (), "", namespace=namespace, name=name)


def test_resources_with_the_same_verbs_share_a_rule_and_nothing_more_is_given() -> None:
    nodes, pods, deployments = want("", "nodes"), want("", "pods"), want("apps", "deployments")
    rules = rules_of([(nodes, ("list",)), (pods, ("list", "watch")), (nodes, ("watch",)), (deployments, ("patch",))])
    assert rules == (
        Rule("", ("nodes", "pods"), ("list", "watch")),
        Rule("apps", ("deployments",), ("patch",)),
    )
    uneven = rules_of([(nodes, ("list",)), (pods, ("watch",))])
    assert read("r", uneven) == {("", "", "nodes", "", "list"), ("", "", "pods", "", "watch")}


def test_what_is_wanted_of_one_namespace_is_given_there_and_of_one_object_alone() -> None:
    status = want("", "configmaps", "kube-system", "cluster-autoscaler-status")
    rules = rules_of([(status, ("list",)), (want("", "pods"), ("list",)), (want("", "configmaps"), ("list",))])
    assert read("r", rules) == {
        ("", "", "pods", "", "list"),
        ("", "", "configmaps", "", "list"),
        ("kube-system", "", "configmaps", "cluster-autoscaler-status", "list"),
    }
    assert grant_commands("r", "anna", rules) == (
        "kubectl create clusterrolebinding r --clusterrole=r --user=anna",
        "kubectl create rolebinding r --namespace=kube-system --role=r --user=anna",
    )


def test_the_role_for_looking_reads_all_that_is_wanted_and_writes_nothing() -> None:
    given = read("nodeview-view", view_rules())
    for one in WANTS:
        if one.purpose in READING:
            assert wanted(one) <= given
    assert {verb for *_, verb in given} == {"get", "list", "watch"}
    assert not any(resource == "configmaps" and not name for _, _, resource, name, _ in given), "no other ConfigMap"


def test_the_role_for_acting_is_what_acting_wants() -> None:
    assert read("nodeview-act", act_rules()) == set().union(*(wanted(one) for one in WANTS if one.purpose == "acting"))


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
    (command,) = grant_commands("r", user, (Rule("", ("nodes",), ("list",)),))
    assert command == f"kubectl create clusterrolebinding r --clusterrole=r {subject}"
