"""The profile that a kubeconfig's exec entry names."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodeview.wire.aws_profile import aws_profile_of
from nodeview.wire.connection import connect
from nodeview.wire.kubeconfig import Entry

EKS = ["--region", "eu-west-1", "eks", "get-token", "--cluster-name", "shop"]


def user(command: str = "aws", args: object = (), env: object = None) -> Entry:
    return Entry('user "anna"', Path("config"), {"exec": {"command": command, "args": args, "env": env}})


@pytest.mark.parametrize(
    ("entry", "profile"),
    [
        (user(args=[*EKS, "--profile", "corp"]), "corp"),
        (user(args=["--profile=corp", *EKS]), "corp"),
        (user("/usr/local/bin/aws", [*EKS, "--profile", "corp"]), "corp"),
        (user("env", ["aws", *EKS, "--profile", "corp"]), "corp"),
        (user("aws-iam-authenticator", ["token"], [{"name": "AWS_PROFILE", "value": "corp"}]), "corp"),
        (user("sh", ["-c", "x"], [{"name": "AWS_DEFAULT_PROFILE", "value": "corp"}]), "corp"),
        (user(args=[*EKS, "--profile", "a"], env=[{"name": "AWS_PROFILE", "value": "b"}]), "a"),
        (user("tsh", ["kube", "--profile", "not-of-aws"]), None),
        (user(args=EKS), None),
        (user(args=[*EKS, "--profile"]), None),
        (user(args=[*EKS, "--profile="]), None),
        (user(args=[*EKS, "--profiles", "corp"]), None),
        (user(args="--profile corp"), None),
        (user(args=[], env=[{"name": "AWS_PROFILE", "value": ""}]), None),
        (Entry("u", Path("config"), {"token": "t"}), None),
        (Entry("u", Path("config"), {"exec": "aws"}), None),
        (None, None),
    ],
)
def test_a_profile_is_found_where_it_is_named(entry: Entry | None, profile: str | None) -> None:
    assert aws_profile_of(entry) == profile


CONFIG = """
apiVersion: v1
kind: Config
current-context: shop
clusters: [{name: shop, cluster: {server: "https://127.0.0.1:1"}}]
contexts: [{name: shop, context: {cluster: shop, user: anna}}]
users:
- name: anna
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1beta1
      command: aws
      args: [eks, get-token, --cluster-name, shop, --profile, corp]
"""


def test_a_connection_carries_it(tmp_path: Path) -> None:
    (tmp_path / "config").write_text(CONFIG)
    assert connect(str(tmp_path / "config"), None, {}).aws_profile == "corp"
