"""From kubeconfig entries to a connection: servers, authorities, users, impersonation, service accounts."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import ssl
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from nodeview.errors import CredentialError, KubeconfigError
from nodeview.wire import connection
from nodeview.wire.connection import Connection, connect, connection_of, short_cluster_name
from nodeview.wire.exec_credentials import ExecCredentials
from tests.certificates import authority, loopback
from tests.wire.test_tls import greeting, served

SECRET = "hunter2-hunter2-hunter2"
V1 = "client.authentication.k8s.io/v1"


def encoded(text: bytes) -> str:
    return base64.b64encode(text).decode()


CA = encoded(authority().pem)


def written(
    folder: Path, cluster: Mapping[str, object] = {}, user: Mapping[str, object] | None = None
) -> dict[str, str]:
    """An environment whose kubeconfig has one context `c`, with an https server where none is given."""
    document = {
        "current-context": "c",
        "contexts": [{"name": "c", "context": {"cluster": "k"} | ({} if user is None else {"user": "u"})}],
        "clusters": [{"name": "k", "cluster": {"server": "https://api.shop:6443"} | dict(cluster)}],
        "users": [{"name": "u", "user": dict(user or {})}],
    }
    (folder / "config").write_text(yaml.safe_dump(document))
    return {"KUBECONFIG": str(folder / "config"), "HOME": str(folder)}


def connected(folder: Path, cluster: Mapping[str, object] = {}, user: Mapping[str, object] | None = None) -> Connection:
    return connect(None, None, written(folder, cluster, user))


def sentence(folder: Path, cluster: Mapping[str, object] = {}, user: Mapping[str, object] | None = None) -> str:
    with pytest.raises(KubeconfigError) as caught:
        connected(folder, cluster, user)
    assert caught.value.exit_code == 2
    assert str(folder / "config") in str(caught.value)
    return str(caught.value)


def test_a_plain_context(tmp_path: Path) -> None:
    found = connected(tmp_path)
    assert (found.context, found.cluster, found.server) == ("c", "k", "https://api.shop:6443")
    assert (found.namespace, found.tls_server_name, found.proxy) == ("default", None, None)
    assert (found.impersonate, found.insecure) == ((), False)
    assert found.ssl is not None
    assert found.ssl.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("https://a:6443/", "https://a:6443"),
        ("https://a/k8s/clusters/c-1/", "https://a/k8s/clusters/c-1"),
        ("https://[fd00::1]:6443/", "https://[fd00::1]:6443"),
        ("https://a?x=1#y", "https://a"),
        (" https://a ", "https://a"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("a:8080", "http://a:8080"),
    ],
)
def test_servers(tmp_path: Path, server: str, url: str) -> None:
    found = connected(tmp_path, {"server": server})
    assert found.server == url
    assert (found.ssl is None) == url.startswith("http:")


@pytest.mark.parametrize("cluster", [{"certificate-authority-data": CA}, {"insecure-skip-tls-verify": True}])
def test_a_server_without_a_scheme_is_https_when_certificates_are_spoken_of(
    tmp_path: Path, cluster: dict[str, object]
) -> None:
    assert connected(tmp_path, {"server": "a:6443"} | cluster).server == "https://a:6443"


@pytest.mark.parametrize(
    ("cluster", "said"),
    [
        ({"server": ""}, 'server of cluster "k" in'),
        ({"server": None}, " is missing."),
        ({"server": "ftp://a"}, "is not an http or https URL."),
        ({"server": "https://a:port"}, "is not an http or https URL."),
        ({"server": "https://[::1"}, "is not an http or https URL."),
        ({"server": f"https://u:{SECRET}@a"}, "holds a user name."),
        ({"certificate-authority-data": "!"}, "certificate-authority-data of cluster"),
        ({"certificate-authority-data": encoded(b"junk")}, "holds no certificate in PEM."),
        ({"certificate-authority": "nowhere.crt"}, "nowhere.crt, which cannot be read"),
        ({"insecure-skip-tls-verify": True, "certificate-authority-data": CA}, "Remove one of the two."),
        ({"insecure-skip-tls-verify": "yes"}, "must be true or false."),
    ],
)
def test_what_is_wrong_with_a_cluster(tmp_path: Path, cluster: dict[str, object], said: str) -> None:
    assert said in sentence(tmp_path, cluster)
    assert SECRET not in sentence(tmp_path, cluster)


def test_an_eks_arn_is_shown_by_its_name() -> None:
    assert short_cluster_name("arn:aws:eks:eu-west-1:123456789012:cluster/shop") == "shop"
    assert short_cluster_name("arn:aws-cn:eks:cn-north-1:1:cluster/shop") == "shop"
    assert short_cluster_name("team/shop") == "team/shop"


def test_the_proxy_is_resolved_for_this_server(tmp_path: Path) -> None:
    environ = written(tmp_path) | {"HTTPS_PROXY": f"http://u:{SECRET}@p:1"}
    found = connect(None, None, environ)
    assert found.proxy == f"http://u:{SECRET}@p:1"
    assert SECRET not in repr(found)
    assert connect(None, None, environ | {"NO_PROXY": ".shop"}).proxy is None
    environ = written(tmp_path, {"proxy-url": "http://mine:2"}) | {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}
    assert connect(None, None, environ).proxy == "http://mine:2"
    with pytest.raises(KubeconfigError, match="socks5 proxy"):
        connected(tmp_path, {"proxy-url": "socks5://p:1"})


# Users


async def header(found: Connection) -> str:
    return (await found.credentials.headers()).get("Authorization", "")


async def test_tokens_and_passwords(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("filed\n")
    for user, expected in [
        (None, ""),
        ({}, ""),
        ({"token": "t\n"}, "Bearer t"),
        ({"username": "a", "password": "b"}, "Basic YTpi"),
        ({"tokenFile": "token"}, "Bearer filed"),
        ({"tokenFile": "token", "token": "fallback"}, "Bearer filed"),
        ({"tokenFile": "nowhere", "token": "fallback"}, "Bearer fallback"),
        ({"token": "t", "exec": {"apiVersion": V1, "command": "no-such-plugin"}}, "Bearer t"),
    ]:
        assert await header(connected(tmp_path, {}, user)) == expected, user


async def test_a_plain_server_is_told_no_secret(tmp_path: Path) -> None:
    found = connected(tmp_path, {"server": "http://a"}, {"token": SECRET, "as": "ben"})
    assert await header(found) == ""
    assert found.impersonate == (("Impersonate-User", "ben"),)


async def test_auth_providers(tmp_path: Path) -> None:
    oidc = {"auth-provider": {"name": "oidc", "config": {"id-token": "opaque"}}}
    assert await header(connected(tmp_path, {}, oidc)) == "Bearer opaque"
    with pytest.raises(CredentialError, match=r'id-token of user "u" .* is missing'):
        await header(connected(tmp_path, {}, {"auth-provider": {"name": "oidc"}}))
    said = sentence(tmp_path, {}, {"auth-provider": {"name": "gcp"}})
    assert 'asks for "gcp", which kubectl no longer has either. Use the exec plugin gke-gcloud' in said


def plugin(**fields: object) -> dict[str, object]:
    return {"exec": {"apiVersion": V1, "command": "aws"} | fields}


@pytest.mark.parametrize(
    ("user", "said"),
    [
        ({"token": "a", "username": "b"}, "is set beside a username."),
        ({"token": f"{SECRET}\nX: y"}, 'token of user "u" in'),
        (plugin(apiVersion="client.authentication.k8s.io/v1alpha1"), 'apiVersion of exec of user "u"'),
        (plugin(command=""), 'command of exec of user "u"'),
        (plugin(interactiveMode="Always"), "leaves no terminal to a plugin."),
        (plugin(args=[5]), "must be a list of strings."),
        (plugin(env=["A=b"]), "must be a list of mappings."),
        ({"exec": "aws"}, "must be a mapping."),
        ({"client-certificate-data": CA}, "client-key of user"),
        ({"client-key-data": encoded(SECRET.encode())}, "client-certificate of user"),
        ({"client-certificate-data": CA, "client-key-data": encoded(SECRET.encode())}, "do not fit each other"),
        ({"as-groups": ["g"]}, "is missing beside the other fields of impersonation."),
        ({"as": "a\r\nX: y"}, "cannot be sent in a header."),
    ],
)
def test_what_is_wrong_with_a_user(tmp_path: Path, user: dict[str, object], said: str) -> None:
    assert said in sentence(tmp_path, {}, user)
    assert SECRET not in sentence(tmp_path, {}, user)


def test_impersonation(tmp_path: Path) -> None:
    user = {
        "as": "ben",
        "as-uid": "7",
        "as-groups": ["dev", "ops"],
        "as-user-extra": {"scopes": ["a", "b"], "acme.com/project": ["x"]},
    }
    assert connected(tmp_path, {}, user).impersonate == (
        ("Impersonate-User", "ben"),
        ("Impersonate-Uid", "7"),
        ("Impersonate-Group", "dev"),
        ("Impersonate-Group", "ops"),
        ("Impersonate-Extra-acme.com%2Fproject", "x"),
        ("Impersonate-Extra-scopes", "a"),
        ("Impersonate-Extra-scopes", "b"),
    )


ECHO = """#!{python} -S
import json, os, sys
told = [sys.argv[1:], os.environ["REGION"], json.loads(os.environ["KUBERNETES_EXEC_INFO"])["spec"]]
print(json.dumps({{"apiVersion": "{version}", "kind": "ExecCredential", "status": {{"token": json.dumps(told)}}}}))
"""


async def test_a_plugin_beside_the_kubeconfig_and_what_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "login"
    program.write_text(ECHO.format(python=sys.executable, version=V1))
    program.chmod(0o700)
    monkeypatch.chdir(tmp_path / "bin")
    extension = {"name": connection_extension(), "extension": {"audience": "shop"}}
    cluster = {"certificate-authority-data": CA, "tls-server-name": "kubernetes", "extensions": [extension]}
    user = plugin(
        command="./bin/login",
        args=["get-token", "-x"],
        env=[{"name": "REGION", "value": "eu"}],
        provideClusterInfo=True,
    )
    token = (await header(connected(tmp_path, cluster, user))).removeprefix("Bearer ")
    assert json.loads(token) == [
        ["get-token", "-x"],
        "eu",
        {
            "interactive": False,
            "cluster": {
                "server": "https://api.shop:6443",
                "tls-server-name": "kubernetes",
                "certificate-authority-data": CA,
                "config": {"audience": "shop"},
            },
        },
    ]


def connection_extension() -> str:
    """The name under which kubectl looks for a plugin's own configuration."""
    return "client.authentication.k8s.io/exec"


