"""Every way in which an installed plugin can be at fault, and what the host makes of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from relationship_core import Customer, CustomerKind, Dossier, Engine, PluginStatus
from relationship_core.errors import PluginError

SETTINGS = {"currency": "CNY", "saver": {"least_share": 0.5}, "branches": ["south"]}
SOUND = "sound-bank"


class Fault(NamedTuple):
    """A plugin of `distributions`, and what its report must say."""

    plugin: str
    version: str
    hook: str
    reason: str


FAULTS = [
    Fault("import-error", "1.1.0", "", "ModuleNotFoundError: No module named 'a_package_that"),
    Fault("exits-on-import", "1.1.0", "", "SystemExit: no licence"),
    Fault("no-such-class", "1.1.0", "", "AttributeError"),
    Fault("fails-to-start", "1.1.0", "", "OSError: the rate file is not there"),
    Fault("misspelt-hook", "1.2.0", "rc_teiring", "there is no hook 'rc_teiring' (did you mean"),
    Fault("unmarked-hook", "1.3.0", "rc_tiering", "isn't marked as one (put @hookimpl above it"),
    Fault("no-hook", "1.3.0", "", "it implements no hook"),
    Fault("wraps-others", "1.3.0", "rc_tiering", "it wraps what others answer"),
    Fault("answers-twice", "1.3.0", "rc_service", "two of its functions answer it"),
    Fault("wrong-arguments", "1.4.0", "rc_retention", "it takes 'customers', which its hook isn't"),
    Fault("raises", "1.5.0", "rc_service", "it raised ZeroDivisionError: no customers yet"),
    Fault("raises-a-rule-error", "1.5.0", "rc_tiering", "a money can't be compared with a ratio"),
    Fault("wrong-type", "1.6.0", "rc_tiering", "it returned a dict (return a Tiering, or extend"),
    Fault("wrong-item", "1.6.0", "rc_facts", "it returned a list with a str in it (return a list"),
    Fault("a-text", "1.6.0", "rc_models", "it returned a str (return a list of Model)"),
    Fault("answers-nothing", "1.6.0", "rc_service", "it returned nothing (return a Service"),
    Fault("no-parameters", "1.6.0", "rc_contribution_parameters", "give at least one set"),
    Fault("wrong-addition", "1.6.0", "rc_service", "a str can't be added to entitlements"),
    Fault("no-such-field", "1.6.0", "rc_service", "no 'entitlement' to add to (extend one of: ent"),
    Fault("unwritable-outcome", "1.6.0", "rc_tiering", "a object has no JSON form"),
    Fault("duplicate-rule", "1.7.0", "rc_service", "two rules are named 'lounge'"),
    Fault("takes-a-built-in-name", "1.7.0", "rc_service", "two rules are named 'basic'"),
    Fault("changes-settings", "1.8.0", "rc_service", "it raised TypeError"),
    Fault("changes-nested-settings", "1.8.0", "rc_service", "it raised TypeError"),
    Fault("appends-to-settings", "1.8.0", "rc_service", "it raised AttributeError"),
    Fault("undefined-fact", "2.3.0", "rc_service", "did you mean 'deposits_average_3m'?"),
    Fault("copied-fact", "2.3.0", "rc_service", "it takes 'aum' for a count, but it is a money"),
    Fault("too-early", "2.3.0", "rc_service", "it reads 'retention_risk', which is only set in"),
    Fault("bare-fact", "2.4.0", "rc_facts", "its fact 'star_level' has no namespace (put one"),
    Fault("fact-twice", "2.4.0", "rc_facts", "two facts are named 'twice.level'"),
    Fault("borrowed-score", "2.4.0", "rc_models", "which is no fact of its own"),
    Fault("circular-facts", "2.5.0", "rc_facts", "circular.egg -> circular.hen -> circular.egg"),
    Fault("unfounded-fact", "2.5.0", "rc_facts", "there is no fact 'aumm' (did you mean 'aum'?)"),
    Fault("not-installed", "", "", "it is on the allowlist, but isn't installed"),
]

by_plugin = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.plugin)


@by_plugin
def test_a_faulty_plugin_stops_before_anything_is_decided(installed: Path, fault: Fault) -> None:
    with pytest.raises(PluginError) as caught:
        Engine.discover([SOUND, fault.plugin], settings=SETTINGS)
    error = caught.value
    assert (error.plugin, error.version, error.hook) == fault[:3]
    named = f"plugin {fault.plugin} {fault.version}".rstrip()
    assert str(error).startswith(f"{named}, {fault.hook}: " if fault.hook else f"{named}: ")
    assert fault.reason in str(error)
    assert error.mend or error.__cause__


@by_plugin
def test_the_host_can_go_on_without_the_whole_of_it(installed: Path, fault: Fault) -> None:
    engine = Engine.discover([fault.plugin, SOUND], settings=SETTINGS, on_plugin_error="skip")
    (report,) = engine.skipped
    assert report.status is PluginStatus.FAILED
    assert (report.plugin, report.version, report.hook) == fault[:3]
    assert fault.reason in report.reason
    assert engine.rule_book.plugins == ("sound-bank 1.0.0",)
    without_it = Engine.discover([SOUND], settings=SETTINGS)
    assert engine.rule_book.fingerprint == without_it.rule_book.fingerprint


def test_every_review_says_what_it_goes_without(installed: Path) -> None:
    faulty = ["raises", "misspelt-hook"]
    engine = Engine.discover([*faulty, SOUND], on_plugin_error="skip")
    review = engine.review(Dossier(Customer("c", CustomerKind.PERSONAL)), date(2026, 6, 30))
    assert [str(report) for report in review.skipped] == [
        "misspelt-hook 1.2.0, rc_teiring: there is no hook 'rc_teiring'"
        " (did you mean 'rc_tiering'?)",
        "raises 1.5.0, rc_service: it raised ZeroDivisionError: no customers yet",
    ]


def test_every_fault_at_once_leaves_the_sound_plugins_alone(installed: Path) -> None:
    allowed = [SOUND, *(fault.plugin for fault in FAULTS)]
    engine = Engine.discover(allowed, settings=SETTINGS, on_plugin_error="skip")
    assert {report.plugin for report in engine.skipped} == {fault.plugin for fault in FAULTS}
    assert engine.rule_book.plugins == ("sound-bank 1.0.0",)


def test_settings_are_what_they_were_after_all_tried_to_change_them(installed: Path) -> None:
    settings = {"currency": "CNY", "saver": {"least_share": 0.5}, "branches": ["south"]}
    allowed = ["changes-settings", "changes-nested-settings", "appends-to-settings"]
    Engine.discover(allowed, settings=settings, on_plugin_error="skip")
    assert settings == SETTINGS


@pytest.mark.parametrize("mode", ["fail", "skip"])
def test_two_replacements_are_an_error_that_names_both(installed: Path, mode: str) -> None:
    with pytest.raises(
        Exception,
        match=r"north-tiering 2\.1\.0 and south-tiering 2\.2\.0 both replace what rc_tiering",
    ):
        Engine.discover(["south-tiering", "north-tiering"], on_plugin_error=mode)


@pytest.mark.parametrize(
    ("observer", "reason"),
    [
        ("changes-review", "it raised FrozenInstanceError"),
        ("changes-facts", "it raised TypeError"),
        ("fails-to-watch", "it raised ValueError"),
    ],
)
class TestAnObserverAtFault:
    """It is reported as well, and the review isn't touched."""

    dossier = Dossier(Customer("c", CustomerKind.PERSONAL))
    as_of = date(2026, 6, 30)

    def test_is_named_with_its_hook(self, installed: Path, observer: str, reason: str) -> None:
        engine = Engine.discover([observer])
        with pytest.raises(PluginError) as caught:
            engine.review(self.dossier, self.as_of)
        assert str(caught.value) == f"plugin {observer} 1.9.0, rc_review_completed: {reason}"

    def test_changes_nothing_and_keeps_no_other_from_watching(
        self,
        installed: Path,
        observer: str,
        reason: str,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        engine = Engine.discover([observer, SOUND], on_plugin_error="skip")
        review = engine.review(self.dossier, self.as_of)
        from sound_bank import reviewed

        assert reviewed == ["c"]
        untouched = Engine.discover([SOUND]).review(self.dossier, self.as_of)
        assert (review.tier, review.facts) == (untouched.tier, untouched.facts)
        assert caplog.messages == [f"plugin {observer} 1.9.0, rc_review_completed: {reason}"]
