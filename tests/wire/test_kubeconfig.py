"""Which kubeconfig files are read, what wins, and what is said of broken ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from nodeview.errors import KubeconfigError
from nodeview.wire.kubeconfig import Choice, choose, kubeconfig_files, read_kubeconfig


def document(current: str = "", /, **servers: str) -> str:
    """A kubeconfig with a context, cluster and user of one name for each server."""
    return yaml.safe_dump(
        {
            "current-context": current,
            "contexts": [{"name": n, "context": {"cluster": n, "user": n}} for n in servers],
            "clusters": [{"name": n, "cluster": {"server": url}} for n, url in servers.items()],
            "users": [{"name": n, "user": {"token": f"token-{n}"}} for n in servers],
        }
    )


def chosen(environ: dict[str, str], context: str | None = None, explicit: str | None = None) -> Choice:
    return choose(read_kubeconfig(explicit, environ), context)


def sentence(environ: dict[str, str], context: str | None = None, explicit: str | None = None) -> str:
    with pytest.raises(KubeconfigError) as caught:
        chosen(environ, context, explicit)
    assert caught.value.exit_code == 2
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment whose home has a default kubeconfig."""
    (tmp_path / ".kube").mkdir()
    (tmp_path / ".kube" / "config").write_text(document("home", home="https://home"))
    return {"HOME": str(tmp_path)}


def test_the_default_file_is_read_when_kubeconfig_is_unset_or_empty(home: dict[str, str]) -> None:
    assert chosen(home).context == "home"
    assert chosen({**home, "KUBECONFIG": ""}).context == "home"


def test_kubeconfig_replaces_the_default_file(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a").write_text(document("a", a="https://a"))
    environ = {**home, "KUBECONFIG": str(tmp_path / "a")}
    assert chosen(environ).context == "a"
    assert 'no context "home"' in sentence(environ, "home")


def test_the_flag_replaces_both(home: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "a").write_text(document("a", a="https://a"))
    (tmp_path / "b").write_text(document("b", b="https://b"))
    assert chosen({**home, "KUBECONFIG": str(tmp_path / "a")}, None, str(tmp_path / "b")).context == "b"


def test_the_list_is_split_at_the_separator_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pathsep", ";")
    assert kubeconfig_files(None, {"KUBECONFIG": "C:/a;;D:/b;C:/a"}) == (Path("C:/a"), Path("D:/b"))


def listed(tmp_path: Path, *documents: str | None) -> dict[str, str]:
    """An environment whose KUBECONFIG lists these documents, None for a file that is not there."""
    files = [tmp_path / f"{index}.yaml" for index in range(len(documents))]
    for file, text in zip(files, documents, strict=True):
        if text is not None:
            file.write_text(text)
    return {"KUBECONFIG": os.pathsep.join(map(str, files)), "HOME": str(tmp_path)}


def test_the_first_current_context_wins(tmp_path: Path) -> None:
    environ = listed(tmp_path, document("", a="https://a"), document("b", b="https://b"), document("a", c="https://c"))
    assert chosen(environ).context == "b"


def test_the_first_entry_of_a_name_wins_whole(tmp_path: Path) -> None:
    first = document("a", a="https://first")
    second = document("a", a="https://second").replace("https://second", "https://second\n    proxy-url: x")
    choice = chosen(listed(tmp_path, first, second))
    assert choice.cluster.text("server") == "https://first"
    assert choice.cluster.text("proxy-url") == ""
    assert choice.cluster.file == tmp_path / "0.yaml"
    assert chosen(listed(tmp_path, second, first)).cluster.text("proxy-url") == "x"


def test_the_first_of_two_entries_in_one_file_wins(tmp_path: Path) -> None:
    text = document("a", a="https://first") + "\n"
    text = text.replace("clusters:\n", "clusters:\n- name: a\n  cluster:\n    server: https://zeroth\n")
    assert chosen(listed(tmp_path, text)).cluster.text("server") == "https://zeroth"


def test_context_cluster_and_user_may_come_from_different_files(tmp_path: Path) -> None:
    whole = yaml.safe_load(document("a", a="https://a"))
    parts = [yaml.safe_dump({key: whole[key]}) for key in ("contexts", "clusters", "users")]
    choice = chosen(listed(tmp_path, *parts), "a")
    assert choice.cluster.file.name == "1.yaml"
    assert choice.user is not None
    assert choice.user.file.name == "2.yaml"


def test_missing_and_empty_files_of_a_list_are_skipped(tmp_path: Path) -> None:
    assert chosen(listed(tmp_path, None, "", "---\n", document("a", a="https://a"))).context == "a"


def test_a_relative_path_belongs_to_the_folder_of_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "ca.crt").write_bytes(b"authority")
    text = document("a", a="https://a").replace("https://a", "https://a\n    certificate-authority: ca.crt")
    (tmp_path / "deep" / "config").write_text(text)
    monkeypatch.chdir(tmp_path)
    cluster = chosen({"KUBECONFIG": "deep/config"}).cluster
    assert cluster.path("certificate-authority") == tmp_path / "deep" / "ca.crt"
    assert cluster.data("certificate-authority") == b"authority"
    (tmp_path / "deep" / "ca.crt").unlink()
    with pytest.raises(KubeconfigError, match=r"ca\.crt, which cannot be read \(no such file or directory\)"):
        cluster.data("certificate-authority")


