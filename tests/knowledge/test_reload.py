"""Content that follows its files."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.errors import Problem
from bot.knowledge.library import Library, load_library
from bot.knowledge.reload import Reloader, take_fingerprint

CHARACTERS = (
    "邻居盖房挡光欠钱不还离婚孩子抚养彩礼宅基地继承遗嘱租房押金打人赔偿村里开会分红征地补偿"
)
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture
def reloader(knowledge: Path) -> Iterator[Reloader[Library]]:
    statutes = knowledge.parent / "statutes"
    made = Reloader(
        lambda: load_library(knowledge, statutes), [knowledge, statutes], now=lambda: NOW
    )
    yield made
    made.stop()


@pytest.fixture
def faq(knowledge: Path) -> Path:
    return knowledge / "faq" / "离婚.md"


def edit(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def wait_for(is_so: Callable[[], bool], seconds: float = 2.0) -> float:
    """Return how long it took; two seconds is what staff are promised."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < seconds
        time.sleep(0.02)
    return time.monotonic() - started


def next_step(reloader: Reloader[Library]) -> str:
    return reloader.current.entries["201"].next_step


def test_it_loads_at_once_and_says_when(reloader: Reloader[Library]) -> None:
    assert list(reloader.current.entries) == ["201"]
    assert reloader.loaded_at == NOW
    assert not reloader.reload_if_changed()


def test_it_swaps_in_a_good_edit(reloader: Reloader[Library], faq: Path) -> None:
    before = reloader.current
    edit(faq, "想好了再去", "带齐材料")
    assert reloader.reload_if_changed()
    assert next_step(reloader) == "带齐材料。"
    assert before.entries["201"].next_step == "想好了再去。"


def test_it_keeps_the_last_good_content_and_tells_what_is_wrong(
    reloader: Reloader[Library], faq: Path
) -> None:
    edit(faq, "编号：201", "编号：120")
    assert not reloader.reload_if_changed()
    assert list(reloader.current.entries) == ["201"]
    assert any("服务电话" in problem.text for problem in reloader.problems)
    edit(faq, "编号：120", "编号：202")
    assert reloader.reload_if_changed()
    assert list(reloader.current.entries) == ["202"]
    assert not any("服务电话" in problem.text for problem in reloader.problems)


def test_it_starts_with_what_is_sound(knowledge: Path, good: str) -> None:
    broken = good.replace("201", "120").replace("离婚", "分居").replace("俺俩都同意离", "分开")
    (knowledge / "faq" / "坏.md").write_text(broken, encoding="utf-8")
    reloader = Reloader(lambda: load_library(knowledge, Path("nowhere")), [knowledge])
    assert list(reloader.current.entries) == ["201"]
    assert any("服务电话" in problem.text for problem in reloader.problems)


