"""From a kubeconfig, a service account or a plain URL to a `Connection`: all that a transport needs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from ssl import SSLContext
from urllib.parse import SplitResult, urlsplit

from nodeview.wire.aws_profile import aws_profile_of
from nodeview.wire.credentials import Credentials, TokenFile, no_credentials, static_token
from nodeview.wire.identity import credentials_of, impersonation_of
from nodeview.wire.kubeconfig import Choice, Entry, choose, kubeconfig_files, read_kubeconfig
from nodeview.wire.origin import Origin, states_of
from nodeview.wire.proxy import proxy_for
from nodeview.wire.tls import UNFIT, Trust, present

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one API server: all that a transport needs, whatever it came from."""

    context: str
    """The name as shown; `in-cluster` for a service account."""
    cluster: str
    """The short name of the cluster: of an EKS ARN, the name alone."""
    server: str
    """The base URL, with its path and without a slash at its end."""
    namespace: str
    ssl: SSLContext | None
    """None for plain http."""
    tls_server_name: str | None
    """The name to check the server's certificate against, where it is not the host of the URL."""
    proxy: str | None = field(repr=False)
    """The proxy for this server, None for a direct connection; no other variable bears on it."""
    credentials: Credentials
    impersonate: tuple[tuple[str, str], ...] = field(repr=False)
    """Headers to send with every request; `Impersonate-Group` may come more than once."""
    insecure: bool
    """Whether the server's certificate is not checked, which the screen should say."""
    trust: Trust = field(default_factory=Trust)
    source: str = ""
    """Where it came from, as a person names it: the file that the context stands in."""

    pair: tuple[bytes, bytes] | None = field(default=None, repr=False)
    """The kubeconfig's own client certificate with its key, in PEM; the ssl context presents it."""
    user: Entry | None = field(default=None, repr=False)
    """The kubeconfig's entry of the user, by which a changed one is told."""
    origin: Origin | None = field(default=None, repr=False)
    """The files behind all this; None when there are none."""

    @property
    def aws_profile(self) -> str | None:
        """The AWS profile that the user's exec entry names, for prices; None for AWS's own chain."""
        return aws_profile_of(self.user)

    @property
    def user_title(self) -> str:
        """The user as a sentence names it."""
        return self.user.title if self.user else "this connection"


def connect(kubeconfig: str | None, context: str | None, environ: Mapping[str, str]) -> Connection:
    """The connection that kubectl would use: a context of the kubeconfig, or else the service account.

    Reads files and opens no socket. Raises `KubeconfigError` with one sentence that names file and context.
    """
    seen = states_of(kubeconfig_files(kubeconfig, environ))
    config = read_kubeconfig(kubeconfig, environ)
    if config.empty and not kubeconfig and not context and _in_cluster_possible(environ):
        seen = states_of([SERVICE_ACCOUNT / "ca.crt"])
        return dataclasses.replace(_in_cluster(environ), origin=Origin(seen, partial(_in_cluster, environ)))
    choice = choose(config, context)
    seen += states_of(_certificate_files(choice))
    again = partial(connect, kubeconfig, choice.context, environ)
    return dataclasses.replace(_of_choice(choice, environ), origin=Origin(seen, again))


def connection_of(url: str, token: str, name: str) -> Connection:
    """A direct connection to a URL with a token, which may be empty; https is checked as a browser would."""
    server = url.rstrip("/")
    trust = Trust()
    return Connection(
        context=name,
        cluster=name,
        server=server,
        namespace="default",
        ssl=trust.context() if server.startswith("https:") else None,
        tls_server_name=None,
        proxy=None,
        credentials=static_token(token) if token else no_credentials(),
        impersonate=(),
        insecure=False,
        trust=trust,
    )


def short_cluster_name(name: str) -> str:
    """`shop` of `arn:aws:eks:eu-west-1:1234:cluster/shop`, and any other name as it is."""
    return name.rpartition("/")[2] if name.startswith("arn:") and ":cluster/" in name else name


def _certificate_files(choice: Choice) -> Iterator[Path]:
    """The files that the entries name, but for those whose content stands in the kubeconfig itself."""
    for entry, keys in (
        (choice.cluster, ("certificate-authority",)),
        (choice.user, ("client-certificate", "client-key")),
    ):
        for key in keys if entry else ():
            if entry and not entry.text(f"{key}-data") and (path := entry.path(key)) is not None:
                yield path


