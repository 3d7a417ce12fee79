"""Reports in folders: whole or not at all, and never outside."""

import threading
from pathlib import Path

import pytest

from service.reports.folder import put
from service.reports.mail import Undelivered


def test_files_appear_with_their_content_and_nothing_else(tmp_path: Path) -> None:
    put(tmp_path / "reports", "周报", {"a.html": b"page", "a.xlsx": b"book"})
    folder = tmp_path / "reports" / "周报"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "a.html": b"page",
        "a.xlsx": b"book",
    }


def test_a_second_attempt_replaces_the_first(tmp_path: Path) -> None:
    put(tmp_path, "weekly", {"a.html": b"one"})
    put(tmp_path, "weekly", {"a.html": b"two"})
    assert [path.read_bytes() for path in (tmp_path / "weekly").iterdir()] == [b"two"]


def test_a_reader_sees_whole_files_only(tmp_path: Path) -> None:
    sizes = {len(b"a" * 2_000_000), len(b"b" * 1_000_000)}
    seen: set[int] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            for path in (tmp_path / "weekly").glob("*.html"):
                seen.add(len(path.read_bytes()))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(15):
        put(tmp_path, "weekly", {"a.html": b"a" * 2_000_000})
        put(tmp_path, "weekly", {"a.html": b"b" * 1_000_000})
    stop.set()
    reader.join()
    assert seen
    assert seen <= sizes


@pytest.mark.parametrize("folder", ["../out", "a/b", "/etc", "..", "."])
def test_no_name_leads_out_of_the_report_folder(tmp_path: Path, folder: str) -> None:
    with pytest.raises(Undelivered) as caught:
        put(tmp_path / "reports", folder, {"a.html": b"x"})
    assert caught.value.final
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["reports"]


def test_a_link_does_not_lead_out_either(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "weekly").symlink_to(outside)
    with pytest.raises(Undelivered):
        put(tmp_path / "reports", "weekly", {"a.html": b"x"})
    assert list(outside.iterdir()) == []


def test_a_disk_that_refuses_is_tried_again_and_leaves_no_part(tmp_path: Path) -> None:
    (tmp_path / "weekly" / "a.html").mkdir(parents=True)  # a folder where the file should go
    with pytest.raises(Undelivered) as caught:
        put(tmp_path, "weekly", {"a.html": b"x"})
    assert not caught.value.final
    assert [path.name for path in (tmp_path / "weekly").iterdir()] == ["a.html"]
