"""The command line as a user meets it: a process of its own."""

import csv
import io
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.reading.documents import column, pdf, word

MINUTES = (
    "2017年11月18日圆桌会议纪要\n"
    "大连产业集群代表姜某某表示,大连缺少面料生产企业,希望引进更多面料企业。\n"
    "西平产业集群代表朱某某表示,西平希望引进更多面辅料企业。\n"
)


def duijie(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **env},
        timeout=120,
    )


def test_suggest_prints_the_fixed_shape(seeded_url: str) -> None:
    asked = ("suggest", "--for", "dalian", "--topic", "fabric", "--top", "5", "--format", "json")
    done = duijie(*asked, DUIJIE_DATABASE_URL=seeded_url)
    assert (done.returncode, done.stderr) == (0, "")
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5]
    assert {"keqiao", "xiqiao"} <= {row["cluster"] for row in rows}
    first = rows[0]
    shape = "rank cluster name_zh name_en score basis need offer similarity confidence reasons"
    assert set(shape.split()) <= first.keys()
    assert "for" not in first
    assert math.fsum(r["contribution"] for r in first["reasons"]) == pytest.approx(first["score"])
    gap = first["reasons"][0]["gap"]
    assert {"cluster", "quote", "meeting", "date"} <= gap.keys()
    assert (gap["cluster"], gap["date"]) == ("dalian", "2017-11-18")


def test_evaluate_prints_five_rows_and_speaks_on_stderr(seeded_url: str, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("date,supplier,receiver,topic\n,柯桥,汕头,fabric\n", encoding="utf-8")
    asked = ("evaluate", str(pairs), "--format", "json")
    done = duijie(*asked, DUIJIE_DATABASE_URL=seeded_url, LANG="en_GB.UTF-8")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["ranker"] for row in rows][::4] == ["ours", "random"]
    assert len(rows) == 5
    assert "a small sample" in done.stderr


def test_suggest_without_a_cluster_names_both_sides(seeded_url: str) -> None:
    done = duijie("suggest", "--top", "3", "--format", "csv", DUIJIE_DATABASE_URL=seeded_url)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert len(rows) == 3
    assert all(row["for"] and row["cluster"] and row["reason"] for row in rows)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("suggest", "--for", "atlantis"), 1, "atlantis"),
        (("suggest", "--as-of", "yesterday"), 1, "YYYY-MM-DD"),
        (("suggest", "--rank-by", "luck"), 1, "similarity"),
        (("suggest", "--event", "999"), 1, "999"),
        (("suggest", "--top", "0"), 2, "--top"),
        (("dance",), 2, "dance"),
    ],
)
def test_refusals_go_to_stderr(
    seeded_url: str, arguments: tuple[str, ...], code: int, said: str
) -> None:
    done = duijie(*arguments, DUIJIE_DATABASE_URL=seeded_url)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_extract_needs_no_database(tmp_path: Path) -> None:
    file = tmp_path / "minutes.txt"
    file.write_bytes(MINUTES.encode())
    nowhere = f"sqlite:///{tmp_path / 'none' / 'none.db'}"
    done = duijie("extract", str(file), "--format", "json", DUIJIE_DATABASE_URL=nowhere)
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert list(rows[0]) == [
        "cluster",
        "cluster_slug",
        "kind",
        "topic",
        "secondary_topics",
        "facets",
        "quote",
        "start",
        "end",
        "speaker",
        "confidence",
    ]
    found = {(row["cluster_slug"], row["topic"]) for row in rows}
    assert {("dalian", "fabric"), ("xiping", "fabric"), ("xiping", "trims")} <= found
    assert all(MINUTES[row["start"] : row["end"]] == row["quote"] for row in rows)
    assert not (tmp_path / "none").exists()


FORMATS = {
    "docx": lambda: word(MINUTES),
    "pdf": lambda: pdf(column(MINUTES.split("\n"))),
    "html": lambda: f"<p>{MINUTES}</p><nav>首页</nav>".encode("gb18030"),
}


@pytest.mark.parametrize("kind", FORMATS)
def test_extract_writes_the_text_that_quotes_point_into(tmp_path: Path, kind: str) -> None:
    file, text_file = tmp_path / f"minutes.{kind}", tmp_path / "minutes.txt"
    file.write_bytes(FORMATS[kind]())
    done = duijie("extract", str(file), "--text", str(text_file), "--format", "json")
    assert done.returncode == 0, done.stderr
    rows, text = json.loads(done.stdout), text_file.read_text(encoding="utf-8")
    assert ("dalian", "fabric") in {(row["cluster_slug"], row["topic"]) for row in rows}
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in rows)
    assert str(text_file) in done.stderr


def test_extract_refuses_with_the_cause_and_exit_code_1(tmp_path: Path) -> None:
    file = tmp_path / "scan.pdf"
    file.write_bytes(pdf([], picture=0))
    done = duijie("extract", str(file), LANG="en_GB.UTF-8")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "pages 1 hold pictures only; run text recognition (OCR) first\n"


def test_a_fresh_database_is_made_by_one_command(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    refused = duijie("suggest", DUIJIE_DATABASE_URL=url)
    assert refused.returncode == 1
    assert "duijie db upgrade" in refused.stderr
    assert duijie("db", "upgrade", DUIJIE_DATABASE_URL=url).returncode == 0
    done = duijie("suggest", "--for", "西平", "--topic", "trims", DUIJIE_DATABASE_URL=url)
    assert done.returncode == 0
    assert "辅料" in done.stdout
    assert duijie("db", "check", DUIJIE_DATABASE_URL=url).returncode == 0