def _of_choice(choice: Choice, environ: Mapping[str, str]) -> Connection:
    cluster, user = choice.cluster, choice.user
    url = _server_url(cluster, user)
    server = url.geturl()
    secure = url.scheme == "https"
    trust = _trust(cluster) if secure else Trust()
    pair = _client_certificate(user) if secure and user else None
    return Connection(
        context=choice.context,
        cluster=short_cluster_name(choice.cluster_name),
        server=server,
        namespace=choice.namespace,
        ssl=_ssl_context(cluster, user, trust, pair) if secure else None,
        tls_server_name=cluster.text("tls-server-name") or None,
        proxy=proxy_for(server, cluster.text("proxy-url"), environ),
        # Like kubectl, we tell no secret to a server that we reach in plain text.
        credentials=credentials_of(user, cluster, trust, environ) if secure and user else no_credentials(),
        impersonate=impersonation_of(user) if user else (),
        insecure=trust.insecure,
        trust=trust,
        source=choice.source,
        pair=pair,
        user=user,
    )


def _server_url(cluster: Entry, user: Entry | None) -> SplitResult:
    """The server's URL; without a scheme https when anything speaks of certificates, as in client-go."""
    text = cluster.text("server").strip()
    if not text:
        raise cluster.wrong("server", "is missing")
    if "://" not in text:
        text = f"{'https' if _speaks_of_tls(cluster, user) else 'http'}://{text}"
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise cluster.wrong("server", "is not an http or https URL")
    if "@" in url.netloc:
        raise cluster.wrong("server", "holds a user name", "Move it to the user's entry.")
    return url._replace(path=url.path.rstrip("/"), query="", fragment="")


def _speaks_of_tls(cluster: Entry, user: Entry | None) -> bool:
    authority = cluster.text("certificate-authority") or cluster.text("certificate-authority-data")
    own = user and (user.text("client-certificate") or user.text("client-certificate-data"))
    return bool(authority or own) or cluster.flag("insecure-skip-tls-verify")


def _trust(cluster: Entry) -> Trust:
    insecure = cluster.flag("insecure-skip-tls-verify")
    authorities = cluster.data("certificate-authority")
    if insecure and authorities is not None:
        raise cluster.wrong(
            "insecure-skip-tls-verify", "is set beside a certificate-authority", "Remove one of the two."
        )
    return Trust(authorities, insecure)


def _client_certificate(user: Entry) -> tuple[bytes, bytes] | None:
    certificate, key = user.data("client-certificate"), user.data("client-key")
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise user.wrong("client-key" if key is None else "client-certificate", "is missing")
    return certificate, key


def _ssl_context(cluster: Entry, user: Entry | None, trust: Trust, pair: tuple[bytes, bytes] | None) -> SSLContext:
    try:
        context = trust.context()
    except ValueError:
        context = None
    if context is None:
        raise cluster.wrong("certificate-authority", "holds no certificate in PEM")
    if user is not None and pair is not None and not present(context, *pair):
        raise user.wrong("client-certificate", f"cannot be used: {UNFIT}")
    return context


def _in_cluster_possible(environ: Mapping[str, str]) -> bool:
    host, port = environ.get("KUBERNETES_SERVICE_HOST"), environ.get("KUBERNETES_SERVICE_PORT")
    return bool(host and port) and (SERVICE_ACCOUNT / "token").is_file()


def _in_cluster(environ: Mapping[str, str]) -> Connection:
    """As the pod that we run in: its service account's token, authority and namespace (client-go's rest)."""
    host, port = environ["KUBERNETES_SERVICE_HOST"], environ["KUBERNETES_SERVICE_PORT"]
    server = f"https://{f'[{host}]' if ':' in host else host}:{port}"
    account = Entry("the service account", SERVICE_ACCOUNT / "token", {"certificate-authority": "ca.crt"})
    trust = _trust(account)
    return Connection(
        context="in-cluster",
        cluster="in-cluster",
        server=server,
        namespace=environ.get("POD_NAMESPACE") or _service_account_namespace(),
        ssl=_ssl_context(account, None, trust, None),
        tls_server_name=None,
        proxy=proxy_for(server, "", environ),
        credentials=TokenFile(SERVICE_ACCOUNT / "token"),
        impersonate=(),
        insecure=False,
        trust=trust,
        source="the service account of this pod",
    )


def _service_account_namespace() -> str:
    try:
        return (SERVICE_ACCOUNT / "namespace").read_text(encoding="utf-8").strip() or "default"
    except OSError:
        return "default"
