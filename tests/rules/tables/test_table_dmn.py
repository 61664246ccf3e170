"""DMN files are read as the standard says, written so that they come back, and refused by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from relationship_core.errors import (
    HitPolicyError,
    TableError,
    UnsupportedError,
)
from relationship_core.rules import Fact, Kind
from relationship_core.rules.tables import (
    DecisionTable,
    DmnModel,
    Input,
    Output,
    Row,
    TablePolicy,
    dmn_text,
    read_dmn,
    read_table,
    read_tables,
    write_dmn,
)
from relationship_core.rules.tables.dmn_names import dmn_name, fact_name
from tests.rules.strategies import FACTS, aum, branch
from tests.rules.tables.table_strategies import decision_tables

MODELS = Path(__file__).with_name("models")
FEES, CHAIN = MODELS / "fees.dmn", MODELS / "chain.dmn"

CUSTOMER = {"tier": "gold", "Date of Opening": date(2019, 1, 1), "last call": None}
GIVEN: dict[str, Any] = {
    "Customer": CUSTOMER,
    "Holdings (EUR)": 2000,
    "Target": Decimal(3000),
    "receivesSalary": True,
}


def changed(path: Path, tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """A copy of a model with some of its text replaced."""
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    copy = tmp_path / path.name
    copy.write_text(text, encoding="utf-8")
    return copy


def test_input_data_become_facts_that_keep_their_names() -> None:
    facts = read_dmn(FEES).facts
    assert {name: (fact.name, fact.kind) for name, fact in facts.items()} == {
        "Customer.tier": ("customer.tier", Kind.CATEGORY),
        "Customer.Date of Opening": ("customer.date_of_opening", Kind.DATE),
        "Holdings (EUR)": ("holdings_eur", Kind.NUMBER),
        "Target": ("target", Kind.NUMBER),
        "receivesSalary": ("receives_salary", Kind.FLAG),
    }
    assert facts["Customer.tier"].categories == ("gold", "silver", "basic")
    assert facts["Holdings (EUR)"].label.en == "Holdings (EUR)"


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({}, Decimal("1.5")),
        ({"Target": 2000}, Decimal(0)),
        ({"Holdings (EUR)": 1000}, Decimal("4.9")),
        ({"receivesSalary": None}, Decimal("4.9")),
        ({"Customer": {**CUSTOMER, "tier": "basic"}}, Decimal("4.9")),
        ({"Customer": {**CUSTOMER, "Date of Opening": date(2020, 1, 1)}}, Decimal("4.9")),
        ({"Customer": None, "Target": 0}, Decimal(0)),
    ],
)
def test_a_decision_is_made_by_the_names_of_the_file(
    changes: dict[str, Any], answer: Decimal
) -> None:
    assert read_dmn(FEES).decide("Monthly Fee", {**GIVEN, **changes}) == answer


def test_what_is_not_given_is_missing() -> None:
    assert read_dmn(FEES).decide("Monthly Fee", {}) == Decimal("4.9")


@pytest.mark.parametrize(
    ("decision", "changes", "message"),
    [
        ("Monthly Fees", {}, "no decision 'Monthly Fees' (did you mean 'Monthly Fee'?)"),
        ("Fee", {}, "no decision 'Fee' (known: Monthly Fee)"),
        ("Monthly Fee", {"target": 3}, "no input 'target' (did you mean 'Target'?)"),
        ("Monthly Fee", {"Target": Decimal("0.1234567")}, "the input 'Target': 0.1234567 has more"),
        ("Monthly Fee", {"Target": "3"}, "the input 'Target': a number can't hold a str"),
        ("Monthly Fee", {"Customer": {"tier": "iron"}}, "the input 'Customer.tier': it is none of"),
        ("Monthly Fee", {"Holdings (EUR)": -1}, "a value that isn't allowed: >= 0"),
    ],
)
def test_what_can_not_be_decided_is_refused(
    decision: str, changes: dict[str, Any], message: str
) -> None:
    model = read_dmn(FEES, facts=given_facts()) if "Holdings (EUR)" in changes else read_dmn(FEES)
    with pytest.raises(TableError) as caught:
        model.decide(decision, {**GIVEN, **changes})
    assert message in str(caught.value)


def given_facts() -> dict[str, Fact]:
    facts = [
        Fact("customer.tier", Kind.CATEGORY),
        Fact("customer.date_of_opening", Kind.DATE),
        Fact("holdings", Kind.MONEY),
        Fact("target", Kind.MONEY),
        Fact("receives_salary", Kind.FLAG),
    ]
    return {fact.name: fact for fact in facts} | {"Holdings (EUR)": facts[2]}


def test_given_facts_stand_for_input_data() -> None:
    model = read_dmn(FEES, facts=given_facts())
    assert model.facts["Holdings (EUR)"].name == "holdings"
    assert model.decide("Monthly Fee", GIVEN) == Decimal("1.5")
    lacking = given_facts()
    del lacking["target"]
    with pytest.raises(TableError, match=r"line 28: there is no fact 'target'"):
        read_dmn(FEES, facts=lacking)
    with pytest.raises(TableError, match=r"'Target' is a number, but the fact is a flag"):
        read_dmn(FEES, facts=given_facts() | {"target": Fact("target", Kind.FLAG)})


NUMBERED = [
    Fact("input", Kind.COUNT, label="风险等级"),
    Fact("input_2", Kind.COUNT, label="客户等级"),
]


def test_given_facts_are_known_by_the_names_they_are_written_under(tmp_path: Path) -> None:
    row = Row(["> 1", "< 5"], [1])
    table = DecisionTable("t", list(map(Input, NUMBERED)), [Output("o", Kind.COUNT)], [row])
    write_dmn(table, tmp_path / "t.dmn")
    assert read_table(tmp_path / "t.dmn", facts={fact.name: fact for fact in NUMBERED}) == table


def test_two_inputs_are_one_fact_only_where_that_is_said(tmp_path: Path) -> None:
    table = DecisionTable(
        "t",
        [
            Input(Fact("risk", Kind.COUNT, label="Risk")),
            Input(Fact("risk_2", Kind.COUNT, label="risk")),
        ],
        [Output("o", Kind.COUNT)],
        [Row(["> 1", "< 5"], [1])],
    )
    write_dmn(table, tmp_path / "t.dmn")
    risk = Fact("risk", Kind.COUNT, label="how risky")
    with pytest.raises(TableError, match="'Risk' is already") as caught:
        read_dmn(tmp_path / "t.dmn", facts={"Risk": risk, "how_risky": risk})
    assert caught.value.file
    model = read_dmn(tmp_path / "t.dmn", facts={"Risk": risk, "risk": risk})
    assert {fact.name for fact in model.facts.values()} == {"risk"}


def test_two_facts_of_one_label_fit_no_file() -> None:
    inputs = [Input(Fact(name, Kind.COUNT, label="score")) for name in ("score", "score_2")]
    with pytest.raises(TableError, match="score and score_2 would both be called 'score'"):
        dmn_text([DecisionTable("t", inputs, [Output("o", Kind.COUNT)], [])])


def test_notes_and_descriptions_are_kept() -> None:
    table = read_table(FEES)
    assert table.annotations == ("reason", "description")
    assert [row.annotations for row in table.rows] == [
        ("Holdings reach the target", "Nobody rich pays."),
        ("", ""),
    ]
    assert [str(row.place) for row in table.rows] == [f"{FEES}:79", f"{FEES}:100"]


def test_notes_without_names_get_some(tmp_path: Path) -> None:
    unnamed = [
        ('<annotation name="reason"/>', ""),
        (
            "</annotationEntry>",
            "</annotationEntry><annotationEntry><text>b</text></annotationEntry>",
        ),
    ]
    table = read_table(changed(FEES, tmp_path, *unnamed))
    assert table.annotations == ("annotation", "annotation_2", "description")
    assert [row.annotations for row in table.rows] == [
        ("Holdings reach the target", "b", "Nobody rich pays."),
        ("", "", ""),
    ]


def test_decisions_that_need_others_are_decided_after_them() -> None:
    model = read_dmn(CHAIN)
    assert [*model.tables] == ["Standing", "Points", "Offer"]
    assert model.required["Offer"] == ("Standing", "Points")
    assert model.decide("Offer", {"Score": 60}) == "card"
    assert model.decide("Offer", {"Score": 15}) == "nothing"
    assert model.decide("Offer", {}) is None
    assert model.decide("Points", {"Score": 60}) == 2
    assert model.decide("Standing", {"Score": 15}) == {
        "Risk": "high",
        "Watched": True,
        "Since": date(2026, 1, 1),
        "Weight": Decimal("-0.5"),
    }


def test_a_decision_that_two_others_need_is_decided_once(tmp_path: Path) -> None:
    both = "<informationRequirement><requiredDecision href='#_standing'/></informationRequirement>"
    path = tmp_path / "diamond.dmn"
    text = CHAIN.read_text(encoding="utf-8")
    mark = '<variable name="Points" typeRef="number"/>'
    path.write_text(text.replace(mark, mark + both), encoding="utf-8")
    model = read_dmn(path)
    assert model.required["Points"] == ("Standing",)
    assert model.decide("Offer", {"Score": 60}) == "card"


def test_kinds_that_no_type_tells_are_those_of_the_values() -> None:
    [standing, points, offer] = read_tables(CHAIN)
    assert [each.kind for each in standing.outputs] == [
        *(Kind.CATEGORY, Kind.FLAG, Kind.DATE, Kind.NUMBER)
    ]
    assert [fact.kind for fact in offer.facts] == [Kind.CATEGORY, Kind.COUNT]
    assert points.policy is TablePolicy.COLLECT_COUNT


def test_what_is_counted_need_not_be_numbers(tmp_path: Path) -> None:
    word = ("<outputEntry><text>1<", '<outputEntry><text>"called"<')
    path = changed(CHAIN, tmp_path, ('<output typeRef="number"/>', "<output/>"), word, word)
    table = read_dmn(path).tables["Points"]
    assert table.outputs[0].kind is Kind.CATEGORY
    assert table.policy is TablePolicy.COLLECT_COUNT


def test_only_the_decisions_asked_for_are_read(tmp_path: Path) -> None:
    knowledge = "<businessKnowledgeModel name='x'/></definitions>"
    path = changed(CHAIN, tmp_path, ("</definitions>", knowledge))
    with pytest.raises(UnsupportedError, match="the element businessKnowledgeModel isn't supp"):
        read_dmn(path)
    assert [*read_dmn(path, decisions=["Points"]).tables] == ["Points"]
    assert [*read_dmn(path, decisions=["Offer"]).tables] == ["Standing", "Points", "Offer"]
    with pytest.raises(TableError, match=r"no decision 'Point' \(did you mean 'Points'\?\)"):
        read_dmn(path, decisions=["Point"])


@pytest.mark.parametrize("version", ["20191111", "20211108", "20230324"])
def test_three_versions_are_read(tmp_path: Path, version: str) -> None:
    path = changed(FEES, tmp_path, ("20191111/MODEL", f"{version}/MODEL"))
    assert read_table(path) == read_table(FEES)


HOLDINGS = "<text>Holdings (EUR)"
DMN_13 = "https://www.omg.org/spec/DMN/20191111/MODEL/"
TIER, SALARY = "<text>Customer.tier", "<text>receivesSalary"
UNSUPPORTED = [
    (FEES, (DMN_13, "http://www.omg.org/spec/DMN/20180521/MODEL/"), "DMN 1.2", ""),
    (FEES, (DMN_13, "urn:x"), "the root urn:x", ""),
    (FEES, ('"FIRST"', '"RULE ORDER"'), "the hitPolicy RULE ORDER", ""),
    (FEES, ('"FIRST"', '"COLLECT" aggregation="AVG"'), "the aggregation AVG", ""),
    (FEES, (HOLDINGS, "<text>Target * 2"), "the input expression 'Target * 2'", ""),
    (FEES, (HOLDINGS, "<text>if a then b"), "the input expression 'if a then b'", ""),
    (FEES, (HOLDINGS, "<text> Customer "), "the structure 'Customer' as a value", ""),
    (FEES, (TIER, "<text>Customer.last call"), "the type 'time'", ""),
    (FEES, ("]1000..Target[", "&lt; Customer.last call"), "the type 'time'", ""),
    (FEES, ("<text>0<", "<text>Target<"), "the expression 'Target' as an output", ""),
    (FEES, ("<text>0<", "<text>null<"), "the expression 'null' as an output", ""),
    (FEES, ("&gt;= Target", "&gt; max(1, 2)"), "the function max()", ""),
    (FEES, ("<text>-<", "<text>? in [1]<"), "the placeholder ?", ""),
    (FEES, ("<text>&gt;= 0", "<text>f(?)"), "the function f()", ""),
    (FEES, ("<annotation ", "<x/><annotation "), "the element x in decisionTable", ""),
    (FEES, ("<rule>", "<rule><input/>"), "the element input in rule", ""),
    (FEES, ("<question>", "<knowledgeRequirement/><question>"), "the element knowledgeReq", ""),
    (FEES, ("20191111/FEEL/", "javascript"), "the expression language", ""),
    (FEES, ("<inputEntry>", '<inputEntry expressionLanguage="js">'), "the expression lang", ""),
    (FEES, ("urn:example:fees#_holdings", "urn:other#_x"), "requiredInput from another", ""),
    (FEES, ("</definitions>", "<import/></definitions>"), "the element import", ""),
    (FEES, ("<definitions", "<!DOCTYPE d [<!ENTITY e 'x'>]><definitions"), "a document type", ""),
    (FEES, ('name="tTier">', 'name="tTier"><typeConstraint/>'), "the type 'tTier' with", TIER),
    (FEES, ('name="tTier">', 'name="tTier" isCollection="true">'), "tier', a list,", TIER),
    (FEES, ("<typeRef>string", "<typeRef>tTier"), "the type 'tTier', which holds", TIER),
    (CHAIN, (' aggregation="COUNT"', ""), "'Points', a list,", "<text>Points"),
    (CHAIN, ("<text>Points<", "<text>Standing<"), "the structure 'Standing'", ""),
    (CHAIN, ('"Offer" typeRef="string"', '"Offer" typeRef="time"'), "the type 'time'", "<output/>"),
]


def line_of(text: str, anchor: str) -> int:
    return text[: text.index(anchor)].count("\n") + 1


@pytest.mark.parametrize(("path", "change", "part", "anchor"), UNSUPPORTED)
def test_what_lies_outside_the_subset_is_refused_by_name_and_place(
    tmp_path: Path, path: Path, change: tuple[str, str], part: str, anchor: str
) -> None:
    copy = changed(path, tmp_path, change)
    with pytest.raises(UnsupportedError) as caught:
        read_dmn(copy)
    assert part in caught.value.part
    assert caught.value.file == str(copy)
    # The element that holds a text begins a line above it.
    line = line_of(copy.read_text(encoding="utf-8"), anchor or change[1])
    assert caught.value.line in {line, line - 1}


def test_a_type_that_grows_beyond_all_bounds_is_refused_at_once(tmp_path: Path) -> None:
    part = "<itemComponent name='p{}'><typeRef>{}</typeRef></itemComponent>"
    types = "".join(
        f"<itemDefinition name='t{level}'>"
        + "".join(part.format(each, f"t{level + 1}") for each in range(10))
        + "</itemDefinition>"
        for level in range(15)
    )
    bomb = ("<itemDefinition", f"{types}<itemDefinition")
    typed = ('<variable name="Target" typeRef="number"', '<variable name="Target" typeRef="t0"')
    with pytest.raises(UnsupportedError, match="the structure 'Target' as a value"):
        read_dmn(changed(FEES, tmp_path, bomb, typed, ("&gt;= Target", "&gt;= Target")))


def test_a_decision_that_is_no_table_is_refused(tmp_path: Path) -> None:
    boxed = [("<decisionTable>", "<context>"), ("</decisionTable>", "</context>")]
    with pytest.raises(UnsupportedError, match="the element context in the decision 'Offer'"):
        read_dmn(changed(CHAIN, tmp_path, *boxed))
    text = FEES.read_text(encoding="utf-8")
    head, _, rest = text.partition("<decisionTable")
    (tmp_path / "empty.dmn").write_text(head + rest.partition("</decisionTable>")[2])
    with pytest.raises(UnsupportedError, match="'Monthly Fee' without a decision table"):
        read_dmn(tmp_path / "empty.dmn")


def test_an_output_whose_type_nobody_tells_is_refused(tmp_path: Path) -> None:
    text = CHAIN.read_text(encoding="utf-8")
    head, _, rest = text.replace('name="Offer" typeRef="string"', 'name="Offer"').partition(
        "<rule>"
    )
    bare = head + rest[rest.index("</decisionTable>") :]
    (tmp_path / "bare.dmn").write_text(bare, encoding="utf-8")
    with pytest.raises(TableError, match="column Offer: it has neither a type nor a value"):
        read_dmn(tmp_path / "bare.dmn")


def test_a_rule_that_lacks_its_output_is_refused(tmp_path: Path) -> None:
    cut = '<outputEntry><text>"card"</text></outputEntry>'
    untyped = ('name="Offer" typeRef="string"', 'name="Offer"')
    with pytest.raises(TableError, match="it has 2 tests and 0 outputs for 2 and 1 columns"):
        read_dmn(changed(CHAIN, tmp_path, (cut, ""), untyped))


def test_an_input_whose_type_nobody_tells_is_refused(tmp_path: Path) -> None:
    untyped = [
        ('name="receivesSalary" typeRef="boolean"', 'name="receivesSalary"'),
        ('<inputExpression typeRef="boolean">', "<inputExpression>"),
    ]
    with pytest.raises(UnsupportedError, match="the input 'receivesSalary' without a typeRef"):
        read_dmn(changed(FEES, tmp_path, *untyped))
    bare = ('<variable name="receivesSalary" typeRef="boolean"/>', "")
    # The column tells the type as well.
    assert read_table(changed(FEES, tmp_path, bare)) == read_table(FEES)


def test_a_column_without_an_expression_is_refused(tmp_path: Path) -> None:
    head, _, rest = FEES.read_text(encoding="utf-8").partition("<inputExpression")
    text = head + rest.partition("</inputExpression>")[2]
    (tmp_path / "bare.dmn").write_text(text, encoding="utf-8")
    with pytest.raises(TableError, match="column Tier: it has no expression"):
        read_dmn(tmp_path / "bare.dmn")


INDENT = "\n          "
EMPTY_CELL = "<inputEntry>\n          <text/>\n        </inputEntry>"
GOLD = '"gold", "silver"</text>\n        </inputEntry'


@pytest.mark.parametrize(
    ("path", "change", "message"),
    [
        (FEES, (HOLDINGS, "<text>Holding"), "column Holdings: there is no fact 'Holding'"),
        (FEES, ("&gt;= Target", "&gt;= Tar"), "column holdings_eur: there is no fact 'Tar'"),
        (FEES, (GOLD, GOLD.replace("gold", "iron")), "column customer.tier: 'iron' is none of"),
        (FEES, ("<text>1.5", "<text>1.00000001"), "column Monthly Fee: 1.00000001 has more"),
        (FEES, ("<text>1.5</text>", "<text/>"), "column Monthly Fee: the cell is empty"),
        (FEES, ('"_target" name="Target"', '"x" name="receivesSalary"'), "two elements are named"),
        (FEES, ("#_target", "#_targets"), "the requiredInput '#_targets' isn't in the file"),
        (FEES, ("</definitions>", ""), "it is no XML: no element found"),
        (
            FEES,
            (f'boolean">\n          {SALARY}', f'string">\n          {SALARY}'),
            "it is a string",
        ),
        (FEES, (EMPTY_CELL, ""), "it has 3 tests and 1 outputs for 4 and 1 columns"),
        (FEES, ('"FIRST"', '"FIRST" aggregation="SUM"'), "SUM needs the hitPolicy COLLECT"),
        (CHAIN, ('<output name="Risk"/>', "<output/>"), "one of several outputs has no name"),
        (CHAIN, ('"#_score"', '"#_offer"'), "the requiredInput '#_offer' isn't in the file"),
        (
            CHAIN,
            ('<requiredInput href="#_score"/>', '<requiredDecision href="#_offer"/>'),
            "the decision 'Offer' requires itself",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, path: Path, change: tuple[str, str], message: str
) -> None:
    copy = changed(path, tmp_path, change)
    with pytest.raises(TableError) as caught:
        read_dmn(copy)
    assert message in str(caught.value)
    assert caught.value.file == str(copy)
    assert caught.value.line


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"none\.dmn: the file can't be read"):
        read_dmn(tmp_path / "none.dmn")


def test_a_file_of_several_tables_is_no_one_table(tmp_path: Path) -> None:
    with pytest.raises(TableError, match=r"it holds 3 tables: 'Standing', 'Points', 'Offer'"):
        read_table(CHAIN)
    (tmp_path / "empty.dmn").write_text(dmn_text([]))
    with pytest.raises(TableError, match=r"it holds 0 tables \("):
        read_table(tmp_path / "empty.dmn")


@pytest.mark.parametrize("path", [FEES, CHAIN])
def test_what_is_read_comes_back(tmp_path: Path, path: Path) -> None:
    model = read_dmn(path)
    write_dmn(model.tables.values(), tmp_path / "back.dmn")
    back = read_dmn(tmp_path / "back.dmn")
    assert back.tables == model.tables
    assert back.required == model.required
    assert dmn_text(back.tables.values()) == dmn_text(model.tables.values())


def names_of(texts: Iterable[str]) -> list[str]:
    return [fact_name(text) for text in texts]


def test_names_are_turned_into_those_of_facts() -> None:
    assert names_of(["Applicant Age", "isAffordable", "RiskCategory", "IBANNumber", "a.bC d"]) == [
        *("applicant_age", "is_affordable", "risk_category", "iban_number", "a.b_c_d")
    ]
    assert names_of(["风险等级", "3rd", "Approved/Declined", "年龄.Wert"]) == [
        *("input", "input_3rd", "approved_declined", "input.wert")
    ]
    assert dmn_name(Fact("applicant_age", Kind.COUNT, label="Applicant Age")) == "Applicant Age"
    assert dmn_name(Fact("input_2", Kind.COUNT, label="风险等级")) == "风险等级"
    assert dmn_name(Fact("aum", Kind.COUNT, label="assets")) == "aum"
    # Outside DMN's own alphabet of names, and where the label is no more than a likeness.
    assert dmn_name(Fact("holdings_eur", Kind.COUNT, label="Holdings (EUR)")) == "holdings_eur"
    assert dmn_name(Fact("aum_12m", Kind.COUNT, label="aum")) == "aum_12m"


def test_names_that_look_alike_are_numbered(tmp_path: Path) -> None:
    alike = ("Holdings (EUR)", "target")
    path = FEES
    for _ in range(3):
        path = changed(path, tmp_path, alike)
    facts = read_dmn(path).facts
    assert (facts["target"].name, facts["Target"].name) == ("target", "target_2")
    back = tmp_path / "back.dmn"
    write_dmn(read_tables(path), back)
    assert read_tables(back) == read_tables(path)


@given(decision_tables(), st.sampled_from(["1.3", "1.4", "1.5"]))
def test_a_table_comes_back_from_dmn(
    tmp_path_factory: pytest.TempPathFactory, table: DecisionTable, version: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "law.dmn"
    write_dmn(table, path, version)
    assert read_table(path, facts=FACTS) == table
    assert read_table(path) == table
    assert dmn_text(read_tables(path), version).encode() == path.read_bytes()


def test_facts_of_a_namespace_are_a_structure(tmp_path: Path) -> None:
    deep = Fact("northern.digital.share", Kind.RATIO, minimum=0)
    table = DecisionTable(
        "t",
        [Input(branch), Input(deep), Input(aum)],
        [Output("o", Kind.MONEY), Output("p", Kind.DAYS)],
        [Row(['"a"', "> 0.5", "-"], [1, 2])],
    )
    write_dmn(table, tmp_path / "t.dmn")
    model = read_dmn(tmp_path / "t.dmn")
    assert model.tables == {"t": table}
    assert [fact.kind for fact in model.facts.values()] == [Kind.CATEGORY, Kind.RATIO, Kind.MONEY]
    inputs = {"northern": {"branch": "a", "digital": {"share": Decimal("0.6")}}}
    assert model.decide("t", inputs) == {"o": 1, "p": 2}


@pytest.mark.parametrize("names", [("a", "a.b"), ("a.b", "a"), ("a.b", "a.b.c")])
def test_a_name_is_no_value_and_structure_at_once(names: tuple[str, str]) -> None:
    inputs = [Input(Fact(name, Kind.COUNT)) for name in names]
    with pytest.raises(TableError, match="leads into a structure that is a value as well"):
        dmn_text([DecisionTable("t", inputs, [Output("o", Kind.COUNT)], [])])


@pytest.mark.parametrize(
    ("tables", "version", "message"),
    [
        ([], "1.2", "'1.2' is no version to write"),
        (
            [DecisionTable("t", [], [Output("o", "count")], [])] * 2,
            "1.5",
            "two tables share a name",
        ),
        (
            [DecisionTable("t", [Input(aum * 2)], [Output("o", "count")], [])],
            "1.5",
            "a file can only hold columns that test a fact",
        ),
    ],
)
def test_what_can_not_be_written_is_refused(
    tables: list[DecisionTable], version: str, message: str
) -> None:
    with pytest.raises(TableError, match=message):
        dmn_text(tables, version)


def test_a_kind_of_ours_has_to_fit_the_type(tmp_path: Path) -> None:
    table = DecisionTable("t", [Input(aum)], [Output("o", Kind.MONEY)], [])
    write_dmn(table, tmp_path / "t.dmn")
    odd = changed(tmp_path / "t.dmn", tmp_path, ('core:kind="money"', 'core:kind="flag"'))
    with pytest.raises(TableError, match=r"line 4: 'flag' is no kind for such a value"):
        read_dmn(odd)


def test_a_table_that_breaks_its_policy_says_so() -> None:
    model = read_dmn(CHAIN)
    offer = evolve(model.tables["Offer"], rows=[model.tables["Offer"].rows[1]] * 2)
    twice = DmnModel(
        model.name, {**model.tables, "Offer": offer}, model.required, model.inputs, model.facts
    )
    with pytest.raises(HitPolicyError, match="table Offer: several rows hit at once"):
        twice.decide("Offer", {"Score": 5})


@pytest.mark.parametrize(
    ("allowed", "categories"),
    [
        (('"x", "y"', '"y", "z"'), ("x", "y", "z")),
        (('"x", "y"', "-"), None),
        (('"x", "y"', 'not("z")'), None),
    ],
)
def test_columns_of_one_name_list_its_categories_together(
    tmp_path: Path, allowed: tuple[str, str], categories: tuple[str, ...] | None
) -> None:
    group = Fact("group", Kind.CATEGORY)
    tables = [
        DecisionTable(f"t{number}", [Input(group, allowed=tests)], [Output("o", Kind.COUNT)], [])
        for number, tests in enumerate(allowed)
    ]
    write_dmn(tables, tmp_path / "t.dmn")
    assert read_dmn(tmp_path / "t.dmn").facts["group"].categories == categories
