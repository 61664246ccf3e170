"""A run carried out step by step, each of which is done once, however often it is interrupted."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import duckdb

from relationship_core.decisions.benchmarks import Benchmarks
from relationship_core.portfolio.benchmarks_file import read_benchmarks, write_benchmarks
from relationship_core.portfolio.run.branches import read_tree
from relationship_core.portfolio.run.content import content_of
from relationship_core.portfolio.run.dividing import part_file
from relationship_core.portfolio.run.division import Division, Earlier
from relationship_core.portfolio.run.durable import lasting, place
from relationship_core.portfolio.run.finishing import finish
from relationship_core.portfolio.run.increment import merge, pick_moved, stand
from relationship_core.portfolio.run.inputs import INPUTS
from relationship_core.portfolio.run.job import Follow, Job
from relationship_core.portfolio.run.journal import Journal
from relationship_core.portfolio.run.manifest import RunFile
from relationship_core.portfolio.run.preparing import prepare
from relationship_core.portfolio.run.publishing import BENCHMARKS, MADE
from relationship_core.portfolio.run.snapshot import Snapshot, sha256_of
from relationship_core.portfolio.run.stages import DECIDED, FACTS, REVIEWS, Stages, WholeStages

_FRESH: Final = "fresh"
_PREPARED: Final = "prepared"
_CUTOFFS: Final = "cut-offs"
_WHOLE: Final = "whole"


class Carrying:
    """A run on its way.

    Args:
        job: What is asked for.
        stages: What computes it.
        connection: A database to work in.
        journal: The steps that are finished.
        snapshot: The files that are read.
        earlier: A run whose customers stand if nothing of them changed.
        follow: Follows the run.
    """

    def __init__(
        self,
        job: Job,
        stages: Stages | WholeStages,
        connection: duckdb.DuckDBPyConnection,
        journal: Journal,
        snapshot: Snapshot,
        earlier: Earlier | None,
        follow: Follow,
    ) -> None:
        self._job = job
        self._stages = stages
        self._connection = connection
        self._journal = journal
        self._snapshot = snapshot
        self._earlier = earlier
        self._follow = follow
        self._work = journal.place
        self._made = self._work / MADE

    def carry_out(self) -> None:
        """Do what is still to be done, until the outcome is whole but for its place."""
        self._made.mkdir(exist_ok=True)
        division, inputs = self._divided()
        if isinstance(self._stages, WholeStages):
            entries = [self._reviewed_whole(self._stages, division)]
        else:
            entries = self._reviewed(self._stages, division)
        again = sum(entry["again"] for entry in entries)
        finish(
            self._job,
            self._connection,
            self._made,
            division,
            snapshot=self._snapshot,
            engines={entry["engine"] for entry in entries},
            files=[RunFile(**file) for entry in (inputs, *entries) for file in entry["files"]],
            since=self._before(division),
            again=again,
        )

    def _reviewed(self, stages: Stages, division: Division) -> list[Any]:
        parts = range(len(division.parts))
        observed = [self._observed(stages, division, part) for part in parts]
        benchmarks = self._cut(stages, division)
        decided = [self._decided(stages, division, part, benchmarks) for part in parts]
        return [*observed, *decided]

    def _reviewed_whole(self, stages: WholeStages, division: Division) -> Any:
        def make() -> Any:
            self._follow("reviewing", 0, division.customers)
            half = self._emptied()
            tables = division.tables(self._work, 0)
            found = stages.review(tables, {name: half / name for name in (FACTS, *DECIDED)})
            self._write_benchmarks(found)
            files = []
            for name in (FACTS, *DECIDED):
                shutil.rmtree(self._made / name, ignore_errors=True)
                for number, path in enumerate(sorted((half / name).glob("*.parquet"))):
                    files.append(part_file(self._made / name, number))
                    place(path, files[-1])
            return self._told(stages.engine, files, division.customers)

        return self._once(_WHOLE, make)

    def _emptied(self) -> Path:
        """A folder in which to write what is to get its name later."""
        half = self._work / "half"
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir()
        return half

    def _once(self, step: str, make: Callable[[], Any]) -> Any:
        entry = self._journal.entry(step)
        if entry is None:
            entry = make()
            self._journal.note(step, entry)
        return entry

    def _divided(self) -> tuple[Division, Any]:
        """The folder divided, and what is to be known of the digests of its customers' inputs."""

        def make() -> Any:
            self._follow("reading the folder", 0, 0)
            division = prepare(
                self._job,
                self._connection,
                self._work,
                self._made,
                earlier=self._earlier,
                is_whole=isinstance(self._stages, WholeStages),
            )
            self._snapshot.require_unchanged()
            return division.to_json()

        division = Division.from_json(self._once(_PREPARED, make))
        parts = range(len(division.parts))
        files = [part_file(self._made / INPUTS, part) for part in parts]
        return division, self._once(INPUTS, lambda: self._told("", files, 0))

    def _observed(self, stages: Stages, division: Division, part: int) -> Any:
        def make() -> Any:
            self._tell("observing", division, part)
            facts = part_file(self._made / FACTS, part)
            self._observe(stages, division, part, facts)
            return self._told(stages.engine, [facts], 0)

        return self._once(f"{FACTS} {part}", make)

    def _observe(self, stages: Stages, division: Division, part: int, facts: Path) -> None:
        before = self._before(division)
        if before is not None and division.parts[part].is_as_before:
            stand(part_file(before.folder / FACTS, part), facts)
            return
        fresh = facts if before is None else self._fresh(division, part)
        if fresh is not None:
            with lasting(fresh) as half:
                stages.observe(division.tables(self._work, part), half)
        if before is not None:
            self._merge(before, FACTS, part, fresh)

    def _fresh(self, division: Division, part: int) -> Path | None:
        """Where the facts are of those of a part who changed; None if nobody did."""
        changed = division.parts[part].changed
        return part_file(self._work / _FRESH / FACTS, part) if changed else None

    def _cut(self, stages: Stages, division: Division) -> Benchmarks:
        def make() -> Any:
            self._follow("taking cut-offs", division.customers, division.customers)
            parts = range(len(division.parts))
            facts = [part_file(self._made / FACTS, part) for part in parts]
            self._write_benchmarks(stages.benchmarks(facts))
            return BENCHMARKS

        return read_benchmarks(self._made / self._once(_CUTOFFS, make))

    def _write_benchmarks(self, benchmarks: Benchmarks) -> None:
        with lasting(self._made / BENCHMARKS) as half:
            write_benchmarks(half, benchmarks)

    def _decided(
        self, stages: Stages, division: Division, part: int, benchmarks: Benchmarks
    ) -> Any:
        def make() -> Any:
            self._tell("deciding", division, part)
            again = self._decide(stages, division, part, benchmarks)
            files = [part_file(self._made / name, part) for name in DECIDED]
            return self._told(stages.engine, [file for file in files if file.exists()], again)

        return self._once(f"{REVIEWS} {part}", make)

    def _decide(self, stages: Stages, division: Division, part: int, benchmarks: Benchmarks) -> int:
        """Decide on a part, and say of how many customers anew."""
        known = division.parts[part]
        before = self._before(division)
        facts = part_file(self._made / FACTS, part)
        if before is None:
            self._decide_on(stages, facts, benchmarks, self._made, part)
            return known.customers
        fresh = self._work / _FRESH
        picked = part_file(fresh / "picked", part)
        again = pick_moved(
            self._connection,
            facts=facts,
            fresh=self._fresh(division, part),
            before=read_benchmarks(before.folder / BENCHMARKS),
            now=benchmarks,
            to=picked,
        )
        if again:
            self._decide_on(stages, picked, benchmarks, fresh, part)
        for name in DECIDED:
            old, new = part_file(before.folder / name, part), part_file(fresh / name, part)
            if known.is_as_before and not again and old.exists():
                stand(old, part_file(self._made / name, part))
            elif old.exists():
                self._merge(before, name, part, new if again else None)
        return again

    def _decide_on(
        self, stages: Stages, facts: Path, benchmarks: Benchmarks, folder: Path, part: int
    ) -> None:
        half = self._emptied()
        written = {name: part_file(half, 0).with_stem(name) for name in DECIDED}
        stages.decide(facts, read_tree(self._made), benchmarks, written)
        for name, path in written.items():
            if path.exists():
                place(path, part_file(folder / name, part))

    def _merge(self, before: Earlier, name: str, part: int, fresh: Path | None) -> None:
        merge(
            self._connection,
            earlier=part_file(before.folder / name, part),
            fresh=fresh,
            inputs=part_file(self._made / INPUTS, part),
            to=part_file(self._made / name, part),
        )

    def _before(self, division: Division) -> Earlier | None:
        return self._earlier if division.is_increment else None

    def _tell(self, doing: str, division: Division, part: int) -> None:
        done = sum(one.customers for one in division.parts[:part])
        self._follow(doing, done, division.customers)

    def _told(self, engine: str, paths: list[Path], again: int) -> dict[str, Any]:
        """What is to be known of files: by what they were made, and what is in them."""
        files = []
        for path in paths:
            content = content_of(self._connection, path)
            file = RunFile(
                file=path.relative_to(self._made).as_posix(),
                rows=content.rows,
                size=path.stat().st_size,
                sha256=sha256_of(path),
                content=content.digest,
            )
            files.append(file.to_json())
        return {"engine": engine, "again": again, "files": files}
