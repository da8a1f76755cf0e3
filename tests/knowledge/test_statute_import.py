"""Official texts in, one normalised file a law out."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from bot.errors import Problem, Severity
from bot.knowledge.entries import Citation
from bot.knowledge.statute_import import import_statutes, read_statute
from bot.knowledge.statutes import Statute, load_shelf

Write = Callable[[str, str], Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "statutes"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a text under a name; .docx becomes a real Word file, `gbk-` one in GB 18030."""

    def create(name: str, text: str) -> Path:
        path = tmp_path / name.removeprefix("gbk-")
        if path.suffix == ".docx":
            document = Document()
            for line in text.split("\n"):
                document.add_paragraph(line)
            document.save(str(path))
        else:
            path.write_bytes(text.encode("gb18030" if name.startswith("gbk-") else "utf-8"))
        return path

    return create


def only(found: tuple[list[object], list[Problem]]) -> Problem:
    assert found[0] == []
    (problem,) = found[1]
    return problem


def test_it_imports_a_law(folder: Path, write: Write, law_text: str) -> None:
    (imported,), problems = import_statutes([write("村务示范法.md", law_text)], folder)
    assert problems == []
    assert imported.before is None
    statute = imported.statute
    assert (statute.label, statute.title) == ("村务示范法", "中华人民共和国村务示范法")
    assert (statute.effective_on, statute.revised_on) == (date(2020, 1, 1), date(2020, 1, 1))
    assert statute.repeals == ("中华人民共和国旧村务法",)


def test_it_reads_back_what_it_stored(folder: Path, write: Write, law_text: str) -> None:
    (imported,), _ = import_statutes([write("村务示范法.md", law_text)], folder)
    shelf, problems = load_shelf(folder)
    assert problems == []
    assert shelf.laws == {"村务示范法": imported.statute}
    article = shelf.find(Citation("村务示范法", "3之1"))
    assert article
    assert (article.text, article.chapter) == ("临时加的一条。", "第二章 附则")
    assert shelf.find(Citation("村务示范法", "5")) is None
    assert shelf.find(Citation("没有的法", "1")) is None


@pytest.mark.parametrize("name", ["村务示范法.txt", "gbk-村务示范法.txt", "村务示范法.docx"])
def test_it_finds_the_same_articles_in_every_format(write: Write, law_text: str, name: str) -> None:
    plain = law_text.replace("#", "").replace("<!-- INFO END -->", "").replace("\u200b", "")
    first, problems = read_statute(write("村务示范法.md", law_text))
    other, other_problems = read_statute(write(name, plain.replace("\n", "\n")))
    assert problems == other_problems == []
    assert first
    assert other
    assert other.articles == first.articles
    assert other.effective_on == first.effective_on


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("中华人民共和国村务示范法_20200101.txt", "村务示范法"),
        ("村务示范法 (1).md", "村务示范法"),
        ("村务示范法（2020年修订）.txt", "村务示范法"),
        ("20200101.txt", "村务示范法"),
    ],
)
def test_it_takes_the_label_from_file_or_title(
    write: Write, law_text: str, name: str, label: str
) -> None:
    statute, _ = read_statute(write(name, law_text))
    assert statute
    assert statute.label == label


def test_it_knows_the_short_labels_of_long_titles(write: Write) -> None:
    title = "最高人民法院关于审理涉彩礼纠纷案件适用法律若干问题的规定"
    text = f"{title}\n第一条 甲。\n第二条 本规定自2024年2月1日起施行。"
    statute, _ = read_statute(write(f"{title}.docx", text))
    assert statute
    assert statute.label == "彩礼司法解释"


def test_it_imports_a_folder_and_leaves_its_read_me(
    folder: Path, write: Write, law_text: str
) -> None:
    path = write("村务示范法.md", law_text)
    write("README.md", "说明")
    write("~$村务示范法.docx", "占位")
    imported, problems = import_statutes([path.parent], folder)
    assert [one.statute.label for one in imported] == ["村务示范法"]
    assert problems == []