def test_data_goes_before_a_file_and_must_be_base64(tmp_path: Path) -> None:
    text = document("a", a="https://a").replace(
        "https://a", "https://a\n    certificate-authority: nowhere\n    certificate-authority-data: aGk="
    )
    assert chosen(listed(tmp_path, text)).cluster.data("certificate-authority") == b"hi"
    cluster = chosen(listed(tmp_path, text.replace("aGk=", "hunter2!"))).cluster
    with pytest.raises(KubeconfigError, match=r'certificate-authority-data of cluster "a" in .* is not base64'):
        cluster.data("certificate-authority")


def test_json_with_tabs_is_a_kubeconfig_too(tmp_path: Path) -> None:
    environ = listed(tmp_path, '{\n\t"current-context": "a",\n\t"contexts": [],\n\t"clusters": null\n}')
    assert read_kubeconfig(None, environ).current_context == "a"


def test_the_namespace_of_a_context_and_its_default(tmp_path: Path) -> None:
    text = document("a", a="https://a", b="https://b").replace("user: b", "user: b\n    namespace: shop")
    environ = listed(tmp_path, text)
    assert [chosen(environ, name).namespace for name in "ab"] == ["default", "shop"]


def test_no_kubeconfig_says_where_it_looked(tmp_path: Path) -> None:
    said = sentence({"HOME": str(tmp_path)})
    assert f"looked in {tmp_path}/.kube/config (not there)." in said
    assert "nodeview demo" in said
    said = sentence(listed(tmp_path, "", None))
    assert f"looked in {tmp_path}/0.yaml (empty), {tmp_path}/1.yaml (not there)." in said
    assert "KUBECONFIG, which names no file" in sentence({"KUBECONFIG": os.pathsep})


def test_an_explicit_file_must_exist_and_say_something(tmp_path: Path, home: dict[str, str]) -> None:
    assert f"The kubeconfig {tmp_path}/none does not exist." in sentence(home, None, f"{tmp_path}/none")
    (tmp_path / "empty").touch()
    assert f"looked in {tmp_path}/empty (empty)." in sentence(home, None, f"{tmp_path}/empty")
    assert "is a directory" in sentence(home, None, str(tmp_path))


def test_an_unknown_context_names_the_known_and_the_nearest(tmp_path: Path) -> None:
    environ = listed(tmp_path, document("prod-eu", **{"prod-eu": "https://a", "staging": "https://b"}))
    said = sentence(environ, "pord-eu")
    assert 'There is no context "pord-eu" in ' in said
    assert "known contexts: prod-eu, staging." in said
    assert said.endswith('Did you mean "prod-eu"?')
    assert sentence(environ, "xyzzy").endswith("Choose one of them with --context.")


def test_of_many_contexts_some_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    servers = {f"c{index:02}": "https://a" for index in range(25)}
    said = sentence(listed(tmp_path, document("", **servers)), "zzz")
    assert "c08, c09 and 15 more." in said
    assert "c10" not in said


