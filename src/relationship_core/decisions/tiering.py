"""Tiering: the ladder of tiers, what earns each, what keeps it, and how slowly it is lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from operator import itemgetter

from attrs import Factory, evolve, field, frozen

from relationship_core.decisions.choice import Choice, Choosing
from relationship_core.decisions.first_hit import FirstHit, Told
from relationship_core.decisions.hysteresis import require_in_time, waiting
from relationship_core.decisions.match_matrix import match_matrix, match_rules
from relationship_core.decisions.reason_codes import ReasonCodes
from relationship_core.decisions.tier import Downgrade, TierChange, TierDecision
from relationship_core.decisions.tier_override import has_lapsed, override_in_force
from relationship_core.decisions.treatment import Treatment, treatment_rules, treatments
from relationship_core.decisions.window import months_between
from relationship_core.domain.standing import Pending, Standing, TierOverride
from relationship_core.domain.validation import require_id
from relationship_core.errors import ReviewError, RuleBookError
from relationship_core.rules import (
    Fact,
    Facts,
    HitPolicy,
    Rule,
    RuleExplanation,
    RuleSet,
    Text,
    explain,
)
from relationship_core.rules.rule_set import as_rule_set
from relationship_core.rules.text import as_text, several

__all__ = ["Downgrade", "TierChange", "TierDecision", "Tiering"]

_RULES, _KEEP = "rules", "keep"


def _tier_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "tiering.rules", HitPolicy.FIRST)


def _keep_rules(rules: Iterable[Rule] | RuleSet) -> RuleSet:
    return as_rule_set(rules, "tiering.keep", HitPolicy.FIRST)


def _fact_names(facts: Iterable[Fact | str]) -> tuple[str, ...]:
    names = (fact.name if isinstance(fact, Fact) else fact for fact in several(facts))
    return tuple(sorted(set(names)))


_Labels = Mapping[str, Text | str] | Iterable[tuple[str, Text | str]]


def _labels(labels: _Labels) -> tuple[tuple[str, Text], ...]:
    pairs = labels.items() if isinstance(labels, Mapping) else labels
    return tuple(sorted(((tier, as_text(words)) for tier, words in pairs), key=itemgetter(0)))


def _gold(tiering: Tiering) -> tuple[str, ...]:
    return tiering.ladder[:-1]


@frozen
class Tiering:
    """A bank's tiers.

    Upgrades act at once. A downgrade waits for its confirmation and the minimum hold. A person's
    override in force decides over the rules; a tier that only an override gave ends with it.
    Priorities of rules are set from the ladder; their own don't count.

    Args:
        ladder: The tiers, best first; the last one needs no rule.
        rules: What earns each tier, named after it; the best that fires is earned.
        keep: What keeps a tier once held, named after it; without one, what earns it keeps it. Who
            held a better tier counts as having held every tier below it.
        downgrade: How slowly a tier is lost; None for at once.
        labels: Words for people, by tier.
        gold: The tiers of gold customers; by default all but the last.
        matrix: Rules of the match matrix.
        treatments: Rules that divide the customers that aren't gold.
        monotone: The names of facts of which more must never earn a lower tier; held by the proof.

    Raises:
        RuleBookError: A tier is named twice or isn't on the ladder, the last one has a rule, or a
            rule of the matrix leads to no cell of it.
        InvalidValueError: A tier's name is malformed.
        RuleError: The ladder is one text.
    """

    ladder: tuple[str, ...] = field(converter=several)
    rules: RuleSet = field(converter=_tier_rules)
    keep: RuleSet = field(default=_keep_rules(()), converter=_keep_rules)
    downgrade: Downgrade | None = field(factory=Downgrade)
    labels: tuple[tuple[str, Text], ...] = field(default=(), converter=_labels)
    gold: tuple[str, ...] = field(default=Factory(_gold, takes_self=True), converter=several)
    matrix: RuleSet = field(factory=match_matrix, converter=match_rules)
    treatments: RuleSet = field(factory=treatments, converter=treatment_rules)
    monotone: tuple[str, ...] = field(default=(), converter=_fact_names)
    _places: dict[str, int] = field(init=False, eq=False, repr=False)
    _asked: dict[tuple[str, int], FirstHit] = field(factory=dict, init=False, eq=False, repr=False)
    _coded: dict[int, ReasonCodes] = field(factory=dict, init=False, eq=False, repr=False)
    _chosen: list[tuple[Choosing, Choosing]] = field(factory=list, init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        places = {tier: place for place, tier in enumerate(self.ladder)}
        if not places or len(places) != len(self.ladder):
            raise RuleBookError("a ladder needs tiers, each named once", where="Tiering.ladder")
        for tier in self.ladder:
            require_id(tier, "Tiering.ladder")
        object.__setattr__(self, "_places", places)
        self._require_tiers(self.gold, "Tiering.gold")
        self._require_tiers((tier for tier, _ in self.labels), "Tiering.labels")
        for name in ("rules", "keep"):
            rule_set: RuleSet = getattr(self, name)
            self._require_tiers((rule.id for rule in rule_set.rules), rule_set.name)
            ranked = tuple(evolve(rule, priority=places[rule.id]) for rule in rule_set.rules)
            object.__setattr__(self, name, evolve(rule_set, rules=ranked))
        last = self.ladder[-1]
        if any(rule.id == last for rule in (*self.rules.rules, *self.keep.rules)):
            raise RuleBookError(
                f"the last tier {last!r} has a rule, but takes everybody that is left",
                where=self.rules.name,
                mend="take the rule out, or put a tier below it",
            )

    def __reduce__(self) -> tuple[object, ...]:
        fields = (self.ladder, self.rules, self.keep, self.downgrade, self.labels, self.gold)
        return (Tiering, (*fields, self.matrix, self.treatments, self.monotone))

    def _require_tiers(self, tiers: Iterable[str], where: str) -> None:
        for tier in tiers:
            if tier not in self._places:
                raise RuleBookError(
                    f"{tier!r} is no tier of the ladder",
                    where=where,
                    mend=f"the tiers are {', '.join(self.ladder)}",
                )

    def label(self, tier: str) -> Text:
        """The words for a tier; its name where none were given."""
        return dict(self.labels).get(tier, Text(tier))

    def effective(self, scope: Iterable[str] = (), as_of: date | None = None) -> Tiering:
        """The tiering as it holds at a node of the organisation on a day."""
        path = several(scope)
        own = {name: getattr(self, name) for name in ("rules", "keep", "matrix", "treatments")}
        there = {name: rules.effective(path, as_of) for name, rules in own.items()}
        if all(there[name] is own[name] for name in own):
            return self
        return evolve(self, **there)

    def decide(self, standing: Standing | None, facts: Facts, as_of: date) -> TierDecision:
        """The tier after a review.

        Args:
            standing: Where the customer stands; None, or without a tier, on a first day.
            facts: What is known of the customer.
            as_of: The day of the review.

        Raises:
            ReviewError: The standing is of a later day, or of a tier that this ladder lacks.
        """
        asked = self._hit(_RULES, 0)
        outcome = asked.decide(facts)
        rule = asked.rules[outcome.fired[0]] if outcome.fired else None
        hit = self.ladder[-1] if rule is None else rule.id
        if standing is not None:
            require_in_time(standing, standing.tier_since, as_of)
            if hit == standing.tier and not outcome.unknown and not standing.overrides:
                since = standing.tier_since or standing.reviewed or as_of
                told = asked.told(outcome.fired)
                return TierDecision(
                    hit, hit, since, as_of, TierChange.HELD, hit, *told, before=standing
                )
        if outcome.unknown:
            missing = asked.missing(outcome.unknown, facts)
            earned = _Earned(hit, None, asked.told(()), True, missing)
        else:
            earned = _Earned(hit, hit, asked.told(outcome.fired))
        return self._settled(standing, earned, facts, as_of)

    def _settled(
        self, standing: Standing | None, earned: _Earned, facts: Facts, as_of: date
    ) -> TierDecision:
        override = None if standing is None else override_in_force(standing.overrides, as_of)
        if override is not None:
            self._require_known(override.tier, "Standing.overrides")
            return self._moved(standing, earned, override.tier, as_of, override=override)
        if standing is None or standing.tier is None:
            return self._moved(standing, earned, earned.hit, as_of, is_provisional=earned.is_open)
        self._require_known(standing.tier, "Standing.tier")
        if has_lapsed(standing, as_of):
            # The override is all that gave the tier, so that nothing is left to hold.
            return self._moved(standing, earned, earned.hit, as_of, is_provisional=earned.is_open)
        tier = standing.tier
        if earned.is_open:
            return _held(standing, tier, earned, as_of, standing.tier_pending)
        if self._places[earned.hit] <= self._places[tier]:
            return self._moved(standing, earned, earned.hit, as_of)
        if standing.tier_since == as_of:
            return _held(standing, tier, earned, as_of, standing.tier_pending)
        return self._lowered(standing, tier, earned, facts, as_of)

    def _lowered(
        self, standing: Standing, tier: str, earned: _Earned, facts: Facts, as_of: date
    ) -> TierDecision:
        """The tier where the rules give a lower one than is held."""
        places = self._places
        asked = self._hit(_KEEP, places[tier])
        outcome = asked.decide(facts)
        if outcome.unknown:
            missing = asked.missing(outcome.unknown, facts)
            left_open = evolve(earned, is_open=True, missing=missing)
            return _held(standing, tier, left_open, as_of, standing.tier_pending)
        kept = asked.rules[outcome.fired[0]].id if outcome.fired else earned.hit
        target = min(kept, earned.hit, key=places.__getitem__)
        if target == tier:
            return _held(standing, tier, earned, as_of, None)
        if self.downgrade is None:
            return self._moved(standing, earned, target, as_of)
        before = standing.tier_pending
        if before is not None and places.get(before.target, -1) <= places[tier]:
            before = None
        if before is not None:
            # All the days that count have indicated at least the better of the two.
            target = min(target, before.target, key=places.__getitem__)
        days = self.downgrade.days_seen(before, as_of)
        since = standing.tier_since or standing.reviewed or as_of
        held = months_between(since, as_of)
        if len(days) >= self.downgrade.reviews and held >= self.downgrade.minimum_hold_months:
            return self._moved(standing, earned, target, as_of)
        return _held(standing, tier, earned, as_of, waiting(target, days, before), waits=True)

    def _moved(
        self,
        standing: Standing | None,
        earned: _Earned,
        tier: str,
        as_of: date,
        *,
        is_provisional: bool = False,
        override: TierOverride | None = None,
    ) -> TierDecision:
        """The decision for a tier that may differ from the one before."""
        previous = None if standing is None else standing.tier
        since = as_of
        if standing is not None and previous == tier:
            since = standing.tier_since or standing.reviewed or as_of
        return TierDecision(
            tier,
            previous,
            since,
            as_of,
            self._change(previous, tier),
            earned.tier,
            *earned.told,
            is_undetermined=earned.is_open,
            is_provisional=is_provisional,
            missing=earned.missing,
            override=override,
            before=standing,
        )

    def _change(self, previous: str | None, tier: str) -> TierChange:
        if previous is None or previous not in self._places:
            return TierChange.FIRST
        if previous == tier:
            return TierChange.HELD
        is_better = self._places[tier] < self._places[previous]
        return TierChange.UPGRADE if is_better else TierChange.DOWNGRADE

    def missing_to_next(self, tier: str, facts: Facts) -> tuple[RuleExplanation, ...]:
        """What each better tier asks of a customer, the nearest one first.

        Each explanation tells the conditions that fail with their distances, or those that missing
        facts leave open; where the rule already fires, those that hold.
        """
        place = self._require_known(tier, "tier")
        return tuple(
            explain(rule, facts)
            for rule in reversed(self._hit(_RULES, 0).rules)
            if self._places[rule.id] < place
        )

    def reason_codes(self, tier: str, facts: Facts) -> dict[str, str]:
        """By better tier, the nearest first, the reason code of `missing_to_next`."""
        place = self._require_known(tier, "tier")
        asked = self._coded.get(place)
        if asked is None:
            better = [rule for rule in self._hit(_RULES, 0).rules if self._places[rule.id] < place]
            asked = self._coded[place] = ReasonCodes(reversed(better))
        return asked.of(facts)

    def keeps(self, tier: str, facts: Facts) -> RuleExplanation | None:
        """What keeps a customer in a tier: its conditions that hold, each with its margin.

        Where it isn't kept, the conditions that fail; None for a tier that asks nothing.
        """
        self._require_known(tier, "tier")
        for asked in (self._hit(_KEEP, 0), self._hit(_RULES, 0)):
            for rule in asked.rules:
                if rule.id == tier:
                    return explain(rule, facts)
        return None

    def match(self, facts: Facts) -> Choice:
        """The customer's cell of the match matrix; no outcome where missing facts leave it open."""
        return self._choices()[0].choose(facts)

    def treat(self, tier: str, facts: Facts) -> Choice | None:
        """How a customer of a tier that isn't gold is treated; None for gold customers."""
        if tier in self.gold:
            return None
        return self._choices()[1].choose(facts)

    def _require_known(self, tier: str, where: str) -> int:
        place = self._places.get(tier)
        if place is None:
            raise ReviewError(
                f"{tier!r} is no tier of this ladder",
                where=where,
                mend=f"the tiers are {', '.join(self.ladder)}",
            )
        return place

    def _choices(self) -> tuple[Choosing, Choosing]:
        """The match matrix and the treatments, ready to be asked."""
        if not self._chosen:
            treatments = Choosing(self.treatments, otherwise=Treatment.SELF_SERVICE.value)
            self._chosen.append((Choosing(self.matrix), treatments))
        return self._chosen[0]

    def _hit(self, field_name: str, place: int) -> FirstHit:
        """The rules of a field that are of this place of the ladder or below, ready to be asked."""
        key = (field_name, place)
        asked = self._asked.get(key)
        if asked is None:
            rule_set: RuleSet = getattr(self, field_name)
            rules = [rule for rule in rule_set.rules if self._places.get(rule.id, place) >= place]
            asked = self._asked[key] = FirstHit(evolve(rule_set, rules=rules))
        return asked


@frozen
class _Earned:
    """What the rules alone give: their best guess, and the tier where nothing is left open."""

    hit: str
    tier: str | None
    told: Told
    is_open: bool = False
    missing: tuple[str, ...] = ()


def _held(
    standing: Standing,
    tier: str,
    earned: _Earned,
    as_of: date,
    pending: Pending | None,
    *,
    waits: bool = False,
) -> TierDecision:
    return TierDecision(
        tier,
        tier,
        standing.tier_since or standing.reviewed or as_of,
        as_of,
        TierChange.WAITING if waits else TierChange.HELD,
        earned.tier,
        *earned.told,
        is_undetermined=earned.is_open,
        missing=earned.missing,
        pending=pending,
        before=standing,
    )
