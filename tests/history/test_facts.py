"""Files of facts: only what lies plainly in the folder has a name, and only what has a name is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from botswain.history.facts import DEPTH, FUNDING, QUOTES, TRADES, FactFile, Facts
from botswain.model.errors import BadInput


def put(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("ts,rate\n")


def test_what_is_there_is_listed_by_kind_and_name_with_the_symbol_that_its_name_tells(tmp_path: Path) -> None:
    put(tmp_path, "funding/ETHUSDT.csv", "funding/BTC-USDT.parquet", "trades/odd.csv", "depth/BTC-USDT.jsonl.gz")
    assert Facts(tmp_path).listed() == [
        FactFile("funding/BTC-USDT.parquet", "funding", "BTC/USDT", 8),
        FactFile("funding/ETHUSDT.csv", "funding", "ETH/USDT", 8),
        FactFile("trades/odd.csv", "trades", None, 8),
        FactFile("depth/BTC-USDT.jsonl.gz", "depth", "BTC/USDT", 8),
    ]
    assert Facts(tmp_path / "none").listed() == []


def test_what_is_no_plain_file_of_a_fit_name_has_no_name(tmp_path: Path) -> None:
    put(tmp_path, "secret.csv", "other/a.csv", "funding/.hidden.csv", "funding/a b.csv", "funding/notes.txt")
    put(tmp_path, "funding/more/deep.csv", "funding/book.jsonl", "funding/really.csv")
    (tmp_path / "funding" / "link.csv").symlink_to(tmp_path / "secret.csv")
    (tmp_path / "funding" / "folder.csv").mkdir()
    assert [one.id for one in Facts(tmp_path).listed()] == ["funding/really.csv"]


@pytest.mark.parametrize(
    "name",
    [
        "../secret.csv",
        "funding/../../secret.csv",
        "funding/../funding/BTC-USDT.csv",
        "funding//BTC-USDT.csv",
        "/etc/passwd",
        "funding/link.csv",
        "funding",
        "",
        "BTC-USDT.csv",
        "trades/BTC-USDT.csv",
        "funding/BTC-USDT.csv\0",
    ],
)
def test_a_name_that_is_not_in_the_list_leads_nowhere(tmp_path: Path, name: str) -> None:
    root = tmp_path / "facts"
    put(root, "funding/BTC-USDT.csv", "trades/BTC-USDT.csv", "../secret.csv")
    (root / "funding" / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(BadInput, match="no file of funding named"):
        Facts(root).path(name, (FUNDING,))


def test_a_slip_is_told_what_is_near_and_of_an_empty_kind_where_files_go(tmp_path: Path) -> None:
    put(tmp_path, "funding/BTC-USDT.csv", "quotes/BTC-USDT.csv")
    facts = Facts(tmp_path)
    assert facts.path("funding/BTC-USDT.csv", (FUNDING,)) == tmp_path / "funding" / "BTC-USDT.csv"
    assert facts.path("quotes/BTC-USDT.csv", (DEPTH, QUOTES)) == tmp_path / "quotes" / "BTC-USDT.csv"
    with pytest.raises(BadInput, match=r"did you mean 'funding/BTC-USDT\.csv'"):
        facts.path("funding/BTC-USDC.csv", (FUNDING,))
    with pytest.raises(BadInput, match="nor any other; put one into facts/trades"):
        facts.path("trades/BTC-USDT.csv", (TRADES,))
