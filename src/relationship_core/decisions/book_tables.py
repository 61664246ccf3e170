"""A rule book's sets of rules as decision tables: what answers stand in which columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from attrs import evolve, field, frozen

from relationship_core.decisions.choice import outcome_of
from relationship_core.decisions.match_matrix import MatchCell
from relationship_core.decisions.retention import RetentionAction, Signal
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.service import Care, Entitlement, EntitlementKind
from relationship_core.decisions.treatment import Treatment
from relationship_core.errors import RuleBookError, TableError, UnsupportedError
from relationship_core.rules import Fact, FactValue, Kind, Rule, RuleSet, Text
from relationship_core.rules.fact import unknown_fact
from relationship_core.rules.tables import DecisionTable, Output, Said, table_of

Notes = Mapping[str, Any]
"""What a rule's notes hold, by the names of their columns."""

TIERS = "tiering.rules"
LABEL_ZH, ANNUAL_COST, DUE_IN = "label_zh", "annual_cost", "due_in"


@frozen
class SetForm:
    """How the rules of a set stand in a table.

    Args:
        name: The set, by its part of the book and its field.
        outputs: The columns that the table answers in.
        say: What the rows of a rule answer and note.
        read: What a rule leads to, by its row's answers and notes; None where its id says it.
        best_first: The outcomes, those that are tried first at the front, where the book orders
            rules by them; empty where rules have an order of their own.
        is_named_by_outcome: Whether a rule's id is its outcome, so that rows of one outcome are
            one rule.
        takes_the_rest: Whether the last outcome takes everybody that is left, and has no rule.
        noted: The notes that `read` asks for, by the names of their columns, and what each holds.
    """

    name: str
    outputs: tuple[Output, ...]
    say: Callable[[Rule], Said]
    read: Callable[[Mapping[str, FactValue], Notes], Any]
    best_first: tuple[str, ...] = ()
    is_named_by_outcome: bool = False
    takes_the_rest: bool = False
    noted: Mapping[str, Callable[[str], Any]] = field(factory=dict)

    @property
    def path(self) -> tuple[str, str]:
        """The part of the book and its field."""
        part, _, name = self.name.partition(".")
        return part, name


def form_of(book: RuleBook, name: str) -> SetForm:
    """How the rules of one of a book's sets stand in a table.

    Args:
        book: The book.
        name: The set, as `rules show` names it: `tiering.rules`, say.

    Raises:
        RuleBookError: There is no such set, or none that is a table; those that are, are told.
    """
    if name in _FORMS:
        return _FORMS[name](book)
    what = "leads each rule from stages to a stage" if name == _MOVES else ""
    raise RuleBookError(
        f"{what}, which is no answer of a table" if what else "there is no such set of rules",
        where=name,
        mend=f"name one of {', '.join(_FORMS)}",
    )


def set_named(book: RuleBook, form: SetForm) -> RuleSet:
    """The set of rules in a book that a form is of."""
    part, name = form.path
    rule_set: RuleSet = getattr(getattr(book, part), name)
    return rule_set


def book_table(
    book: RuleBook,
    name: str,
    *,
    scope: Iterable[str] | None = None,
    as_of: date | None = None,
) -> DecisionTable:
    """One of a book's sets of rules as a table.

    Args:
        book: The book.
        name: The set, as `rules show` names it: `tiering.rules`, say.
        scope: The node of the organisation whose rules are asked for; None where no node but the
            head office has any.
        as_of: The day they must hold on; None where they hold for ever.

    Raises:
        RuleBookError: There is no such set.
        UnsupportedError: A rule says what no table can; rule and part are named.
        TableError: A rule takes too many rows.
        RuleError: A node but no day is given, and a rule has several versions.
    """
    form = form_of(book, name)
    rule_set = set_named(book, form)
    if scope is not None or as_of is not None:
        rule_set = rule_set.effective(() if scope is None else scope, as_of)
    if as_of is not None:
        there = [evolve(each, valid_from=None, valid_until=None) for each in rule_set.rules]
        rule_set = evolve(rule_set, rules=there)
    for rule in rule_set.rules:
        _require_one_answer(rule, rule_set, is_of_a_node=scope is not None or as_of is not None)
    return table_of(rule_set, form.outputs, form.say, name=name)


def _require_one_answer(rule: Rule, rule_set: RuleSet, *, is_of_a_node: bool) -> None:
    """Refuse a rule that holds at some nodes or on some days, where nobody said which."""
    where = f"rule {rule.id} of {rule_set.name}"
    if rule.scope and not is_of_a_node:
        raise UnsupportedError(
            f"in a table, the node {' > '.join(rule.scope)}",
            where=where,
            mend="say whose rules it is to hold: --scope A/B, or / for the head office's",
        )
    if rule.valid_from or rule.valid_until:
        raise UnsupportedError(
            "in a table, that a rule begins or ends on a day",
            where=where,
            mend="say on which day its rules are to hold: --as-of DATE",
        )