async def test_connecting_runs_no_plugin(tmp_path: Path) -> None:
    found = connected(tmp_path, {}, plugin(command="no-such-plugin", installHint="Install it so."))
    assert isinstance(found.credentials, ExecCredentials)
    with pytest.raises(CredentialError, match=r'"no-such-plugin" of user "u" was not found\. Install it so\.'):
        await header(found)


# TLS, with a real server


async def test_the_kubeconfigs_authority_name_and_certificate(tmp_path: Path) -> None:
    anna = authority().issue("anna")
    (tmp_path / "anna.crt").write_bytes(anna.certificate)
    (tmp_path / "anna.key").write_bytes(anna.key)
    server = authority().issue("server", "kubernetes")
    async with served(server, clients=authority().pem) as port:
        cluster = {
            "server": f"https://127.0.0.1:{port}",
            "certificate-authority-data": CA,
            "tls-server-name": "kubernetes",
        }
        for user in (
            {"client-certificate": "anna.crt", "client-key": "anna.key"},
            {
                "client-certificate-data": encoded(anna.certificate),
                "client-key-data": encoded(anna.key),
                "client-key": "nowhere",
            },
        ):
            found = connected(tmp_path, cluster, user)
            assert found.ssl is not None
            assert found.tls_server_name == "kubernetes"
            assert await greeting(port, found.ssl, found.tls_server_name) == "hello anna"
            with pytest.raises(ssl.SSLCertVerificationError):
                await greeting(port, found.ssl)


