"""The reference page tells the checks that are made, and its example is a folder."""

from __future__ import annotations

import re
from pathlib import Path

from relationship_core.portfolio import read_folder
from tests.portfolio.bank import SMALL, write_csv
from tests.portfolio.test_schema import PAGE

POSITIONS = ["account_id", "month", "fees", "credit_average", "credit_rate", "days_past_due"]
CONSENT = ["marketing_consent_given", "marketing_consent_withdrawn"]
DAYS = ["2026-01-02", "2026-01-01"]
BAD = {
    "customers": [
        ["customer_id", "kind", "id_number", "branch", "since", "closed", *CONSENT],
        ["C1", "personal", "", "B9", "2020-01-01", "", *DAYS],
        ["C2", "alien", "", "", "", "", *DAYS],
        ["C3", "personal", "110105194912310020", "", "2020-01-01", "2019-01-01", *DAYS],
        ["C4", "personal", "110105194912310021", "", "x", "2026-02-30", *DAYS],
        ["C4\u200b", "personal", "", "", "", "", *DAYS],
        ["C5", "personal", "", "", "", "", *DAYS],
        ["C5", "personal", "", "", "", "", *DAYS],
    ],
    "branches": SMALL["branches"],
    "products": SMALL["products"],
    "accounts": [
        [*SMALL["accounts"][0], "maturity"],
        ["A1", "CUR", "CNY", "2020-01-01", ""],
        ["A2", "CUR", "CNY", "2020-01-01", ""],
        ["A3", "CUR", "CNY", "2020-01-01", ""],
        ["A4", "CUR", "CNY", "2020-01-01", ""],
        ["A5", "CUR", "CNY", "2020-01-01", "2019-01-01"],
    ],
    "owners": [
        SMALL["owners"][0],
        ["A1", "C1", "", ""],
        ["A2", "C1", "", "1e10"],
        ["A4", "nobody", "", ""],
        ["A5", "C1", "", ""],
    ],
    "positions": [
        [*POSITIONS, "probability_of_default"],
        ["A1", "2026-01-02", "", "", "", "", ""],
        ["A1", "2026-02-01", "1e25", "", "", "", ""],
        ["A1", "2026-03-01", "x", "", "", "", ""],
        ["A1", "2026-04-01", "", "-1", "", "", ""],
        ["A1", "2026-05-01", "", "", "4", "", ""],
        ["A1", "2026-06-01", "", "", "", "1.5", ""],
        ["A1", "2026-06-01", "", "", "", "", "4"],
        ["A9", "2026-06-01", "", "", "", "", ""],
        ["A2", "2026-06-01", "", "", "", "", ""],
        ["", "2026-06-01", "", "", "", "", ""],
    ],
    "interactions": [
        ["interaction_id", "customer_id", "occurred", "kind", "due"],
        ["I1", "C1", "2026-06-01", "contact", "2026-05-01"],
    ],
    "supplied": [
        SMALL["supplied"][0],
        ["C1", "nothing", "1"],
        ["C1", "stage", "stable"],
        ["C1", "service_ability", "2"],
    ],
}


def reasons() -> list[str]:
    """What the page says that a rejection says, but for what stands for anything."""
    section = PAGE.read_text(encoding="utf-8").partition("These rules are checked.")[2]
    rows = re.findall(r"^\|[^|]*\|([^|]*)\|", section.partition("\n## ")[0], flags=re.MULTILINE)
    told = re.findall(r"`([^`]+)`", " ".join(rows))
    return [text.removesuffix("...").strip() for text in told]


def test_each_reason_on_the_reference_page_is_told(tmp_path: Path) -> None:
    write_csv(tmp_path, BAD)
    more = ["C6,personal,,,,", 'C7,personal,"x"y,,,,,', "C8,personal,\udcff,,,,,"]
    with (tmp_path / "customers.csv").open("ab") as stream:
        stream.write("\n".join(more).encode("utf-8", "surrogateescape") + b"\n")
    content = (tmp_path / "customers.csv").read_bytes()
    (tmp_path / "customers.csv").write_bytes(b"\xef\xbb\xbf" + content)
    (tmp_path / "positions").mkdir()
    (tmp_path / "positions.csv").rename(tmp_path / "positions" / "part-0.csv")
    twice = [BAD["positions"][0], ["A1", "2026-04-01", "", "", "", "", ""]]
    write_csv(tmp_path / "positions", {"part-1": [*twice, twice[1]]})
    with read_folder(tmp_path) as folder:
        faults = {one.reason for one in folder.rejections}
        assert all(one.mend for one in folder.rejections)
    numberless = {re.sub(r"[0-9]+", "N", fault) for fault in faults}
    untold = [
        reason
        for reason in reasons()
        if not any(told.startswith(re.sub(r"[0-9]+", "N", reason)) for told in numberless)
    ]
    assert untold == []
    assert len(reasons()) > 30


def test_the_example_on_the_reference_page_is_a_folder(tmp_path: Path) -> None:
    section = PAGE.read_text(encoding="utf-8").partition("## An example")[2].partition("\n## ")[0]
    blocks = re.findall(r"```text\n(.*?)```", section, flags=re.DOTALL)
    names = re.findall(r"`(\w+)\.csv`", section)
    assert len(blocks) == len(names) == 5
    for name, block in zip(names, blocks, strict=True):
        (tmp_path / f"{name}.csv").write_text(block, encoding="utf-8")
    with read_folder(tmp_path) as folder:
        (dossier,) = folder.dossiers()
        assert list(folder.rejections) == []
    assert len(dossier.positions or ()) == 2
