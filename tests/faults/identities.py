"""Who we are to the server, and who it is to us: impersonation, certificates of both sides."""

from __future__ import annotations

from tests.certificates import Authority, authority, loopback
from tests.faults.catalogue import provokes
from tests.faults.secured import Secured, secured
from tests.wire.misbehaving import Request, status


@provokes("A6", on=secured)
async def somebody_elses_rights(stage: Secured) -> None:
    """Every request bears the whole identity; a group that is forgotten would be a 403."""

    def whole(request: Request) -> bool:
        said = request.headers
        return (
            said.get("impersonate-user") == "system:serviceaccount:shop:ben"
            and said.get("impersonate-uid") == "7"
            and said.get("impersonate-group") == "ops"  # the last of two
            and said.get("impersonate-extra-acme.com%2fproject%25") == "a/b %"
        )

    stage.server.rule = whole
    extra = {"acme.com/project%": ["a/b %"]}
    user = {"token": "one", "as": "system:serviceaccount:shop:ben", "as-uid": "7", "as-groups": ["dev", "ops"]}
    await stage.enter({**user, "as-user-extra": extra})
    await stage.agreed()
    assert stage.server.performed["forbidden"] == 0
    stage.server.cut_all()
    stage.server.fault("pods watch", "forbidden", status(403, "Forbidden", "ben cannot watch pods"), times=2)
    await stage.performed("forbidden")
    await stage.agreed()
    stage.said_old("pods", "ben cannot watch pods", state="forbidden")
    stage.requests_under(8, "pods")


WRONG = {
    "an authority that nobody knows": (lambda: Authority("stranger").issue("s", "127.0.0.1"), "is not trusted"),
    "expired": (lambda: authority().issue("s", "127.0.0.1", expired=True), "certificate has expired"),
    "another host": (lambda: authority().issue("s", "elsewhere"), "IP address mismatch"),
}


@provokes("A7", each=WRONG, on=secured)
async def a_server_with_a_certificate_that_is(stage: Secured, wrong: tuple[object, str]) -> None:
    issue, said = wrong
    assert callable(issue)
    await stage.enter({})
    await stage.agreed()
    await stage.until(lambda: stage.server.count("pods watch") > 0)
    stage.server.show(issue())
    before = stage.server.count("pods watch")
    stage.server.cut_all()
    await stage.until(lambda: any(said in reason for reason in stage.reasons("pods")), said)
    stage.server.performed["untrusted"] += 1
    assert stage.server.count("pods watch") == before, "nothing was told to it"
    stage.server.show(loopback())
    await stage.agreed()
    await stage.performed("untrusted")
    stage.said_old("pods", said)
    stage.requests_under(8, "pods")


NAMED = {
    "tls-server-name": ({"tls_server_name": "kubernetes"}, lambda: authority().issue("s", "kubernetes"), False),
    "insecure": (
        {"insecure_skip_tls_verify": True, "certificate_authority_data": None},
        lambda: Authority("stranger").issue("s", "elsewhere", expired=True),
        True,
    ),
}


@provokes("A7", each=NAMED, on=secured)
async def a_certificate_that_is_accepted_by(stage: Secured, named: tuple[dict[str, object], object, bool]) -> None:
    fields, issue, insecure = named
    assert callable(issue)
    stage.server.show(issue())
    stage.write({"token": "one"}, **fields)
    await stage.enter()
    await stage.agreed()
    await stage.trouble()
    assert stage.frame is not None
    assert stage.frame.identity.insecure is insecure


@provokes("A7", each={"401": "401", "refused by TLS": "tls", "the key first": "key"}, on=secured)
async def a_client_certificate_in_files_is_exchanged(stage: Secured, how: str) -> None:
    """The old one is refused; the new one is taken up without a restart."""
    stage.server.show(loopback(), authority())
    stage.pair(authority().issue("first"))
    await stage.enter({"client-certificate": "client.crt", "client-key": "client.key"})
    await stage.agreed()
    assert set(stage.server.names) == {"first"}
    if how == "tls":
        new, said = (other := Authority("the next")).issue("second"), "hung up"
        stage.server.show(loopback(), other)
    else:
        new, said = authority().issue("second"), "rejects the credentials"
        stage.server.wanted = "second"
    stage.server.performed["refused"] += 1
    stage.server.cut_all()
    await stage.until(lambda: any(said in reason for reason in stage.reasons("pods")), said)
    if how == "key":
        stage.file("client.key", new.key)
        await stage.until(lambda: "do not fit" in str(stage.informer and stage.informer._transport.credential_state()))
    else:
        stage.file("client.key", new.key)
    stage.file("client.crt", new.certificate)
    await stage.agreed()
    await stage.performed("refused")
    assert stage.server.names[-1] == "second"
    assert stage.informer is not None
    assert not stage.informer._transport.credential_state().failure
    stage.said_old("pods", said)
    stage.requests_under(16, "pods")


@provokes("A7", on=secured)
async def an_authority_in_a_file_that_is_exchanged(stage: Secured) -> None:
    stage.file("ca.crt", authority().pem)
    await stage.enter({}, certificate_authority="ca.crt", certificate_authority_data=None)
    await stage.agreed()
    other = Authority("the next")
    stage.server.show(other.issue("s", "127.0.0.1"))
    stage.server.performed["exchanged"] += 1
    stage.server.cut_all()
    await stage.until(lambda: any("is not trusted" in reason for reason in stage.reasons("pods")))
    stage.file("ca.crt", authority().pem + other.pem)
    await stage.agreed()
    await stage.performed("exchanged")
    stage.said_old("pods", "is not trusted")
    stage.requests_under(8, "pods")
