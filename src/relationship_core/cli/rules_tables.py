"""`relationship-core rules export` and `rules import`: rules as analysts' tables, and back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from relationship_core.cli.rules import book_named
from relationship_core.cli.terminal import Plugins, SomeDay, told
from relationship_core.cli.whole_file import whole
from relationship_core.decisions.book_tables import book_table
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_diff import diff
from relationship_core.decisions.table_import import with_table
from relationship_core.errors import RuleBookError, TableError
from relationship_core.rules.tables import DecisionTable, read_tables, write_table
from relationship_core.rules.tables.files import FORMS

_RULE_BOOK = ".json"

Book = Annotated[
    Path | None,
    typer.Argument(metavar="BOOK.json", help="A rule book's file; else the rules in force."),
]
Encoding = Annotated[
    str, typer.Option("--encoding", metavar="NAME", help="How a CSV file is encoded.")
]
A_SET = "A set of rules as `rules show` names it: tiering.rules, say."


def export(
    target: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="FILE",
            help="BOOK.json for the whole book; .csv, .xlsx or .dmn for one set as a table.",
        ),
    ],
    book: Book = None,
    rule_set: Annotated[
        str | None, typer.Option("--set", metavar="SET", help=f"{A_SET} For a table.")
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option(metavar="A/B", help="The node whose rules a table is to hold; / for the top."),
    ] = None,
    as_of: SomeDay = None,
    encoding: Encoding = "utf-8",
    plugin: Plugins = None,
) -> None:
    """Write a rule book to a file, or one of its sets of rules as a decision table."""
    with told():
        if target.suffix.lower() == _RULE_BOOK:
            if rule_set is not None or scope is not None or as_of is not None:
                raise RuleBookError(
                    "a rule book is written with all its sets, nodes and days",
                    where=str(target),
                    mend=f"leave --set, --scope and --as-of out, or write {', '.join(FORMS)}",
                )
            _write_book(book_named(book, plugin), target)
            return
        if target.suffix.lower() not in FORMS:
            raise RuleBookError(
                "its ending says nothing",
                where=str(target),
                mend=f"end it in {_RULE_BOOK} for the whole book, in {', '.join(FORMS)} for a set",
            )
        if rule_set is None:
            raise RuleBookError(
                "a table holds one set of rules",
                where=str(target),
                mend="say which: --set tiering.rules; a whole book goes to a file BOOK.json",
            )
        path = None if scope is None else [name for name in scope.split("/") if name]
        table = book_table(book_named(book, plugin), rule_set, scope=path, as_of=as_of)
        _write_table(table, target, encoding)


def import_(
    file: Annotated[
        Path, typer.Argument(metavar="TABLE", help="A decision table (.csv, .xlsx, .dmn).")
    ],
    rule_set: Annotated[str, typer.Option("--set", metavar="SET", help=A_SET)],
    target: Annotated[
        Path, typer.Option("--out", metavar="BOOK.json", help="Where to write the new rule book.")
    ],
    book: Book = None,
    ladder: Annotated[
        str,
        typer.Option(
            metavar="A,B,C",
            help="The tiers, best first; else those that the table's output lists, or those in"
            " force.",
        ),
    ] = "",
    encoding: Encoding = "utf-8",
    plugin: Plugins = None,
) -> None:
    """Put a decision table in the place of a set of rules, and tell what that changes."""
    with told():
        if target.suffix.lower() != _RULE_BOOK:
            raise RuleBookError(
                "what is written is a rule book", where=str(target), mend="end its name in .json"
            )
        old = book_named(book, plugin)
        table = _table(file, rule_set, old, encoding)
        tiers = [tier for tier in map(str.strip, ladder.split(",")) if tier]
        new = with_table(old, rule_set, table, ladder=tiers)
        _write_book(new, target)
    found = diff(old, new)
    typer.echo(str(found) if found else "nothing changes")


def _table(file: Path, rule_set: str, book: RuleBook, encoding: str) -> DecisionTable:
    """The table of a file; of several the one that is named like the set."""
    tables = read_tables(file, facts=book.catalogue, encoding=encoding)
    named = [table for table in tables if table.name == rule_set]
    if len(tables) == 1 or len(named) == 1:
        return named[0] if named else tables[0]
    raise TableError(
        f"it holds {len(tables)} tables: {', '.join(table.name for table in tables)}",
        file=str(file),
        mend=f"name one of them {rule_set}",
    )


def _write_book(book: RuleBook, target: Path) -> None:
    text = json.dumps(book.to_json(), ensure_ascii=False, indent=2)
    with whole(target) as half:
        half.write_text(text + "\n", encoding="utf-8", newline="\n")


def _write_table(table: DecisionTable, target: Path, encoding: str) -> None:
    with whole(target) as half:
        try:
            write_table(table, half, encoding=encoding)
        except TableError as error:
            place = str(target) if error.file else ""
            where = "" if error.file else error.where
            raise TableError(error.what, file=place, where=where, mend=error.mend) from error