async def test_insecure_is_said(tmp_path: Path) -> None:
    found = connected(tmp_path, {"insecure-skip-tls-verify": True})
    assert found.insecure
    assert found.ssl is not None
    async with served(loopback()) as port:
        assert await greeting(port, found.ssl, "elsewhere") == "hello nobody"


def handing_out(folder: Path, certificate: bytes, key: bytes) -> dict[str, object]:
    """A user whose plugin hands out a certificate."""
    pair = {"clientCertificateData": certificate.decode(), "clientKeyData": key.decode()}
    answer = {"apiVersion": V1, "kind": "ExecCredential", "status": pair}
    (folder / "answer").write_text(json.dumps(answer))
    return plugin(command="/bin/cat", args=[str(folder / "answer")])


# Service accounts


@pytest.fixture
def pod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The environment of a pod, whose service account is in a folder."""
    monkeypatch.setattr(connection, "SERVICE_ACCOUNT", tmp_path)
    (tmp_path / "token").write_text("pods-token")
    (tmp_path / "ca.crt").write_bytes(authority().pem)
    (tmp_path / "namespace").write_text("shop\n")
    return {"HOME": str(tmp_path), "KUBERNETES_SERVICE_HOST": "10.0.0.1", "KUBERNETES_SERVICE_PORT": "443"}


async def test_in_a_pod(pod: dict[str, str], tmp_path: Path) -> None:
    found = connect(None, None, pod)
    assert (found.context, found.server, found.namespace) == ("in-cluster", "https://10.0.0.1:443", "shop")
    assert found.ssl is not None
    assert len(found.ssl.get_ca_certs()) == 1
    assert await header(found) == "Bearer pods-token"
    assert connect(None, None, pod | {"POD_NAMESPACE": "other"}).namespace == "other"
    (tmp_path / "namespace").unlink()
    assert connect(None, None, pod).namespace == "default"
    assert connect(None, None, pod | {"KUBERNETES_SERVICE_HOST": "fd00::1"}).server == "https://[fd00::1]:443"


def test_a_kubeconfig_goes_before_the_service_account(pod: dict[str, str], tmp_path: Path) -> None:
    assert connect(None, None, pod | written(tmp_path)).context == "c"
    (tmp_path / "config").write_text("current-context: gone")
    with pytest.raises(KubeconfigError):
        connect(None, None, pod | {"KUBECONFIG": str(tmp_path / "config")})


def test_who_asks_for_a_context_or_a_file_gets_no_service_account(pod: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    for kubeconfig, context in [(None, "c"), (str(tmp_path / "empty"), None)]:
        with pytest.raises(KubeconfigError, match="No kubeconfig"):
            connect(kubeconfig, context, pod)
    (tmp_path / "token").unlink()
    with pytest.raises(KubeconfigError, match="No kubeconfig"):
        connect(None, None, pod)


# Plain URLs, secrets, weight


async def test_a_plain_url() -> None:
    found = connection_of("http://127.0.0.1:4711/", "t", "demo")
    assert (found.context, found.cluster, found.server) == ("demo", "demo", "http://127.0.0.1:4711")
    assert found.ssl is None
    assert await header(found) == "Bearer t"
    assert await header(connection_of("http://127.0.0.1:4711", "", "demo")) == ""
    assert connection_of("https://a", "t", "x").ssl is not None


SECRET_USERS: list[dict[str, object]] = [
    {"token": SECRET},
    {"username": "a", "password": SECRET},
    {"tokenFile": "secret"},
    {"auth-provider": {"name": "oidc", "config": {"id-token": SECRET}}},
    plugin(args=[SECRET], env=[{"name": "X", "value": SECRET}]),
    {"token": "t", "as": SECRET},
]


@pytest.mark.parametrize("user", SECRET_USERS)
async def test_no_secret_is_shown(tmp_path: Path, user: dict[str, object], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    (tmp_path / "secret").write_text(SECRET)
    found = connected(tmp_path, {}, user)
    if "exec" not in user:
        await found.credentials.headers()
    basic = encoded(f"a:{SECRET}".encode())
    if "exec" not in user:  # the search finds it where it is kept
        kept = f"{vars(found.credentials)} {found.impersonate}"
        assert SECRET in kept or basic in kept
    shown = f"{found!r} {found} {caplog.text}"
    assert SECRET not in shown
    assert basic not in shown
    await found.credentials.close()


def test_connecting_loads_no_http_client() -> None:
    code = (
        "import sys, nodeview.wire.connection\n"
        "print([m for m in ('aiohttp', 'kubernetes', 'textual', 'boto3', 'rich') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_connection_can_be_made_before_there_is_a_loop(tmp_path: Path) -> None:
    found = await asyncio.to_thread(connected, tmp_path, {}, {"token": "t"})
    assert await header(found) == "Bearer t"
