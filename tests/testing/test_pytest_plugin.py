"""The fixtures that pytest gives plugin authors."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from relationship_core import (
    Account,
    Customer,
    CustomerKind,
    Dossier,
    Engine,
    Owner,
    Product,
    ProductFamily,
    Review,
    Rule,
    Sex,
    Standing,
    Tiering,
    TierOverride,
    hookimpl,
)
from relationship_core.errors import InvalidValueError, MissingExtraError, PluginError
from relationship_core.facts import aum, contribution_12m, sex
from relationship_core.testing import BrokenLaw, engine_with
from relationship_core.testing import small_bank as made
from relationship_core.testing.snapshot import compare, place_of, without_personal_data
from tests.plugins.bank import plugin

AS_OF = date(2026, 6, 30)


def two_tiers() -> Tiering:
    rules = [Rule("gold", when=(aum >= 100_000) | (contribution_12m >= 5_000))]
    return Tiering(["gold", "rest"], rules)


BANK = plugin("bank", rc_tiering=two_tiers)


class TestPluginHost:
    """A host with just one plugin."""

    def test_has_that_plugin_and_the_built_in_rules(self, plugin_host: Any) -> None:
        engine = plugin_host(BANK)
        assert engine.rule_book.plugins == ("bank 1.0",)
        assert engine.rule_book.tiering.ladder == ("gold", "rest")

    def test_takes_the_name_of_an_installed_one_and_settings(self, plugin_host: Any) -> None:
        engine = plugin_host("star-levels", {"star_levels": {"points_for_gift": 3}})
        gift = next(rule for rule in engine.rule_book.rules() if rule.id == "star-gift")
        assert repr(gift.when) == "(star.event_points >= 3)"

    def test_says_what_is_wrong_with_it(self, plugin_host: Any) -> None:
        with pytest.raises(PluginError, match="it implements no hook"):
            plugin_host(object())
        with pytest.raises(PluginError, match="isn't installed"):
            plugin_host("no-such-bank")

    def test_asks_no_observer(self) -> None:
        def fail() -> None:
            raise AssertionError

        watched = plugin("bank", rc_tiering=two_tiers, rc_review_completed=fail)
        assert engine_with(watched).observers == ()


class TestSmallBank:
    """The same few customers each time."""

    def test_is_the_same_for_one_seed(self, small_bank: tuple[Dossier, ...]) -> None:
        assert small_bank == made() == made(24, seed=7)
        assert made(seed=8) != made()
        assert made(5) == made()[:5]

    def test_has_customers_of_every_kind_stage_and_standing(
        self, small_bank: tuple[Dossier, ...]
    ) -> None:
        engine = Engine.from_plugins()
        cutoffs = engine.benchmarks(small_bank, AS_OF)
        reviews = [engine.review(each, AS_OF, cutoffs) for each in small_bank]
        assert {each.customer.kind for each in small_bank} == set(CustomerKind)
        assert {"prospect", "exploration", "stable", "lost"} <= {one.stage.stage for one in reviews}
        assert {"high", "low"} <= {one.retention.risk for one in reviews}
        assert {"vip", "secondary", "ordinary", "small"} <= {one.tier.tier for one in reviews}
        assert {one.standing.tier is None for one in reviews} == {False}

    def test_is_nobody(self, small_bank: tuple[Dossier, ...]) -> None:
        for one in small_bank:
            who = one.customer
            assert {who.name, who.born, who.sex, who.phone, who.email} == {None}
            assert who.identifiers == ()

    def test_has_somebody(self) -> None:
        with pytest.raises(InvalidValueError, match="not above zero"):
            made(0)


OVERRIDE = TierOverride(
    "gold",
    "her brother sits on the board",
    "clerk-7",
    "chief-9",
    date(2026, 6, 1),
    date(2027, 1, 1),
)


def personal_review() -> Review:
    """The review of somebody whose birthday is near, and whose tier somebody set by hand."""
    born = AS_OF.replace(year=1971) + timedelta(days=3)
    current = Product("current", ProductFamily.CURRENT)
    who = Customer(
        "C-4711",
        CustomerKind.PERSONAL,
        name="Wang Xiaoming",
        born=born,
        since=date(2020, 1, 1),
        phone="13800138000",
    )
    dossier = Dossier(
        who,
        accounts=(Account("a", current, "CNY", (Owner("C-4711"),), date(2020, 1, 1)),),
        standing=Standing(
            "stable", date(2021, 1, 1), "rest", date(2021, 1, 1), overrides=(OVERRIDE,)
        ),
        supplied={"product_count": 3, "marketing_consent": True},
    )
    return engine_with(BANK).review(dossier, AS_OF)


class TestExplainSnapshot:
    """What a review says is kept, and compared."""

    def test_compares_with_what_is_kept_next_to_the_test(self, explain_snapshot: Any) -> None:
        (wealthy,) = [one for one in made() if one.customer.id == "wealthy-06"]
        explain_snapshot(engine_with(BANK).review(wealthy, AS_OF), "wealthy")

    def test_keeps_nothing_personal(self) -> None:
        review = personal_review()
        told, kept = review.explain(), without_personal_data(review)
        assert "due on 2026-07-03" in told
        assert OVERRIDE.reason in told
        secrets = ["C-4711", "07-03", "brother", "clerk-7", "chief-9", "Wang", "1971", "138001"]
        assert not [secret for secret in secrets if secret in kept]
        assert "  due on (kept out): send good wishes (kept out)\n" in kept
        assert "  Set by a person until 2027-01-01: (kept out)\n" in kept
        assert "for a month in which the account was open (kept out)\n" in kept
        assert "average deposits over three months" in kept

    def test_keeps_no_value_that_is_a_word(self) -> None:
        class Sexes:
            @hookimpl
            def rc_tiering(self) -> Tiering:
                of_women = Rule("gold", sex == "female", exemption="A court has said so.")
                return Tiering(ladder=["gold", "rest"], rules=[of_women])

        for each, tier in ((Sex.FEMALE, "gold"), (Sex.MALE, "rest")):
            who = Customer("C-4711", CustomerKind.PERSONAL, sex=each)
            review = engine_with(Sexes()).review(Dossier(who), AS_OF)
            kept = without_personal_data(review)
            assert f"Tier: {tier}" in kept
            assert "sex is female" in review.explain()
            assert "sex is: (kept out)\n" in kept
            assert "male" not in kept

    def test_says_how_to_keep_what_was_never_kept(self, tmp_path: Path) -> None:
        with pytest.raises(BrokenLaw, match="no explanation is kept yet") as caught:
            compare(personal_review(), tmp_path / "new.txt", keep=False)
        assert "--update-explanations" in caught.value.mend
        assert not [*tmp_path.iterdir()]

    def test_keeps_it_when_asked_and_shows_what_changed(self, tmp_path: Path) -> None:
        kept = tmp_path / "explanations" / "test_bank" / "one.txt"
        compare(personal_review(), kept, keep=True)
        compare(personal_review(), kept, keep=False)
        text = kept.read_text(encoding="utf-8")
        kept.write_text(text.replace("Tier: gold", "Tier: rest"), encoding="utf-8")
        with pytest.raises(BrokenLaw, match=r"-Tier: rest.*\n\+Tier: gold") as caught:
            compare(personal_review(), kept, keep=False)
        assert caught.value.where == "explanations/test_bank/one.txt"

    def test_has_a_place_for_each_test_and_name(self) -> None:
        test = Path("bank") / "tests" / "test_rules.py"
        folder = Path("bank") / "tests" / "explanations" / "test_rules"
        assert place_of(test, "test_gold[a/b 1]", "") == folder / "test_gold-a-b-1.txt"
        assert place_of(test, "test_gold", "later") == folder / "test_gold-later.txt"


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, check=False, text=True)


@pytest.mark.parametrize("absent", ["hypothesis", "pytest"])
def test_without_its_extra_the_kit_says_how_to_install_it(absent: str) -> None:
    code = f"import sys; sys.modules[{absent!r}] = None; import relationship_core.testing"
    outcome = python(code)
    assert outcome.returncode != 0
    assert MissingExtraError.__name__ in outcome.stderr
    assert 'pip install "relationship-core[testing]"' in outcome.stderr


def test_loading_the_pytest_plugin_loads_nothing_else() -> None:
    outcome = python(
        "import sys, relationship_core.pytest_plugin\n"
        "print([name for name in sys.modules if name.startswith('relationship_core.')"
        " or name in {'hypothesis', 'attrs', 'copier'}])"
    )
    assert outcome.stdout.strip() == "['relationship_core.pytest_plugin']", outcome.stderr


def test_the_option_keeps_explanations(tmp_path: Path) -> None:
    (tmp_path / "test_bank.py").write_text(
        "from datetime import date\n"
        "from relationship_core import Engine\n"
        "ENGINE = Engine.from_plugins()\n"
        "def test_all(small_bank, explain_snapshot):\n"
        "    explain_snapshot(ENGINE.review(small_bank[3], date(2026, 6, 30)))\n"
        "class TestOthers:\n"
        "    def test_all(self, small_bank, explain_snapshot):\n"
        "        explain_snapshot(ENGINE.review(small_bank[4], date(2026, 6, 30)))\n",
        encoding="utf-8",
    )
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:relationship_core"]
    mine = [*command, "-p", "relationship_core.pytest_plugin", str(tmp_path)]

    def run(*more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *mine, *more],
            cwd=tmp_path,
            capture_output=True,
            check=False,
            text=True,
        )

    assert "no explanation is kept yet" in run().stdout
    assert run("--update-explanations").returncode == 0
    assert run().returncode == 0
    kept = tmp_path / "explanations" / "test_bank" / "test_all.txt"
    assert kept.read_text(encoding="utf-8").startswith("Customer, reviewed on 2026-06-30")
