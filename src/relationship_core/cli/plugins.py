"""`relationship-core plugins`: what is installed, what becomes of it, and how one begins."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from relationship_core.cli import FAILURE
from relationship_core.cli.plugins_new import new_plugin
from relationship_core.cli.terminal import Plugins, told
from relationship_core.plugins import PluginReport, PluginStatus
from relationship_core.plugins.host import survey

plugins_app = typer.Typer(pretty_exceptions_enable=False)
plugins_app.command("new")(new_plugin)


@plugins_app.callback(invoke_without_command=True)
def plugins(
    context: typer.Context,
    plugin: Plugins = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """List the installed plugins; those named by --plugin are loaded, the others never imported."""
    if context.invoked_subcommand is not None:
        return
    with told():
        reports = survey(plugin or [])
    if as_json:
        typer.echo(json.dumps([_as_data(report) for report in reports], indent=2))
    elif reports:
        for report in reports:
            typer.echo(f"{report.status.value:12}{report}")
    else:
        typer.echo("no plugin is installed")
    if any(report.status is PluginStatus.FAILED for report in reports):
        raise typer.Exit(FAILURE)


def _as_data(report: PluginReport) -> dict[str, str]:
    return {
        "plugin": report.plugin,
        "version": report.version,
        "status": report.status.value,
        "hook": report.hook,
        "reason": report.reason,
    }
