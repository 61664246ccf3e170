"""The one layout that a decision table has in a spreadsheet, whether CSV or XLSX.

The first column says what a row is. `table` and `policy` come first, then what the columns are:
`column`, `name`, `kind`, and where there is something to say `label`, `values` and `default`; then
the rules, a number or nothing before each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from attrs import frozen

from relationship_core.errors import TableError
from relationship_core.rules.fact import Fact, unknown_fact
from relationship_core.rules.kind import Kind
from relationship_core.rules.place import Place
from relationship_core.rules.tables.cell_reader import CellReader
from relationship_core.rules.tables.columns import Input, Output, Row
from relationship_core.rules.tables.decision_table import DecisionTable
from relationship_core.rules.tables.declaring import declared_fact
from relationship_core.rules.tables.faults import located
from relationship_core.rules.tables.hit_policy import TablePolicy
from relationship_core.rules.tables.literal import write_literal
from relationship_core.rules.tables.unary_tests import ANYTHING

Grid = Sequence[Sequence[str]]
"""Rows of cells as text; a row may end early."""

TABLE, POLICY, COLUMN, NAME, KIND = "table", "policy", "column", "name", "kind"
LABEL, VALUES, DEFAULT = "label", "values", "default"
_NEEDED = (TABLE, POLICY, COLUMN, NAME, KIND)
_HEAD = (*_NEEDED, LABEL, VALUES, DEFAULT)
_ROLES = ("input", "output", "annotation")


def write_grid(table: DecisionTable) -> list[list[str]]:
    """A table as rows of cells.

    Raises:
        TableError: A column tests something else than a fact.
    """
    facts = [_fact(table, column) for column in table.inputs]
    defaults = [each.default for each in table.outputs]
    head = {
        COLUMN: [
            role
            for role, columns in zip(
                _ROLES, (table.inputs, table.outputs, table.annotations), strict=True
            )
            for _ in columns
        ],
        NAME: [fact.name for fact in facts]
        + [each.name for each in table.outputs]
        + [*table.annotations],
        KIND: [
            *[fact.kind.value for fact in facts],
            *[each.kind.value for each in table.outputs],
            *[""] * len(table.annotations),
        ],
        LABEL: [each.label for each in table.inputs],
        VALUES: [
            *["" if each.allowed == ANYTHING else each.allowed.text() for each in table.inputs],
            *[", ".join(map(write_literal, each.values)) for each in table.outputs],
        ],
        DEFAULT: [""] * len(facts)
        + ["" if value is None else write_literal(value) for value in defaults],
    }
    rows = [[TABLE, table.name], [POLICY, table.policy.value]]
    rows += [[word, *cells] for word, cells in head.items() if word in _NEEDED or any(cells)]
    for number, row in enumerate(table.rows, start=1):
        tests, outputs = [test.text() for test in row.when], map(write_literal, row.outputs)
        rows.append([str(number), *tests, *outputs, *row.annotations])
    width = max(map(len, rows))
    return [row + [""] * (width - len(row)) for row in rows]


def _fact(table: DecisionTable, column: Input) -> Fact:
    if isinstance(column.expression, Fact):
        return column.expression
    raise TableError(
        "a file can only hold columns that test a fact",
        where=f"table {table.name}",
        column=column.name,
        mend="declare a fact derived by this expression, and test that",
    )


def read_grid(grid: Grid, file: str, facts: Mapping[str, Fact] | None) -> DecisionTable:
    """The table that rows of cells hold.

    Args:
        grid: The rows, from the top of the sheet.
        file: The file's name, for errors and places.
        facts: The facts that it may read, by name; without them it makes its own.

    Raises:
        TableError: Naming row and column, and how to mend it.
    """
    return _Sheet.of(grid, file).table(facts)


@frozen
class _Sheet:
    """The rows of a sheet, told apart.

    Args:
        file: The file's name.
        head: The rows that say what the columns are, by their first word: number and cells.
        rules: The rows that hold rules: number and cells.
    """

    file: str
    head: Mapping[str, tuple[int, list[str]]]
    rules: Sequence[tuple[int, list[str]]]

    @classmethod
    def of(cls, grid: Grid, file: str) -> _Sheet:
        head: dict[str, tuple[int, list[str]]] = {}
        rules = []
        for number, raw in enumerate(grid, start=1):
            word, *cells = [cell.strip() for cell in raw] or [""]
            if not word and not any(cells):
                continue
            if not word or (word.isascii() and word.isdigit()):
                rules.append((number, cells))
                continue
            key = word.lower()
            if key not in _HEAD or key in head or rules:
                raise _misplaced(word, Place(file, number), is_among_rules=bool(rules))
            head[key] = (number, cells)
        if lacking := [word for word in _NEEDED if word not in head]:
            raise TableError(
                f"it has no row {lacking[0]!r}",
                file=file,
                mend=f"the first column has to hold {', '.join(_NEEDED)}, then the rules",
            )
        return cls(file, head, rules)

    def table(self, facts: Mapping[str, Fact] | None) -> DecisionTable:
        """The table that the rows hold."""
        roles = self._roles()
        known = dict(facts or {})
        inputs = [
            self._input(place, known, facts is None)
            for place in range(len(roles))
            if roles[place] == "input"
        ]
        outputs = [self._output(place) for place in range(len(roles)) if roles[place] == "output"]
        notes = [
            self._cell(NAME, place) for place in range(len(roles)) if roles[place] == _ROLES[2]
        ]
        rows = [self._row(number, cells, roles, known) for number, cells in self.rules]
        with located(file=self.file, line=self.head[POLICY][0]):
            policy = _policy(self._cell(POLICY, 0))
        with located(file=self.file):
            return DecisionTable(self._cell(TABLE, 0), inputs, outputs, rows, policy, notes)

    def _roles(self) -> list[str]:
        number, cells = self.head[COLUMN]
        roles = [cell.lower() for cell in cells]
        while roles and not roles[-1]:
            roles.pop()
        for place, role in enumerate(roles):
            if role not in _ROLES:
                raise TableError(
                    f"{role!r} is no kind of column",
                    file=self.file,
                    line=number,
                    column=self._cell(NAME, place) or str(place + 2),
                    mend=f"write {', '.join(_ROLES[:-1])} or {_ROLES[-1]}",
                )
        for row, (line, filled) in self.head.items():
            if any(filled[len(roles) :]) and row not in {TABLE, POLICY}:
                raise TableError(
                    "a cell stands beside the last column",
                    file=self.file,
                    line=line,
                    mend="clear it",
                )
        return roles

    def _cell(self, word: str, place: int) -> str:
        _, cells = self.head.get(word, (0, []))
        return cells[place] if place < len(cells) else ""

    def _input(self, place: int, known: dict[str, Fact], makes_facts: bool) -> Input:
        name, label = self._cell(NAME, place), self._cell(LABEL, place)
        with located(file=self.file, line=self.head[NAME][0], column=name):
            if not makes_facts and name not in known:
                raise unknown_fact(name, known)
        with located(file=self.file, line=self.head[KIND][0], column=name):
            kind = known[name].kind if name in known else None
            if stated := self._cell(KIND, place):
                kind = _kind(stated, kind)
            if kind is None:
                raise TableError("its kind isn't told", mend=f"write {', '.join(Kind)}")
        allowed = ANYTHING
        if text := self._cell(VALUES, place):
            with located(file=self.file, line=self.head[VALUES][0], column=name):
                allowed = CellReader(kind, {}, is_sheet=True).tests(text)
        with located(file=self.file, line=self.head[NAME][0], column=name):
            if name not in known:
                known[name] = declared_fact(name, kind, label, allowed)
            return Input(known[name], label, allowed)

    def _output(self, place: int) -> Output:
        name = self._cell(NAME, place)
        with located(file=self.file, line=self.head[KIND][0], column=name):
            kind = _kind(self._cell(KIND, place), None)
        reader = CellReader(kind, {}, is_sheet=True)
        with located(file=self.file, line=self.head.get(VALUES, (None,))[0], column=name):
            text = self._cell(VALUES, place)
            values = reader.values(text) if text else ()
        with located(file=self.file, line=self.head.get(DEFAULT, (None,))[0], column=name):
            text = self._cell(DEFAULT, place)
            return Output(name, kind, values, reader.value(text) if text else None)

    def _row(
        self, number: int, cells: list[str], roles: list[str], known: Mapping[str, Fact]
    ) -> Row:
        if any(cells[len(roles) :]):
            raise TableError(
                "a cell stands beside the last column", file=self.file, line=number, mend="clear it"
            )
        tests, outputs, notes = [], [], []
        for place, role in enumerate(roles):
            name = self._cell(NAME, place)
            text = cells[place] if place < len(cells) else ""
            with located(file=self.file, line=number, column=name):
                if role == "annotation":
                    notes.append(text)
                elif not text:
                    mend = "write -, which asks nothing" if role == "input" else "write the answer"
                    raise TableError("the cell is empty", mend=mend)
                elif role == "input":
                    tests.append(CellReader(known[name].kind, known, is_sheet=True).tests(text))
                else:
                    kind = Kind(self._cell(KIND, place).lower())
                    outputs.append(CellReader(kind, {}, is_sheet=True).value(text))
        with located(file=self.file, line=number):
            return Row(tests, outputs, notes, Place(self.file, number))


def _kind(stated: str, known: Kind | None) -> Kind:
    if stated.lower() not in {*Kind}:
        raise TableError(f"{stated!r} is no kind of value", mend=f"write {', '.join(Kind)}")
    kind = Kind(stated.lower())
    if known is not None and kind is not known:
        raise TableError(f"the fact is a {known}, the column a {kind}", mend=f"write {known}")
    return kind


def _policy(stated: str) -> TablePolicy:
    words = " ".join(stated.lower().split())
    if words not in {*TablePolicy}:
        raise TableError(f"{stated!r} is no policy", mend=f"write {', '.join(TablePolicy)}")
    return TablePolicy(words)


def _misplaced(word: str, place: Place, *, is_among_rules: bool) -> TableError:
    key = word.lower()
    if key not in _HEAD:
        close = get_close_matches(key, _HEAD, n=1)
        what = f"{word!r} is no kind of row"
        mend = f"did you mean {close[0]!r}?" if close else "number the rules, or leave it empty"
    elif is_among_rules:
        what, mend = f"the row {key!r} stands among the rules", "move it above them"
    else:
        what, mend = f"the row {key!r} is there twice", "take one out"
    return TableError(what, file=place.file, line=place.line, mend=mend)
