from __future__ import annotations

import subprocess
import sys


def test_no_progress_is_drawn_at_a_prompt() -> None:
    # What runs by -c is a prompt to DuckDB.
    program = (
        "from relationship_core.portfolio.database import Database\n"
        "database = Database({}, is_small=True)\n"
        "print(database.number('SELECT count(*) FROM duckdb_settings()"
        " WHERE name = $$enable_progress_bar$$ AND value = $$true$$'))\n"
        "database.close()"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout == "0\n"
