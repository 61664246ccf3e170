"""A plugin in a process of its own says what it says without: nothing is lost on the way."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pyarrow as pa
import pytest

from relationship_core import (
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Entitlement,
    Extension,
    Fact,
    Kind,
    PluginStatus,
    Review,
    Rule,
    Tiering,
    extend,
    hookimpl,
)
from relationship_core.errors import InvalidValueError, PluginError, RuleBookError
from relationship_core.facts import aum
from relationship_core.plugins.hook_life import HookDeprecationWarning, HookLife
from relationship_core.plugins.host import survey
from relationship_core.plugins.plugin import Plugin
from relationship_core.plugins.remote import Launch, Remote
from relationship_core.plugins.worker_process import WorkerProcess
from tests.plugins.test_fault_table import FAULTS, SETTINGS
from tests.plugins.test_hooks import Scorer, dossier

pytestmark = pytest.mark.skipif(os.name != "posix", reason="processes are only ended on POSIX")

LONG = 60.0
AS_OF = date(2026, 6, 30)
HERE = sys.modules[__name__]
NOTES = "NORTHERN_NOTES"


class Northern:
    """Bank rules that depend on a setting, in one process or another."""

    version = "4.1"

    @hookimpl
    def rc_facts(self) -> list[Fact]:
        return [Fact("north.tenth", Kind.MONEY, derived=aum / 10)]

    @hookimpl
    def rc_tiering(self, settings: Any) -> Tiering:
        return Tiering(
            ladder=["gold", "rest"],
            rules=[Rule("gold", when=aum >= settings["gold_from"])],
            labels={"gold": "the best"},
        )

    @hookimpl
    def rc_service(self) -> Extension:
        lounge = Entitlement("lounge", "airport lounge")
        tenth = Fact("north.tenth", Kind.MONEY)
        return extend(entitlements=[Rule("lounge", when=tenth >= 1, then=lounge)])


class Watcher:
    """It notes what it sees, and where."""

    @hookimpl
    def rc_review_completed(self, review: Review) -> None:
        with Path(os.environ[NOTES]).open("a") as notes:
            notes.write(f"{os.getpid()} {review.customer_id} {review.tier.tier}\n")


class Settled:
    """It tells what settings it was given."""

    @hookimpl
    def rc_service(self, settings: Any) -> Extension:
        raise ValueError(repr(dict(settings)))


class Outdated:
    """It uses what is about to be removed."""

    def __init__(self) -> None:
        life = HookLife("rc_service", "0.1", "0.2", "answer rc_desk")
        warnings.warn_explicit(
            HookDeprecationWarning("somebody", "", life), HookDeprecationWarning, "outdated.py", 7
        )
        warnings.warn("something else", stacklevel=1)

    @hookimpl
    def rc_service(self) -> Extension:
        return extend()


def isolated(*plugins: Any, **options: Any) -> Engine:
    return Engine.from_plugins(*plugins, isolate="process", limit=LONG, **options)


def person(name: str = "c", **supplied: Any) -> Dossier:
    return Dossier(Customer(name, CustomerKind.PERSONAL), supplied=supplied)


class TestNothingIsLost:
    """The same rules, of the same origin, at the same place; the same words about a fault."""

    def test_of_a_rule_book(self) -> None:
        settings = {"gold_from": Decimal("100.50")}
        here = Engine.from_plugins(Northern, settings=settings).rule_book
        there = isolated(Northern, settings=settings).rule_book
        assert there.to_json() == here.to_json()
        assert there.plugins == ("Northern 4.1",)
        assert [rule.origin for rule in there.rules()] == [rule.origin for rule in here.rules()]
        assert [rule.place for rule in there.rules()] == [rule.place for rule in here.rules()]
        assert {rule.origin for rule in there.tiering.matrix.rules} == {"builtin"}

    def test_of_an_installed_plugin(self, installed: Path) -> None:
        here = Engine.discover(["sound-bank", "north-tiering"], settings=SETTINGS)
        there = Engine.discover(
            ["sound-bank", "north-tiering"], settings=SETTINGS, isolate="process", limit=LONG
        )
        assert there.rule_book.to_json() == here.rule_book.to_json()
        assert [each.origin for each in there.observers] == ["sound-bank 1.0.0"]

    def test_of_any_fault(self, installed: Path) -> None:
        names = [fault.plugin for fault in FAULTS]
        here, there = (
            Engine.discover(names, settings=SETTINGS, on_plugin_error="skip", **options)
            for options in ({}, {"isolate": "process", "limit": LONG})
        )
        assert len(here.skipped) == len(FAULTS)
        assert [str(report) for report in there.skipped] == [str(report) for report in here.skipped]

    def test_of_two_that_do_not_go_together(self, installed: Path) -> None:
        with pytest.raises(RuleBookError, match=r"north-tiering 2\.1\.0 and south-tiering 2\.2\.0"):
            Engine.discover(["south-tiering", "north-tiering"], isolate="process", limit=LONG)

    def test_of_where_it_went_wrong(self, installed: Path) -> None:
        with pytest.raises(PluginError) as caught:
            Engine.discover(["raises"], isolate="process", limit=LONG)
        (note,) = caught.value.__notes__
        assert "raises.py" in note
        assert "ZeroDivisionError: no customers yet" in note

    def test_of_a_models_scores(self) -> None:
        here, there = Engine.from_plugins(Scorer), isolated(Scorer)
        assert there.review(dossier(), AS_OF).to_json() == here.review(dossier(), AS_OF).to_json()
        batch = pa.RecordBatch.from_pydict({"aum": [1e5, 0.1, 3e-7], "tenure_months": [1, 2, None]})
        (mine,), (theirs,) = here.rule_book.models, there.rule_book.models
        assert mine.predict is not None
        assert theirs.predict is not None
        assert theirs.predict(batch).equals(mine.predict(batch))

    def test_of_a_warning(self) -> None:
        with pytest.warns(HookDeprecationWarning) as caught:
            isolated(Outdated)
        assert [str(each.message) for each in caught] == [
            "plugin Outdated, rc_service: it is deprecated since 0.1 and removed in 0.2"
            " (answer rc_desk)"
        ]
        assert (caught[0].filename, caught[0].lineno) == ("outdated.py", 7)

    def test_of_a_survey(self, installed: Path) -> None:
        allowed = ["sound-bank", "raises"]
        there = survey(allowed, isolate="process", limit=LONG)
        assert there == survey(allowed)
        assert {report.status for report in there} == set(PluginStatus)


class TestSettings:
    """What the host sets arrives as it was set."""

    def test_of_every_plain_type(self) -> None:
        settings = {
            "a": [1, 2.5, "x", None, True],
            "b": {"c": Decimal("1.10"), "d": date(2026, 1, 2)},
            "e": {3},
        }
        (here,), (there,) = (
            made.skipped
            for made in (
                Engine.from_plugins(Settled, settings=settings, on_plugin_error="skip"),
                isolated(Settled, settings=settings, on_plugin_error="skip"),
            )
        )
        assert there.reason == here.reason

    def test_an_object_of_the_hosts_own_is_refused(self) -> None:
        with pytest.raises(InvalidValueError, match=r"settings\['desks'\]\[1\]: a object can't be"):
            isolated(Settled, settings={"desks": [1, object()]}, on_plugin_error="skip")


class TestWhoIsIsolated:
    """All, or those named."""

    def test_only_those_named(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(NOTES, str(tmp_path / "notes"))
        engine = Engine.from_plugins(
            Watcher, Northern, settings={"gold_from": 1}, isolate=["Northern"]
        )
        engine.review(person(), AS_OF)
        assert (tmp_path / "notes").read_text().startswith(f"{os.getpid()} ")

    def test_a_module(self, installed: Path) -> None:
        import sound_bank

        engine = isolated(sound_bank)
        assert engine.rule_book.plugins == ("sound_bank",)

    @pytest.mark.parametrize(
        "given",
        [
            Northern(),
            Plugin("west", "1.0", Northern()),
            type("Elsewhere", (Northern,), {}),
            ModuleType("nowhere"),
        ],
    )
    def test_what_another_process_cannot_import_is_refused(self, given: Any) -> None:
        with pytest.raises(InvalidValueError, match="can't be imported in a process") as caught:
            isolated(given, on_plugin_error="skip")
        assert "install it" in caught.value.mend

    def test_what_stands_in_the_script_itself_is_refused(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(sys.modules, "__main__", HERE)
        monkeypatch.setattr(Northern, "__module__", "__main__")
        with pytest.raises(InvalidValueError, match="can't be imported in a process"):
            isolated(Northern)

    @pytest.mark.parametrize(
        ("options", "where", "told"),
        [
            ({"isolate": ["Nothern"]}, "isolate", "did you mean 'Northern'?"),
            ({"isolate": ["xyzzy"]}, "isolate", "they are: Northern"),
            ({"isolate": "Northern"}, "isolate", 'isolate=["Northern"] for one'),
            ({"isolate": True}, "isolate", 'isolate="process" for all plugins'),
            ({"limit": 1.0}, "limit", "a limit needs a process"),
            ({"memory": 2**30}, "memory", "a limit needs a process"),
            ({"isolate": "process", "limit": 0}, "limit", "give seconds above 0"),
            ({"isolate": "process", "limit": 86_401}, "limit", "it is no time"),
            ({"isolate": "process", "limit": float("inf")}, "limit", "it is no time"),
            ({"isolate": "process", "limit": float("nan")}, "limit", "it is no time"),
            ({"isolate": "process", "memory": -1}, "memory", "give bytes above 0"),
        ],
    )
    def test_what_has_no_sense_is_refused(
        self, options: dict[str, Any], where: str, told: str
    ) -> None:
        with pytest.raises(InvalidValueError) as caught:
            Engine.from_plugins(Northern, settings={"gold_from": 1}, **options)
        assert caught.value.where == where
        assert told in str(caught.value)

    def test_memory_is_refused_where_nothing_holds_it(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        with pytest.raises(InvalidValueError, match="darwin doesn't hold a process to it"):
            Engine.from_plugins(Northern, isolate="process", memory=2**30)

    def test_a_name_that_is_not_allowed_is_not_isolated_either(self) -> None:
        with pytest.raises(InvalidValueError, match="'sound-bank' is none of the plugins to load"):
            Engine.discover([], isolate=["sound-bank"])


class TestAnEngine:
    """It goes wherever an engine goes, and leaves no process behind."""

    @pytest.fixture(autouse=True)
    def notes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        notes = tmp_path / "notes"
        monkeypatch.setenv(NOTES, str(notes))
        return notes

    def seen(self, notes: Path) -> list[tuple[int, str]]:
        lines = (line.split() for line in notes.read_text().splitlines())
        return [(int(process), customer) for process, customer, _ in lines]

    def test_starts_nothing_until_it_is_asked(self) -> None:
        (watcher,) = isolated(Watcher).observers
        assert watcher.implementation.pid is None

    def test_can_be_pickled_and_has_a_process_of_its_own_then(self, notes: Path) -> None:
        engine = isolated(Watcher, Scorer)
        engine.review(dossier(), AS_OF)
        again = pickle.loads(pickle.dumps(engine))
        (watcher,) = again.observers
        assert watcher.implementation.pid is None
        assert again.review(dossier(), AS_OF).facts["west.score"] == Decimal("0.100000")
        (one, _), (other, _) = self.seen(notes)
        assert len({one, other, os.getpid()}) == 3

    def test_asks_a_plugin_for_models_and_reviews_in_one_process(self, installed: Path) -> None:
        engine = isolated(ScorerThatWatches)
        engine.review(dossier(), AS_OF)
        (watcher,) = pickle.loads(pickle.dumps(engine)).observers
        (model,) = engine.rule_book.models
        assert model.predict is not None
        assert model.predict.remote is engine.observers[0].implementation  # type: ignore[attr-defined]
        assert watcher.origin == "ScorerThatWatches"

    def test_can_be_used_by_many_threads(self, notes: Path) -> None:
        engine = isolated(Watcher, Scorer)
        names = [f"c{number}" for number in range(40)]
        with ThreadPoolExecutor(8) as pool:
            reviews = list(
                pool.map(lambda name: engine.review(person(name, aum=Decimal(1)), AS_OF), names)
            )
        assert [review.customer_id for review in reviews] == names
        seen = self.seen(notes)
        assert sorted(customer for _, customer in seen) == sorted(names)
        assert len({process for process, _ in seen}) == 1

    def test_is_asked_again_after_an_interruption(
        self, notes: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        engine = isolated(Watcher)
        engine.review(person("before"), AS_OF)
        with monkeypatch.context() as patched:
            patched.setattr(WorkerProcess, "_receive", interrupted)
            with pytest.raises(KeyboardInterrupt):
                engine.review(person("lost"), AS_OF)
        engine.review(person("after"), AS_OF)
        seen = self.seen(notes)
        assert (seen[0][1], seen[-1][1]) == ("before", "after")
        assert seen[0][0] != seen[-1][0]

    # Later Pythons warn of a fork beside the threads that run tests in parallel.
    @pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
    def test_can_be_forked(self, notes: Path) -> None:
        engine = isolated(Watcher)
        engine.review(person("before"), AS_OF)
        child = os.fork()
        if child == 0:
            try:
                engine.review(person("child"), AS_OF)
                sys.exit(0)
            except SystemExit:
                os._exit(0)
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        engine.review(person("after"), AS_OF)
        (first, _), (second, _), (third, _) = self.seen(notes)
        assert first == third != second

    def test_leaves_no_process_when_it_is_dropped(self, notes: Path) -> None:
        engine = isolated(Watcher)
        engine.review(person(), AS_OF)
        ((process, _),) = self.seen(notes)
        os.kill(process, 0)
        del engine
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)

    @pytest.mark.parametrize("end", ["", "os.kill(os.getpid(), 9)"])
    def test_leaves_no_process_when_its_host_ends_however_that_happens(
        self, notes: Path, end: str
    ) -> None:
        script = f"""
