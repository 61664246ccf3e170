"""The command line: `relationship-core`, thin over everything else."""

from __future__ import annotations

import signal
import sys

from relationship_core.errors import MissingExtraError

FAILURE = 1
"""The exit code of bad data or rules; a command that is used wrongly gives 2."""


def main() -> None:
    """Run the command line; without its extra, say how to install it."""
    try:
        from relationship_core.cli.app import app  # noqa: PLC0415 - typer may not be installed
    except MissingExtraError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(FAILURE)
    # A scheduler stops its jobs by it. As an exit it takes along what lies on the disk until the
    # end, which is personal.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    app()
