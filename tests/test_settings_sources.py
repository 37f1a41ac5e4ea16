"""Flags over environment over file over defaults, and each value's origin in its error."""

from __future__ import annotations

from pathlib import Path

import pytest

from nodeview.errors import UsageError
from nodeview.settings import Settings, config_file, read_sources


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def ours(home: Path, text: str) -> Path:
    file = config_file({})
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def read(home: Path, context: str = "prod-blue", flags: dict[str, object] | None = None, **environ: str) -> Settings:
    return read_sources(flags or {}, {"HOME": str(home), **environ}).settings(context)


def sentence(home: Path, **environ: str) -> str:
    with pytest.raises(UsageError) as caught:
        read_sources({}, {"HOME": str(home), **environ}).settings("prod-blue")
    return str(caught.value)


def test_nothing_given_is_the_defaults(home: Path) -> None:
    assert read(home) == Settings()


def test_each_source_goes_over_the_one_below(home: Path) -> None:
    ours(home, 'theme = "light"\nfps = 5\nresources = ["pods"]\nextra-labels = "a"\n')
    settings = read(home, flags={"theme": "ansi"}, NODEVIEW_THEME="dark", NODEVIEW_FPS="7")
    assert (settings.theme, settings.fps, settings.resources) == ("ansi", 7, ("pods",))
    assert settings.origin("theme") == "--theme"
    assert settings.origin("fps") == "NODEVIEW_FPS"
    assert settings.origin("resources") == "resources in ~/.config/nodeview/config.toml"
    assert settings.extra_labels == ("a",)


def test_a_section_holds_for_its_contexts_only(home: Path) -> None:
    ours(
        home,
        """
        fps = 2
        theme = "light"
        [context."prod-*"]
        fps = 3
        extra_labels = ["of-all"]
        [context.prod-blue]
        fps = 4
        [context."*-blue"]
        fps = 5
        theme = "ansi"
        """,
    )
    blue, green, other = (read(home, name) for name in ("prod-blue", "prod-green", "test"))
    assert (blue.fps, blue.theme, blue.extra_labels) == (4, "ansi", ("of-all",))
    assert (green.fps, green.theme) == (3, "light")
    assert (other.fps, other.extra_labels) == (2, ())
    assert blue.origin("fps") == 'fps in [context."prod-blue"] of ~/.config/nodeview/config.toml'


def test_tables_can_be_given_in_the_file(home: Path) -> None:
    ours(home, '[capacity-types."example.com/buy"]\nS = "spot"\n')
    assert read(home).capacity_types == {"example.com/buy": {"S": "spot"}}


def test_the_place_is_known_before_the_context(home: Path) -> None:
    ours(home, 'context = "prod"\nkubeconfig = "~/k"\n')
    place = read_sources({}, {"HOME": str(home)}).place()
    assert (place.context, place.kubeconfig) == ("prod", str(home / "k"))


def test_kubeconfig_of_the_environment_goes_over_the_file(home: Path) -> None:
    ours(home, 'kubeconfig = "/k"\n')
    assert read(home, KUBECONFIG="/other").kubeconfig is None
    assert read(home, KUBECONFIG="").kubeconfig == "/k"


def test_an_empty_variable_is_unset_and_unknown_ones_are_passed_over(home: Path) -> None:
    assert read(home, NODEVIEW_RESOURCES="", NODEVIEW_TESTBED="/x") == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("resorces = 'cpu'", '{file} has an unknown setting "resorces". Did you mean "resources"?'),
        ("zzz = 1", '{file} has an unknown setting "zzz". Known are context, kubeconfig, resources,'),
        ("fps = 99", "fps in {file} must be a whole number from 1 to 30."),
        ("[context.prod-blue]\nfps = 0", 'fps in [context."prod-blue"] of {file} must be a whole number'),
        ("[context.x]\ncontext = 'y'", '[context."x"] of {file} has an unknown setting "context".'),
        ("[context]\nx = 1", '[context."x"] of {file} must be a table of settings.'),
        ("fps = ", "{file} is not valid TOML: "),
    ],
)
def test_what_is_wrong_in_the_file_names_it(home: Path, text: str, said: str) -> None:
    ours(home, text)
    assert sentence(home).startswith(said.format(file="~/.config/nodeview/config.toml"))


def test_what_is_wrong_elsewhere_names_that(home: Path) -> None:
    assert sentence(home, NODEVIEW_FPS="x") == "NODEVIEW_FPS must be a whole number from 1 to 30."
    with pytest.raises(UsageError, match='--resources names "cpu" twice'):
        read(home, flags={"resources": "cpu,cpu"})


def test_another_file_can_be_named_and_must_exist(home: Path) -> None:
    other = home / "other.toml"
    assert sentence(home, NODEVIEW_CONFIG=str(other)) == f"NODEVIEW_CONFIG names {other}, which does not exist."
    other.write_text("fps = 6")
    ours(home, "fps = 2")
    assert read(home, NODEVIEW_CONFIG=str(other)).fps == 6


def test_a_file_that_cannot_be_read_is_a_sentence(home: Path) -> None:
    ours(home, "").write_bytes(b"\xff\xfe\x00")
    assert sentence(home) == "~/.config/nodeview/config.toml is not a text file in UTF-8."
    config_file({}).unlink()
    config_file({}).mkdir()
    assert sentence(home) == "~/.config/nodeview/config.toml cannot be read (is a directory)."


THEIRS = """
# a comment=1
resources=cpu,memory,pods
node-sort = eks-node-viewer/node-cpu-usage=dsc
disable-pricing=true
extra-labels=
unknown=1
not a line
"""


def test_the_file_of_eks_node_viewer_is_read_when_ours_is_absent(home: Path) -> None:
    (home / ".eks-node-viewer").write_text(THEIRS)
    settings = read(home)
    assert settings.resources == ("cpu", "memory", "pods")
    assert settings.node_sort == "eks-node-viewer/node-cpu-usage=dsc"
    assert settings.disable_pricing
    assert settings.extra_labels == ()
    assert settings.origin("resources") == "resources in ~/.eks-node-viewer"
    ours(home, "")
    assert read(home) == Settings()