def test_it_replaces_a_law_and_says_how_many_articles_it_had(
    folder: Path, write: Write, law_text: str
) -> None:
    import_statutes([write("村务示范法.md", law_text)], folder)
    longer = law_text.replace("第四条 本法", "第四条 新加。\n\n第五条 本法")
    (imported,), problems = import_statutes([write("村务示范法.md", longer)], folder)
    assert problems == []
    assert (imported.before, len(imported.statute.articles)) == (5, 6)
    assert [file.name for file in folder.iterdir()] == ["村务示范法.md"]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("第二条\u3000村", "村", "缺少第2条（共缺 1 条）"),
        ("第三条之一 临时加的一条。", "", "比上次导入的少（5 条变成 4 条）"),
    ],
)
def test_it_refuses_a_text_that_lost_articles(
    folder: Path, write: Write, law_text: str, old: str, new: str, reason: str
) -> None:
    import_statutes([write("村务示范法.md", law_text)], folder)
    shorter = write("村务示范法.md", law_text.replace(old, new))
    problem = only(import_statutes([shorter], folder))
    assert f"《村务示范法》{reason}，没有导入" in problem.text
    assert len(load_shelf(folder)[0].laws["村务示范法"].articles) == 5
    (imported,), (warning,) = import_statutes([shorter], folder, force=True)
    assert warning.severity is Severity.WARNING
    assert len(imported.statute.articles) == 4


def test_it_keeps_and_takes_the_day_of_repeal(folder: Path, write: Write, law_text: str) -> None:
    path = write("村务示范法.md", law_text)
    gone = date(2026, 7, 1)
    (first,), _ = import_statutes([path], folder, repealed_on=gone)
    (again,), _ = import_statutes([path], folder)
    assert first.statute.repealed_on == again.statute.repealed_on == gone


@pytest.mark.parametrize(
    ("head", "closing", "expected"),
    [
        ("", "本法自二〇二四年一月一日起施行。", date(2024, 1, 1)),
        ("2021年3月1日 施行", "没有写。", date(2021, 3, 1)),
        ("1982年12月4日 公告公布施行", "没有写。", date(1982, 12, 4)),
        ("1991年4月9日 通过", "本法自公布之日起施行。", date(1991, 4, 9)),
        ("1998年11月4日 通过\n2010年10月28日 修订", "自公布之日起施行。", date(2010, 10, 28)),
        ("2020年1月1日 通过", "没有写。", None),
    ],
)
def test_it_finds_since_when_a_law_is_in_force(
    write: Write, head: str, closing: str, expected: date | None
) -> None:
    text = f"示范法\n{head}\n第一条 甲。\n第二条 {closing}"
    statute, problems = read_statute(write("示范法.txt", text))
    assert statute
    assert statute.effective_on == expected
    assert bool(problems) == (expected is None)


def test_it_finds_when_a_law_was_repealed(write: Write) -> None:
    text = "示范法\n2021年1月1日 废止\n第一条 本法自2001年1月1日起施行。"
    statute, _ = read_statute(write("示范法.txt", text))
    assert statute
    assert statute.repealed_on == date(2021, 1, 1)


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("甲法.md", "没有条文", "没有找到“第一条”"),
        ("甲法.txt", "", "没有找到“第一条”"),
        ("law.txt", "law\n第一条 甲。", "不能用作简称，请用 --label 指定"),
        ("甲法.doc", "x", "不能导入 .doc 文件，请用 Word 或 WPS 另存为"),
        ("甲法.pdf", "x", "不能导入 .pdf 文件"),
        ("甲法.xyz", "x", "只能导入 .md、.txt、.docx"),
    ],
)
def test_it_says_what_is_wrong_with_a_file(
    folder: Path, write: Write, name: str, text: str, hint: str
) -> None:
    assert hint in only(import_statutes([write(name, text)], folder)).text


