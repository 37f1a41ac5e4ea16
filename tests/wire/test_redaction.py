"""What is left of a text when secrets are taken out of it."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from nodeview.wire.redaction import printable, secrets_of, without_known, without_secrets

SECRET = "p@ss/w+rd"


@pytest.mark.parametrize(
    "form",
    [
        SECRET,
        quote(SECRET, safe=""),
        quote(SECRET),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_known_secret_in_each_form(form: str) -> None:
    assert without_known(f"it was {form}!", [SECRET]) == "it was …!"


def test_what_is_too_short_to_be_one_stays() -> None:
    assert without_known("a token", ["", "a"]) == "a token"


def test_what_looks_like_one_goes_and_names_stay() -> None:
    assert without_secrets("got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2ln back") == "got … back"
    said = "https://ABCDEF0123456789ABCDEF0123456789.gr7.eu-west-1.eks.amazonaws.com is away"
    assert without_secrets(said) == said
    assert printable("\x1b[1mbold\x1b[0m\x00\nand\ttabs") == "bold\nandtabs"


def test_the_secrets_of_a_request() -> None:
    pair = base64.b64encode(b"anna:pw:d").decode()
    assert secrets_of({"Authorization": "Bearer t"}, None) == ("t",)
    assert secrets_of({"Authorization": f"Basic {pair}"}, None) == (pair, "pw:d")
    assert secrets_of({}, "http://anna:p%40ss@proxy:1") == ("p%40ss", "p@ss")
    assert secrets_of({}, "http://proxy:1") == ()