import os
from datetime import date
from relationship_core import Customer, CustomerKind, Dossier, Engine
from tests.plugins.test_isolated_plugin import Watcher
engine = Engine.from_plugins(Watcher, isolate="process", limit=60)
engine.review(Dossier(Customer("c", CustomerKind.PERSONAL)), date(2026, 6, 30))
{end}
"""
        # It returns when nobody can write to standard error any more, and the plugin could.
        ran = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stderr=subprocess.PIPE,
            check=False,
            timeout=300,
        )
        assert ran.returncode == (-9 if end else 0), ran.stderr
        assert len(self.seen(notes)) == 1


class ScorerThatWatches(Scorer):
    """Models and reviews in one plugin."""

    @hookimpl
    def rc_review_completed(self, review: Review) -> None:
        assert review.facts["west.score"] is not None


def test_nobody_else_pays_for_processes() -> None:
    script = """
import sys
from relationship_core import Engine, extend, hookimpl
class West:
    @hookimpl
    def rc_service(self):
        return extend()
Engine.from_plugins(West)
assert not {"subprocess", "relationship_core.plugins.remote"} & set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", script], check=True)


class TestAPluginThatWentAway:
    """A process that is started later may not find the plugin at all."""

    def test_is_looked_for_three_times(self) -> None:
        remote = Remote(Launch("west", "1.0", "no_such_module", LONG))
        for _ in range(3):
            with pytest.raises(PluginError, match="No module named 'no_such_module'"):
                remote.tell("rc_review_completed", {})
            assert remote.pid is None
        with pytest.raises(PluginError, match="ended 3 times in a row, and isn't started any more"):
            remote.tell("rc_review_completed", {})


