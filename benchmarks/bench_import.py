"""What importing costs beside the two libraries it rests on, each in a fresh interpreter."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

from timing import hold, print_machine, print_table

ROUNDS = 25
STATEMENTS = (
    "import attrs, pluggy",
    "import relationship_core",
    "from relationship_core import Rule, RuleSet",
    "from relationship_core import Engine",
)
# Bytecode must be kept as it is for a user, whatever this shell says.
_ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}


def milliseconds(statement: str) -> float:
    """CPU time of an interpreter that does nothing else."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", statement], check=True, env=_ENVIRONMENT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def main() -> None:
    print_machine("relationship-core", "attrs", "pluggy")
    best = dict.fromkeys(("pass", *STATEMENTS), float("inf"))
    for statement in best:
        milliseconds(statement)
    for _ in range(ROUNDS):
        for statement, least in best.items():
            best[statement] = min(least, milliseconds(statement))
    nothing = best["pass"]
    measured = {statement: best[statement] - nothing for statement in STATEMENTS}
    theirs = measured[STATEMENTS[0]]
    print_table(
        ("beside a bare interpreter", "ms", f"times {STATEMENTS[0]}"),
        [
            (statement, f"{spent:,.1f}", f"{spent / theirs:,.2f}")
            for statement, spent in measured.items()
        ],
    )
    hold(
        [
            (statement, measured[statement] / theirs, 2.0)
            for statement in (STATEMENTS[1], STATEMENTS[3])
        ],
        " times",
    )


if __name__ == "__main__":
    main()