def test_it_sees_an_edit_that_keeps_time_and_size(reloader: Reloader[Library], faq: Path) -> None:
    status = faq.stat()
    edit(faq, "想好了再去", "想好了再来")
    os.utime(faq, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert faq.stat().st_size == status.st_size
    assert reloader.reload_if_changed()
    assert next_step(reloader) == "想好了再来。"


def test_it_sees_files_come_and_go(reloader: Reloader[Library], faq: Path, good: str) -> None:
    other = faq.parent / "宪法" / "新.md"
    other.parent.mkdir()
    other.write_text(
        "---\nlaw: 服务\n---\n# 服务\n\n## 几点上班？\n编号：831\n状态：待审核\n"
        "问法：\n- 啥时候开门\n短答：看门口的牌子。\n下一步：来之前先问。\n",
        encoding="utf-8",
    )
    assert reloader.reload_if_changed()
    assert sorted(reloader.current.entries) == ["201", "831"]
    shutil.rmtree(other.parent)
    assert reloader.reload_if_changed()
    assert sorted(reloader.current.entries) == ["201"]


def test_it_keeps_answering_when_the_folder_disappears(
    reloader: Reloader[Library], knowledge: Path
) -> None:
    knowledge.rename(knowledge.parent / "moved")
    assert not reloader.reload_if_changed()
    assert list(reloader.current.entries) == ["201"]
    assert "没有找到任何问答" in reloader.problems[0].text


def test_it_ignores_what_editors_leave_behind(reloader: Reloader[Library], faq: Path) -> None:
    for name in (".离婚.md.swp", "离婚.md~", "~$离婚.md", ".x.tmp", "a.tmp"):
        (faq.parent / name).write_text("x", encoding="utf-8")
    (faq.parent / ".git").mkdir()
    (faq.parent / ".git" / "index").write_text("x", encoding="utf-8")
    assert not reloader.reload_if_changed()


def test_it_is_live_within_two_seconds(reloader: Reloader[Library], faq: Path) -> None:
    reloader.start()
    edit(faq, "想好了再去", "带齐材料")
    assert wait_for(lambda: next_step(reloader) == "带齐材料。") < 2


def test_it_follows_a_rename_over_the_file_as_editors_do(
    reloader: Reloader[Library], faq: Path
) -> None:
    reloader.start()
    copy = faq.with_name("new.txt")
    copy.write_text(faq.read_text(encoding="utf-8").replace("想好了", "问过了"), encoding="utf-8")
    copy.replace(faq)
    wait_for(lambda: next_step(reloader) == "问过了再去。")


def test_it_waits_for_a_file_to_be_written_whole(
    reloader: Reloader[Library], faq: Path, good: str
) -> None:
    """A save that truncates first must never be taken for an edit that deletes."""
    second = good[good.index("## ") :].replace("201", "202").replace("离婚", "分居")
    second = second.replace("俺俩都同意离", "俺俩都同意分")
    faq.write_text(good + "\n" + second, encoding="utf-8")
    assert reloader.reload_if_changed()
    reloader.start()
    seen = set()
    stop = threading.Event()

    def watch() -> None:
        while not stop.wait(0.005):
            seen.add(tuple(sorted(reloader.current.entries)))

    watcher = threading.Thread(target=watch)
    watcher.start()
    text = (good + "\n" + second).replace("想好了再去", "慢慢写完")
    with faq.open("w", encoding="utf-8") as file:
        for start in range(0, len(text), 40):
            file.write(text[start : start + 40])
            file.flush()
            time.sleep(0.05)
    wait_for(lambda: next_step(reloader) == "慢慢写完。")
    stop.set()
    watcher.join()
    assert seen == {("201", "202")}


def test_it_notices_a_folder_made_later(
    reloader: Reloader[Library], knowledge: Path, law_text: str
) -> None:
    from bot.knowledge.statute_import import import_statutes

    reloader.start()
    law = knowledge.parent / "村务示范法.md"
    law.write_text(law_text, encoding="utf-8")
    import_statutes([law], knowledge.parent / "statutes")
    wait_for(lambda: "村务示范法" in reloader.current.statutes.laws, seconds=4)


def test_it_goes_on_by_comparing_files_where_nothing_can_be_watched(
    reloader: Reloader[Library], faq: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> Iterator[None]:
        raise OSError("no watches left")

    monkeypatch.setattr("bot.knowledge.reload.watchfiles.watch", refuse)
    reloader.start()
    edit(faq, "想好了再去", "带齐材料")
    wait_for(lambda: next_step(reloader) == "带齐材料。")


def test_it_never_serves_files_that_changed_while_being_read(faq: Path) -> None:
    during: list[str] = []

    def load() -> tuple[str, list[Problem]]:
        text = faq.read_text(encoding="utf-8")
        if during:
            edit(faq, *during.pop().split("/"))
        return text, []

    reloader = Reloader(load, [faq.parent])
    during.append("202/203")
    edit(faq, "201", "202")
    assert not reloader.reload_if_changed()
    assert "编号：201" in reloader.current
    assert reloader.reload_if_changed()
    assert "编号：203" in reloader.current


def test_it_waits_for_folders_that_are_not_there_yet(tmp_path: Path) -> None:
    folder = tmp_path / "later"
    reloader = Reloader(lambda: (len(list(folder.glob("*"))), []), [folder])
    reloader.start()
    try:
        folder.mkdir()
        (folder / "a.md").write_text("甲", encoding="utf-8")
        wait_for(lambda: reloader.current == 1)
        shutil.rmtree(folder)
        wait_for(lambda: reloader.current == 0)
        folder.mkdir()
        (folder / "b.md").write_text("乙", encoding="utf-8")
        wait_for(lambda: reloader.current == 1)
    finally:
        reloader.stop()


def test_a_fault_of_ours_costs_neither_content_nor_thread(faq: Path) -> None:
    broken = threading.Event()

    def load() -> tuple[str, list[Problem]]:
        if broken.is_set():
            raise ZeroDivisionError
        return faq.read_text(encoding="utf-8"), []

    reloader = Reloader(load, [faq.parent])
    broken.set()
    edit(faq, "201", "202")
    assert not reloader.reload_if_changed()
    assert "编号：201" in reloader.current
    assert "程序出错" in reloader.problems[0].text
    broken.clear()
    edit(faq, "202", "203")
    assert reloader.reload_if_changed()
    assert "编号：203" in reloader.current


def test_readers_on_many_threads_see_old_or_new_and_nothing_else(
    reloader: Reloader[Library], faq: Path
) -> None:
    seen: set[str] = set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.add(next_step(reloader))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for thread in readers:
        thread.start()
    edit(faq, "想好了再去", "带齐材料")
    swappers = [threading.Thread(target=reloader.reload_if_changed) for _ in range(3)]
    for thread in swappers:
        thread.start()
    for thread in swappers:
        thread.join()
    done.set()
    for thread in readers:
        thread.join()
    assert seen <= {"想好了再去。", "带齐材料。"}
    assert next_step(reloader) == "带齐材料。"


def test_it_starts_and_stops_as_often_as_asked(reloader: Reloader[Library]) -> None:
    before = set(threading.enumerate())
    for _ in range(2):
        reloader.start()
        reloader.start()
        reloader.stop()
        reloader.stop()
    assert set(threading.enumerate()) <= before


def test_a_fingerprint_does_not_mind_files_that_vanish(tmp_path: Path) -> None:
    (tmp_path / "断").symlink_to(tmp_path / "没有")
    assert take_fingerprint([tmp_path, tmp_path / "没有"]) == {}