def _ranked(
    name: str, column: str, best_first: tuple[str, ...], *, default: str | None, rest: bool
) -> SetForm:
    """Rules named by what they earn, tried from the best down."""
    return SetForm(
        name,
        (Output(column, Kind.CATEGORY, best_first, default),),
        lambda rule: Said((rule.id,)),
        lambda _, __: None,
        best_first,
        is_named_by_outcome=True,
        takes_the_rest=rest,
    )


def _chosen(name: str, output: Output, best_first: tuple[str, ...] = ()) -> SetForm:
    """Rules that lead to a name, or are named after it."""
    return SetForm(
        name,
        (output,),
        lambda rule: Said((outcome_of(rule),)),
        lambda answer, _: answer[output.name],
        best_first,
    )


def _coded(
    name: str,
    further: tuple[Output, ...],
    say: Callable[[Any], tuple[FactValue, ...]],
    notes: Callable[[Any], Mapping[str, str]],
    make: Callable[[str, Text, Mapping[str, FactValue], Notes], Any],
    **noted: Callable[[str], Any],
) -> SetForm:
    """Rules that lead to something with a code, a label and what else it takes."""
    return SetForm(
        name,
        (Output("code", Kind.CATEGORY), Output("label", Kind.CATEGORY), *further),
        lambda rule: Said(
            (rule.then.code, rule.then.label.en, *say(rule.then)),
            {LABEL_ZH: rule.then.label.zh, **notes(rule.then)},
        ),
        lambda answer, told: make(
            str(answer["code"]), Text(str(answer["label"]), told[LABEL_ZH]), answer, told
        ),
        noted={LABEL_ZH: str, **noted},
    )


def _entitlements(_: RuleBook) -> SetForm:
    kinds = tuple(kind.value for kind in EntitlementKind)
    return _coded(
        "service.entitlements",
        (Output("kind", Kind.CATEGORY, kinds),),
        lambda then: (then.kind.value,),
        lambda then: {ANNUAL_COST: "" if then.annual_cost is None else str(then.annual_cost)},
        lambda code, label, answer, told: Entitlement(
            code, label, EntitlementKind(str(answer["kind"])), told[ANNUAL_COST]
        ),
        annual_cost=_amount,
    )


def _amount(note: str) -> Decimal | None:
    try:
        return Decimal(note) if note else None
    except InvalidOperation:
        raise TableError(f"{note!r} is no amount", mend="write digits, or nothing") from None


def _care(book: RuleBook) -> SetForm:
    return _coded(
        "service.care",
        (),
        lambda _: (),
        lambda then: {DUE_IN: "" if then.due_in is None else then.due_in.name},
        lambda code, label, _, told: Care(code, label, told[DUE_IN]),
        due_in=lambda name: _fact(name, book.catalogue),
    )


def _fact(name: str, catalogue: Mapping[str, Fact]) -> Fact | None:
    if name and name not in catalogue:
        raise unknown_fact(name, catalogue)
    return catalogue[name] if name else None


def _signals(_: RuleBook) -> SetForm:
    return _coded(
        "retention.signals",
        (),
        lambda _: (),
        lambda _: {},
        lambda code, label, _, __: Signal(code, label),
    )


def _actions(_: RuleBook) -> SetForm:
    return _coded(
        "retention.actions",
        (Output("cost", Kind.MONEY),),
        lambda then: (then.cost,),
        lambda _: {},
        lambda code, label, answer, _: RetentionAction(
            code, label, cast("Decimal", answer["cost"])
        ),
    )


def _entry(book: RuleBook) -> SetForm:
    stages = tuple(stage.id for stage in book.lifecycle.stages)
    latest_first = stages[::-1]
    output = Output("stage", Kind.CATEGORY, latest_first, stages[0])
    return _chosen("lifecycle.entry", output, latest_first)


def tiers_form(ladder: tuple[str, ...]) -> SetForm:
    """How the rules that earn the tiers of a ladder stand in a table."""
    return _ranked(TIERS, "tier", ladder, default=ladder[-1], rest=True)


def _keep(book: RuleBook) -> SetForm:
    return _ranked("tiering.keep", "tier", book.tiering.ladder, default=None, rest=True)


def _risks(book: RuleBook) -> SetForm:
    levels = book.retention.levels
    return _ranked("retention.risks", "level", levels, default=levels[-1], rest=False)


def _matrix(_: RuleBook) -> SetForm:
    cells = tuple(cell.value for cell in MatchCell)
    return _chosen("tiering.matrix", Output("cell", Kind.CATEGORY, cells))


def _treatments(_: RuleBook) -> SetForm:
    otherwise = Treatment.SELF_SERVICE.value
    return _chosen("tiering.treatments", Output("treatment", Kind.CATEGORY, default=otherwise))


_MOVES = "lifecycle.transitions"
_FORMS: dict[str, Callable[[RuleBook], SetForm]] = {
    "lifecycle.entry": _entry,
    TIERS: lambda book: tiers_form(book.tiering.ladder),
    "tiering.keep": _keep,
    "tiering.matrix": _matrix,
    "tiering.treatments": _treatments,
    "service.entitlements": _entitlements,
    "service.care": _care,
    "retention.signals": _signals,
    "retention.risks": _risks,
    "retention.actions": _actions,
}
