"""Every spelling that eks-node-viewer's users have in their fingers, and a sentence for every other."""

from __future__ import annotations

import pytest

from nodeview.cli.arguments import FLAGS, SCENARIOS, SETTINGS, SWITCHES, normalise, parse
from nodeview.errors import UsageError


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("-resources cpu,memory", "--resources=cpu,memory"),
        ("--resources cpu,memory", "--resources=cpu,memory"),
        ("-resources=cpu", "--resources=cpu"),
        ("--node-selector a=b,c!=d", "--node-selector=a=b,c!=d"),
        ("-node-selector=a=b", "--node-selector=a=b"),
        ("-disable-pricing", "--disable-pricing"),
        ("-disable-pricing=true", "--disable-pricing"),
        ("-disable-pricing=T", "--disable-pricing"),
        ("--disable-pricing=false", "--no-disable-pricing"),
        ("--no-mouse", "--no-mouse"),
        ("-no-mouse=false", "--mouse"),
        ("-v", "--version"),
        ("-version", "--version"),
        ("-h", "--help"),
        ("-help", "--help"),
        ("-attribution", "--attribution"),
        ("report -o json", "report --output=json"),
        ("report -ojson", "report --output=json"),
        ("report -o=csv", "report --output=csv"),
        ("report --schema", "report --schema=report"),
        ("report --schema report", "report --schema=report"),
        ("report --schema -o json", "report --schema=report --output=json"),
        ("report --schema doctor", "report --schema=doctor"),
        ("doctor --role", "doctor --role=view"),
        ("doctor -role act", "doctor --role=act"),
        # As in Go, the argument after a flag is its value, whatever it begins with.
        ("-context -odd", "--context=-odd"),
        ("--context X report", "--context=X report"),
        ("demo -- quiet", "demo quiet"),
    ],
)
def test_each_flag_has_one_form(given: str, normal: str) -> None:
    assert normalise(given.split()) == normal.split()


def test_an_empty_value_is_a_value() -> None:
    assert normalise(["--extra-labels", ""]) == ["--extra-labels="]
    assert parse(["--extra-labels", ""]).settings == {"extra_labels": ""}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("--resorces cpu", "There is no flag --resorces. Did you mean --resources?"),
        ("-node-sorted x", "There is no flag -node-sorted. Did you mean --node-sort?"),
        ("--zzzz=1", "There is no flag --zzzz. See `nodeview --help`."),
        ("--no-context", "There is no flag --no-context. Did you mean --context?"),
        ("--context", "--context needs a value. See `nodeview --help`."),
        ("--ascii=maybe", '--ascii is on or off, so "maybe" must be true or false.'),
        ("reprot", 'There is no command "reprot". Did you mean "report"?'),
        ("drain", 'There is no command "drain". There are demo, report, rotate, prices, doctor.'),
        ("demo bizy", 'The scenario cannot be "bizy". Did you mean "busy"?'),
        ("report -o xml", '--output cannot be "xml". There are table, json, csv, markdown.'),
        ("--watch", "--watch is a flag of `nodeview report` only."),
        (
            "demo -o json",
            "--output is a flag of `nodeview report` and `nodeview rotate` and `nodeview prices` and `nodeview doctor` "
            "only.",
        ),
        ("report --role", "--role is a flag of `nodeview doctor` only."),
        ("doctor --role edit", '--role cannot be "edit". There are view, act.'),
        ("report --seed 3", "--seed is a flag of `nodeview demo` only."),
        ("demo --seed x", '--seed must be a whole number from 0 to 9.22337e+18, not "x".'),
        ("demo --speed 0", '--speed must be a number from 0.01 to 1000, not "0".'),
        ("report --timeout nan", '--timeout must be a number from 0.1 to 86400, not "nan".'),
        ("report --timeout inf", '--timeout must be a number from 0.1 to 86400, not "inf".'),
        ("report extra", "Unrecognized arguments: extra. See `nodeview --help`."),
    ],
)
def test_what_is_wrong_is_one_sentence_with_the_nearest(given: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(given.split())
    assert str(caught.value) == sentence
    assert caught.value.exit_code == 2


def test_flags_may_stand_before_the_command_and_after() -> None:
    before, after = parse(["--context", "X", "report", "-o", "json"]), parse(["report", "-o", "json", "--context", "X"])
    assert before == after
    assert before.command == "report"
    assert before.settings == {"context": "X"}
    assert before.options.output == "json"


def test_without_a_command_it_is_the_dashboard() -> None:
    asked = parse(["-resources", "cpu", "-disable-pricing=true", "--no-mouse"])
    assert asked.command == "dashboard"
    assert asked.settings == {"resources": "cpu", "disable_pricing": True, "mouse": False}


def test_what_was_not_given_is_in_no_setting() -> None:
    assert parse([]).settings == {}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_scenario_can_be_asked_for(scenario: str) -> None:
    asked = parse(["demo", scenario, "--seed", "7", "--nodes=12", "--churn", "2.5"])
    assert (asked.options.scenario, asked.options.seed, asked.options.nodes) == (scenario, 7, 12)
    assert asked.options.churn == 2.5


def test_a_demo_is_busy_unless_asked_otherwise() -> None:
    assert parse(["demo"]).options.scenario == "busy"


def test_the_flags_of_eks_node_viewer_are_all_here() -> None:
    theirs = "context node-selector extra-labels node-sort style kubeconfig resources disable-pricing attribution"
    assert {*theirs.split(), "version", "help"} <= FLAGS.keys()


def test_every_setting_flag_is_a_setting() -> None:
    from nodeview.settings.values import READERS

    assert {name.replace("-", "_") for name in (*SETTINGS, *SWITCHES)} == READERS.keys() - {
        "pool_labels",
        "capacity_types",
        "name_groups",
        "balloon_selector",
        "balloon_priority_below",
        "balloon_name",
        "pending_amber",
        "pending_red",
        "trend_hours",
        "churn_minutes",
        "churn_moves",
    }


def test_regions_may_be_given_more_than_once_and_must_be_regions() -> None:
    asked = parse(["prices", "--build", "--region", "eu-west-1", "-region=us-gov-west-1"])
    assert (asked.command, asked.options.build, asked.options.region) == (
        "prices",
        True,
        ["eu-west-1", "us-gov-west-1"],
    )
    with pytest.raises(UsageError, match="--region must be a region of AWS such as eu-west-1, not"):
        parse(["prices", "--build", "--region", "../etc"])


def test_prices_may_be_a_setting_and_a_command() -> None:
    asked = parse(["prices", "--prices", "live", "--explain", "node-1", "--clear-price-cache"])
    assert asked.settings == {"prices": "live"}
    assert (asked.options.explain, asked.options.clear_price_cache, asked.options.refresh) == ("node-1", True, None)
