"""A run in a process of its own that dies at a moment, if it comes so far.

Called with the folder, where to write, how many customers a part has, and the moment: at which
touch of a file it kills itself, or after how many milliseconds ("700ms") it is struck, be it in the
middle of what Python doesn't see.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from relationship_core.engine import Engine
from relationship_core.portfolio.run.job import Job
from relationship_core.portfolio.run.review import carry_out
from tests.portfolio.run.toy import AS_OF, Toy

_TOUCHES = frozenset(
    {"open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "os.scandir", "shutil.rmtree"}
)


def die_at(touch: int, beneath: str) -> None:
    """Have the process killed at so many touches of files beneath a folder."""
    seen = 0

    def count(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen
        if event in _TOUCHES and beneath in str(arguments[0]):
            seen += 1
            if seen == touch:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(count)


def main() -> None:
    source, out, part_customers, moment = sys.argv[1:]
    engine = Engine.from_plugins()
    if moment.endswith("ms"):
        # Nobody catches it, and so it ends the process on the spot.
        signal.setitimer(signal.ITIMER_REAL, int(moment.removesuffix("ms")) / 1000)
    else:
        die_at(int(moment), str(Path(out).parent))
    carry_out(
        Job(Path(source), Path(out), engine, AS_OF, part_customers=int(part_customers)), Toy()
    )


if __name__ == "__main__":
    main()
