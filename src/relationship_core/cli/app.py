"""All commands under one name."""

from __future__ import annotations

from typing import Annotated

from relationship_core import __version__
from relationship_core.errors import MissingExtraError

try:
    import rich as _rich  # noqa: F401 - only whether it is there
    import typer
except ImportError as missing:
    raise MissingExtraError("cli", needed_for="the command line") from missing

from relationship_core.cli.explain import explain
from relationship_core.cli.lifecycle import lifecycle_app
from relationship_core.cli.plugins import plugins_app
from relationship_core.cli.review import review
from relationship_core.cli.rules import rules_app
from relationship_core.cli.rules_check import check
from relationship_core.cli.rules_tables import export, import_
from relationship_core.cli.sample import sample
from relationship_core.cli.simulate import simulate_change

# Unlike typer's own, Python's plain traceback shows no values of variables, which may be personal.
app = typer.Typer(
    name="relationship-core",
    help="A bank's relationships with its customers: stages, contribution, tiers, service,"
    " retention, each with its reasons.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"relationship-core {__version__}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    pass


app.command()(sample)
app.command()(review)
app.command()(explain)
app.command("simulate")(simulate_change)
app.add_typer(plugins_app, name="plugins")
app.add_typer(lifecycle_app, name="lifecycle")
rules_app.command()(check)
rules_app.command()(export)
rules_app.command("import")(import_)
app.add_typer(rules_app, name="rules")
