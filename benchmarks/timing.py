"""CPU time of the quickest of many short runs, by turns, so that other load hits all alike."""

from __future__ import annotations

import gc
import os
import platform
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

A_TURN = 0.02
"""CPU seconds a contestant runs before the next one does, in as many runs as fit, one at least."""
LEAST_ROUNDS = 20
QUIET_ROUNDS = 15
"""A table is done once so many rounds in a row made no contestant quicker by a percent."""
MOST_SECONDS = 45.0
"""CPU seconds after which a table is taken as it stands."""


class Contestant(NamedTuple):
    """One way to do the work.

    Args:
        name: What the table calls it.
        act: The work, for one input.
        inputs: What it is done with, one after the other; the time told is that of one of them.
    """

    name: str
    act: Callable[[Any], object]
    inputs: Sequence[Any]


def measure(contestants: Sequence[Contestant]) -> list[float]:
    """Microseconds of CPU time that each contestant takes for one input."""
    for contestant in contestants:
        _quickest(contestant)
    best = [float("inf")] * len(contestants)
    began = process_time()
    rounds = quiet = 0
    while rounds < LEAST_ROUNDS or (quiet < QUIET_ROUNDS and process_time() - began < MOST_SECONDS):
        rounds += 1
        quiet += 1
        for place, contestant in enumerate(contestants):
            seconds = _quickest(contestant)
            if seconds < best[place] * 0.99:
                quiet = 0
            best[place] = min(best[place], seconds)
    return [seconds * 1e6 for seconds in best]


def _quickest(contestant: Contestant) -> float:
    """CPU seconds for one input in the quickest of the runs that a turn has room for."""
    act, inputs = contestant.act, contestant.inputs
    best = float("inf")
    gc.collect()
    gc.disable()
    start = end = process_time()
    last = start + A_TURN
    while end < last:
        start = process_time()
        for one in inputs:
            act(one)
        end = process_time()
        best = min(best, end - start)
    gc.enable()
    return best / len(inputs)


def compare(title: str, contestants: Sequence[Contestant]) -> list[float]:
    """Measure contestants and print them beside the first one, which the others are held against.

    Returns:
        How many times as long as the first one each of them takes.
    """
    measured = measure(contestants)
    ratios = [microseconds / measured[0] for microseconds in measured]
    print_table(
        (title, "µs", f"times {contestants[0].name}"),
        [
            (contestant.name, f"{microseconds:,.2f}", f"{ratio:,.2f}")
            for contestant, microseconds, ratio in zip(contestants, measured, ratios, strict=True)
        ],
    )
    return ratios


def print_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table as Markdown has it, numbers to the right."""
    table = [header, *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(header))]
    print()
    print(_line(header, widths))
    print(f"| {'-' * widths[0]} |" + "".join(f" {'-' * (width - 1)}: |" for width in widths[1:]))
    for row in table[1:]:
        print(_line(row, widths))


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
    return f"| {' | '.join([row[0].ljust(widths[0]), *cells[1:]])} |"


def print_machine(*distributions: str) -> None:
    """Print when, on what machine and with which versions the tables are made."""
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{datetime.now(UTC):%Y-%m-%d}, {_processor()}, {os.cpu_count()} cores, load {load}")
    versions = [f"{name} {version(name)}" for name in distributions]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(", ".join((f"{platform.system()} {platform.release()}", python, *versions)))


def _processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        for line in cpuinfo.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def hold(aims: Iterable[tuple[str, float, float]], unit: str = "") -> None:
    """Print what was aimed at beside what was measured, and which of it falls short."""
    print()
    for name, measured, aim in aims:
        verdict = "holds" if measured <= aim else "FALLS SHORT"
        print(f"{verdict}: {name} {measured:,.2f}{unit}, aim {aim:,.2f}{unit}")