class TestAModelThatChanged:
    """A process that is started later may find another version of the plugin."""

    def test_is_not_taken_for_the_one_of_the_rule_book(self) -> None:
        (model,) = isolated(Scorer).rule_book.models
        changed = attrs.evolve(model.predict, digest="1" * 64)  # type: ignore[misc]
        batch = pa.RecordBatch.from_pydict({"aum": [1.0], "tenure_months": [1]})
        with pytest.raises(PluginError, match=r"no longer computes the model 'west\.leaving' 1"):
            changed(batch)


class TestAnAnswerThatCannotBeRead:
    """Whatever comes back instead of an answer is the plugin's fault, by name."""

    @pytest.mark.parametrize("junk", [None, 7, {}, {"facts": [], "value": 3, "places": []}])
    def test_of_a_hook(self, monkeypatch: pytest.MonkeyPatch, junk: Any) -> None:
        monkeypatch.setattr(Remote, "answer", lambda *_, **__: junk)
        with pytest.raises(PluginError, match="the data is no answer to a hook") as caught:
            isolated(Northern)
        assert (caught.value.plugin, caught.value.version) == ("Northern", "4.1")
        assert caught.value.hook == "rc_facts"

    @pytest.mark.parametrize("junk", [None, 7, [{"x": 1}], [{"decimal": "x"}], [[0.5], 0.5]])
    def test_of_a_model(self, monkeypatch: pytest.MonkeyPatch, junk: Any) -> None:
        engine = isolated(Scorer)
        monkeypatch.setattr(Remote, "score", lambda *_: junk)
        with pytest.raises(PluginError, match=r"scores of its model 'west\.leaving' can't be read"):
            engine.review(dossier(), AS_OF)

    @pytest.mark.parametrize("answer", [{}, {"fault": 3}, {"result": {"hooks": 3}}])
    def test_of_the_first_call(self, monkeypatch: pytest.MonkeyPatch, answer: Any) -> None:
        monkeypatch.setattr(WorkerProcess, "exchange", lambda *_, **__: answer)
        with pytest.raises(PluginError, match="plugin Northern 4.1: it answered what is no answer"):
            isolated(Northern)
