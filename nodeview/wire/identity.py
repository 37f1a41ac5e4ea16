"""Who a kubeconfig's user is: the credentials that its entry asks for, and whom it acts as."""

from __future__ import annotations

import base64
import os
from collections.abc import Mapping
from urllib.parse import quote

from nodeview.wire.certificate import expiry_of
from nodeview.wire.credentials import (
    Credentials,
    TokenFile,
    basic_auth,
    certificate_alone,
    is_header_safe,
    no_credentials,
    static_token,
)
from nodeview.wire.exec_credentials import ExecCredentials
from nodeview.wire.exec_plugin import API_VERSIONS, ExecPlugin
from nodeview.wire.kubeconfig import Entry, read_kubeconfig
from nodeview.wire.oidc import OidcCredentials, OidcUser
from nodeview.wire.tls import Trust

EXEC_EXTENSION = "client.authentication.k8s.io/exec"
HEADER_NAME = "!#$&'*+^`|"


def credentials_of(user: Entry, cluster: Entry, trust: Trust, environ: Mapping[str, str]) -> Credentials:
    """The one way in that the user has; a token goes before an exec plugin, as in client-go.

    Nothing is run or asked yet. Raises `KubeconfigError` for what can never work.
    """
    token, username = _token(user), user.text("username")
    if (token or user.text("tokenFile")) and username:
        raise user.wrong("token", "is set beside a username", "Remove one of the two.")
    if (path := user.path("tokenFile")) is not None:
        return TokenFile(path, token)
    if token:
        return static_token(token)
    if username:
        return basic_auth(username, user.text("password"))
    if (provider := user.part("auth-provider")) is not None:
        return _auth_provider(user, provider, environ)
    if (plugin := user.part("exec")) is not None:
        return ExecCredentials(_exec_plugin(plugin, user, cluster, trust), environ)
    if (certificate := user.data("client-certificate")) is not None:
        return certificate_alone(expiry_of(certificate))
    return no_credentials()


def impersonation_of(user: Entry) -> tuple[tuple[str, str], ...]:
    """The headers that make us act as somebody else: `as`, `as-uid`, `as-groups`, `as-user-extra`."""
    name, uid, groups = user.text("as"), user.text("as-uid"), user.texts("as-groups")
    extra = user.part("as-user-extra")
    headers = [("Impersonate-User", name)] if name else []
    headers += [("Impersonate-Uid", uid)] if uid else []
    headers += [("Impersonate-Group", group) for group in groups]
    for key in extra.fields if extra else ():
        # Go's headerKeyEscape: a header's name has few characters, the rest are percent-escaped.
        field = f"Impersonate-Extra-{quote(str(key), safe=HEADER_NAME)}"
        headers += [(field, value) for value in extra.texts(key)] if extra else []
    if headers and not name:
        raise user.wrong("as", "is missing beside the other fields of impersonation")
    if not all(is_header_safe(value) for _, value in headers):
        raise user.wrong("as", "or what goes with it cannot be sent in a header")
    return tuple(headers)


def _token(user: Entry) -> str:
    token = user.text("token").strip()
    if not is_header_safe(token):
        raise user.wrong("token", "cannot be sent in a header")
    return token


def _auth_provider(user: Entry, provider: Entry, environ: Mapping[str, str]) -> Credentials:
    name = provider.text("name")
    if name == "oidc":

        def read_again() -> OidcUser | None:
            found = read_kubeconfig(str(user.file), {}).users.get(user.name)
            return _oidc_user(found) if found else None

        return OidcCredentials(_oidc_user(user), environ, read_again)
    plugins = {"gcp": "gke-gcloud-auth-plugin", "azure": "kubelogin"}
    raise user.wrong(
        "auth-provider",
        f'asks for "{name}", which kubectl no longer has either',
        f"Use the exec plugin {plugins[name]}." if name in plugins else "Use an exec plugin.",
    )


def _oidc_user(user: Entry) -> OidcUser:
    provider = user.part("auth-provider")
    config = provider.part("config") if provider else None
    if config is None:
        return OidcUser(user.title, user.name, user.file)
    return OidcUser(
        title=user.title,
        name=user.name,
        file=user.file,
        id_token=config.text("id-token").strip(),
        refresh_token=config.text("refresh-token").strip(),
        issuer=config.text("idp-issuer-url").strip(),
        client_id=config.text("client-id"),
        client_secret=config.text("client-secret"),
        trust=Trust(config.data("idp-certificate-authority")),
    )


def _exec_plugin(exec_entry: Entry, user: Entry, cluster: Entry, trust: Trust) -> ExecPlugin:
    version, command = exec_entry.text("apiVersion"), exec_entry.text("command")
    if version not in API_VERSIONS:
        raise exec_entry.wrong("apiVersion", f"is none of {' and '.join(API_VERSIONS)}", "Update the plugin.")
    if not command:
        raise exec_entry.wrong("command", "is missing")
    if exec_entry.text("interactiveMode") == "Always":
        raise exec_entry.wrong(
            "interactiveMode", "is Always, and the screen leaves no terminal to a plugin", "Try IfAvailable."
        )
    if "/" in command or os.sep in command:
        command = str(exec_entry.beside(command))
    return ExecPlugin(
        user=user.title,
        command=command,
        args=exec_entry.texts("args"),
        env=tuple((part.text("name"), part.text("value")) for part in exec_entry.parts("env")),
        api_version=version,
        install_hint=exec_entry.text("installHint"),
        cluster_info=_cluster_info(cluster, trust) if exec_entry.flag("provideClusterInfo") else None,
    )


def _cluster_info(cluster: Entry, trust: Trust) -> dict[str, object]:
    """`spec.cluster` of the ExecCredential that a plugin is given (client.authentication.k8s.io)."""
    info: dict[str, object] = {"server": cluster.text("server")}
    for key in ("tls-server-name", "proxy-url"):
        if text := cluster.text(key):
            info[key] = text
    if trust.insecure:
        info["insecure-skip-tls-verify"] = True
    if trust.authorities is not None:
        info["certificate-authority-data"] = base64.b64encode(trust.authorities).decode()
    for extension in cluster.parts("extensions"):
        if extension.text("name") == EXEC_EXTENSION:
            info["config"] = extension.fields.get("extension")
    return info