def test_it_says_what_is_wrong_with_bytes(folder: Path, tmp_path: Path) -> None:
    damaged = {"甲法.docx": "不是完好的 .docx", "乙法.txt": "看不懂这个文件的编码"}
    for name, hint in damaged.items():
        (tmp_path / name).write_bytes(b"\xff\x00\x81\xff")
        assert hint in only(import_statutes([tmp_path / name], folder)).text
    (tmp_path / "丙法.docx").write_bytes(b"\xd0\xcf\x11\xe0rest")
    assert "旧版 .doc" in only(import_statutes([tmp_path / "丙法.docx"], folder)).text
    assert "文件不存在" in only(import_statutes([tmp_path / "丁法.txt"], folder)).text
    (tmp_path / "空").mkdir()
    assert "没有 .md、.txt、.docx" in only(import_statutes([tmp_path / "空"], folder)).text


def test_it_says_where_an_article_is_empty(write: Write, law_text: str) -> None:
    text = law_text.replace("第三条之一 临时加的一条。", "第三条之一")
    _, (problem,) = read_statute(write("村务示范法.md", text))
    assert (problem.severity, problem.text) == (Severity.WARNING, "第3之1条没有内容")


def test_it_says_why_it_cannot_store(write: Write, law_text: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    problem = only(import_statutes([write("村务示范法.md", law_text)], tmp_path / "file"))
    assert problem.text == "写不进去：已经有同名的文件"


def test_it_tells_of_stored_files_it_cannot_read(folder: Path) -> None:
    folder.mkdir()
    (folder / "断.md").symlink_to(folder / "没有")
    (folder / "乱.md").write_bytes(b"\xff\xff")
    (folder / "缺.md").write_text("---\ntitle: 甲\n---\n", encoding="utf-8")
    shelf, problems = load_shelf(folder)
    assert shelf.laws == {}
    assert {problem.text[:10] for problem in problems} == {
        "打不开文件：文件不存",
        "不是导入后的法律文本，"[:10],
    }


def test_it_wants_one_file_for_one_label(folder: Path, write: Write, law_text: str) -> None:
    paths = [write("甲法.md", law_text), write("乙法.md", law_text)]
    assert "不能指定 --label" in only(import_statutes(paths, folder, label="甲法")).text
    (imported,), _ = import_statutes(paths[:1], folder, label="村务法")
    assert imported.statute.label == "村务法"


def test_it_refuses_stored_files_that_are_not_whole(
    folder: Path, write: Write, law_text: str
) -> None:
    import_statutes([write("村务示范法.md", law_text)], folder)
    stored = folder / "村务示范法.md"
    text = stored.read_text(encoding="utf-8")
    for spoilt, hint in (
        (text[: text.rindex("## ")], "不完整"),
        (law_text, "不是导入后的法律文本"),
    ):
        stored.write_text(spoilt, encoding="utf-8")
        shelf, (problem,) = load_shelf(folder)
        assert shelf.laws == {}
        assert hint in problem.text


def test_it_finds_every_article_of_the_official_texts(
    official_texts: Path, article_counts: dict[str, int], folder: Path
) -> None:
    imported, problems = import_statutes([official_texts], folder)
    assert {one.statute.label: len(one.statute.articles) for one in imported} == article_counts
    assert not any(problem.severity is Severity.ERROR for problem in problems)
    shelf, _ = load_shelf(folder)
    assert dict(shelf.laws) == {one.statute.label: one.statute for one in imported}


def test_it_finds_the_same_articles_in_office_files(
    official_texts: Path, article_counts: dict[str, int], write: Write, tmp_path: Path
) -> None:
    """What the national law database gives as .docx or an office saves as .txt."""
    shortest = sorted(article_counts, key=lambda name: article_counts[name])[:12]
    for label in (*shortest, "民法典"):
        source = official_texts / f"{label}.md"
        if not source.exists():
            continue
        original = _read(source)
        plain = source.read_text(encoding="utf-8").replace("<!-- INFO END -->", "")
        plain = plain.replace("<!-- FORCE BREAK -->", "").replace("#", "")
        for name in (f"gbk-{label}.txt", f"{label}.docx"):
            if name == "民法典.docx":
                continue  # python-docx needs seconds to write it, and the text path is the same
            assert _read(write(name, plain)).articles == original.articles, name


def _read(path: Path) -> Statute:
    statute, _ = read_statute(path)
    assert statute
    return statute