def test_no_current_context_and_one_that_does_not_exist(tmp_path: Path) -> None:
    assert "has no current-context; known contexts: a." in sentence(listed(tmp_path, document("", a="https://a")))
    assert 'The current-context "gone" does not exist in' in sentence(listed(tmp_path, document("gone", a="https://a")))


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("clusters", 'names cluster "a", which no file defines. Define it, or check'),
        ("users", 'names user "a", which no file defines. Define it, or check'),
    ],
)
def test_a_context_whose_cluster_or_user_is_missing(tmp_path: Path, kind: str, said: str) -> None:
    whole = yaml.safe_load(document("a", a="https://a"))
    del whole[kind]
    assert said in sentence(listed(tmp_path, yaml.safe_dump(whole)))


def test_a_context_without_a_user_is_anonymous_and_without_a_cluster_is_wrong(tmp_path: Path) -> None:
    whole = yaml.safe_load(document("a", a="https://a"))
    whole["contexts"][0]["context"] = {"cluster": "a"}
    assert chosen(listed(tmp_path, yaml.safe_dump(whole))).user is None
    whole["contexts"][0]["context"] = None
    assert 'Context "a" in ' in sentence(listed(tmp_path, yaml.safe_dump(whole)))
    assert "names no cluster." in sentence(listed(tmp_path, yaml.safe_dump(whole)))


BROKEN = [
    ("contexts:\n  - name: a\n bad: *hunter2\n", "is not valid YAML: line 3, column 2."),
    ("users:\n- token: *hunter2\n", "is not valid YAML: line 2, column 10."),
    ("a: [1, 2\nhunter2: x\n", "is not valid YAML: line 2"),
    ("{hunter2: ", "is not valid YAML"),
    ("hunter2: \x07\n", "is not valid YAML"),
    ("[" * 5000, "is not valid YAML"),
    ("hunter2", "is not a mapping of clusters, users and contexts."),
    ("- hunter2", "is not a mapping of clusters, users and contexts."),
    ("contexts: {hunter2: 1}", "contexts of the kubeconfig in"),
    ("users: [hunter2]", "users of the kubeconfig in"),
    ("users: [{name: a, user: hunter2}]", "users of the kubeconfig in"),
    ("current-context: 5", "must be a string. Put it in quotes."),
    ("contexts: [{name: 5}]", "must be a string. Put it in quotes."),
]


@pytest.mark.parametrize(("text", "said"), BROKEN)
def test_a_broken_file_is_told_by_place_and_never_quoted(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "config").write_text(text)
    with pytest.raises(KubeconfigError) as caught:
        read_kubeconfig(str(tmp_path / "config"), {})
    assert said.removesuffix(" in") in str(caught.value)
    assert str(tmp_path / "config") in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "config").write_bytes(b"\xff\xfe\x00apiVersion")
    assert "is not a text file in UTF-8." in sentence({}, None, str(tmp_path / "config"))


def test_fields_of_the_wrong_kind_are_named_without_their_value(tmp_path: Path) -> None:
    text = document("a", a="https://a").replace("token: token-a", "token: 31337\n    as-groups: [31337]")
    user = chosen(listed(tmp_path, text)).user
    assert user is not None
    reads: list[tuple[Callable[[], object], str]] = [
        (lambda: user.text("token"), 'token of user "a" in .* must be a string'),
        (lambda: user.texts("as-groups"), "as-groups .* must be a list of strings"),
        (lambda: user.flag("token"), "must be true or false"),
        (lambda: user.part("token"), "must be a mapping"),
        (lambda: user.parts("as-groups"), "must be a list of mappings"),
    ]
    for read, said in reads:
        with pytest.raises(KubeconfigError, match=said) as caught:
            read()
        assert "31337" not in str(caught.value)


def test_no_token_in_a_repr(tmp_path: Path) -> None:
    config = read_kubeconfig(None, listed(tmp_path, document("a", a="https://a")))
    choice = choose(config, None)
    assert choice.user is not None
    assert "token-a" in choice.user.text("token")
    assert "token-a" not in repr(config) + repr(choice)
