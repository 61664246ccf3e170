"""`relationship-core rules`: rule books, read by people."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from relationship_core.cli.terminal import Plugins, SomeDay, engine_of, told
from relationship_core.decisions.rule_book import RuleBook
from relationship_core.decisions.rule_book_diff import diff as differences
from relationship_core.decisions.rule_listing import ListedRule, listed_rules
from relationship_core.errors import RuleBookError

rules_app = typer.Typer(
    help="Rule books: what they say, and what differs between two.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

DIFFERENT = 1
"""The exit code of `rules diff` where the books differ, as `diff` has it; a failure gives 2."""
_TROUBLE = 2
_RULE_BOOK = ".json"
BUILT_IN = "builtin"

AsJson = Annotated[bool, typer.Option("--json", help="As JSON, for programs.")]
A_BOOK = (
    "A rule book's JSON file, or installed plugins joined by commas; `builtin` for the built-in"
    " rules alone."
)
"""How an option names one rule book of two; `book_of` finds it."""


@rules_app.command()
def show(
    book: Annotated[
        Path | None,
        typer.Argument(metavar="BOOK.json", help="A rule book's file; else the rules in force."),
    ] = None,
    scope: Annotated[
        str | None,
        typer.Option(metavar="A/B", help="Only the rules that hold at that node; / for the top."),
    ] = None,
    as_of: SomeDay = None,
    as_json: AsJson = False,
    plugin: Plugins = None,
) -> None:
    """Tell every rule in words: whose it is, since when, what it asks, what it leads to and why."""
    with told():
        found = book_named(book, plugin)
        path = None if scope is None else [name for name in scope.split("/") if name]
        rules = listed_rules(found, scope=path, as_of=as_of)
    if as_json:
        typer.echo(json.dumps(_as_data(found, rules), ensure_ascii=False, indent=2))
        return
    typer.echo(f"rule book {found.fingerprint}")
    typer.echo(f"plugins: {', '.join(found.plugins) or 'none'}")
    for rule_set, listed in groupby(rules, key=lambda rule: rule.rule_set):
        typer.echo(f"\n{rule_set}")
        for rule in listed:
            for line in rule.lines():
                typer.echo(f"  {line}")


@rules_app.command()
def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=A_BOOK)],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, for the other book.")],
    as_json: AsJson = False,
) -> None:
    """Tell what differs between two rule books; exit 0 if nothing, 1 if something, 2 on failure."""
    with told(_TROUBLE):
        found = differences(*(book_of(each) for each in (old, new)))
    if as_json:
        typer.echo(json.dumps(found.to_json(), ensure_ascii=False, indent=2))
    elif found:
        typer.echo(str(found))
    if found:
        raise typer.Exit(DIFFERENT)


def book_named(file: Path | None, plugins: list[str] | None) -> RuleBook:
    """The rule book of a file, or the one that the built-in rules and some plugins make.

    Raises:
        RuleBookError: Both are named, the file holds no rule book, or the plugins don't fit.
        PluginError: A plugin isn't installed, or is at fault.
    """
    if file is None:
        return engine_of(plugins).rule_book
    if plugins:
        raise RuleBookError(
            "a rule book's file holds all rules, so that nothing goes with it",
            where=str(file),
            mend="name a file, or plugins",
        )
    return RuleBook.from_json(file.read_bytes())


def book_of(named: str) -> RuleBook:
    """The rule book that one word names, as `A_BOOK` says.

    Raises:
        RuleBookError: The file holds no rule book, or the plugins don't fit.
        PluginError: A plugin isn't installed, or is at fault.
    """
    if named.endswith(_RULE_BOOK):
        return book_named(Path(named), None)
    return book_named(None, [name for name in named.split(",") if name != BUILT_IN])


def _as_data(book: RuleBook, rules: tuple[ListedRule, ...]) -> dict[str, object]:
    return {
        "fingerprint": book.fingerprint,
        "plugins": list(book.plugins),
        "rules": [rule.to_json() for rule in rules],
    }
