"""Official texts in, as the national law database gives them; normalised files out."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from bot.documents.docx import read_docx
from bot.documents.reading import explain_failure, read_foreign_text
from bot.documents.writing import write_atomically
from bot.errors import Problem, Severity, list_errors
from bot.knowledge.entries import Citation
from bot.knowledge.numerals import find_dates
from bot.knowledge.statute_labels import is_label, label_for
from bot.knowledge.statute_text import Outline, outline_text
from bot.knowledge.statutes import (
    MAX_STATUTE_BYTES,
    Article,
    Statute,
    load_statute,
    render_statute,
)

SUFFIXES = (".md", ".txt", ".docx")
_OLD_SUFFIXES = (".doc", ".wps", ".rtf", ".pdf")
_IN_FORCE = re.compile(r"\s*起\s*(?:施行|实施|执行|生效)")
_IN_FORCE_NOTE = re.compile(r"[^年]{0,20}施行")
_REPEALED_NOTE = re.compile(r"[^年]{0,20}(?:废止|失效)")
_ON_PUBLICATION = re.compile(r"自(?:公布|发布)之日起(?:施行|实施)")
_REPEALS = re.compile(r"[^。]*同时废止")
_TITLE = re.compile(r"《([^《》]+)》")


@dataclass(frozen=True)
class Imported:
    """One law taken in; `before` is how many articles the text it replaced had."""

    statute: Statute
    before: int | None


def import_statutes(
    paths: Sequence[Path],
    folder: Path,
    *,
    label: str = "",
    repealed_on: date | None = None,
    force: bool = False,
) -> tuple[list[Imported], list[Problem]]:
    """Import files, and the files in folders; `force` accepts a text that lost articles."""
    files, problems = _list_files(paths)
    if label and len(files) > 1:
        return [], [Problem("--label", 1, "一次导入几个文件时不能指定 --label")]
    imported = []
    for file in files:
        statute, found = read_statute(file, label=label)
        problems += found
        if statute:
            statute = replace(statute, repealed_on=repealed_on or statute.repealed_on)
            kept, found = _store(statute, folder, file.as_posix(), force=force)
            problems += found
            imported += kept
    return imported, problems


def _list_files(paths: Sequence[Path]) -> tuple[list[Path], list[Problem]]:
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        found = [file for file in sorted(path.iterdir()) if _is_law_text(file)]
        files += found
        if not found:
            hint = "文件夹里没有 .md、.txt、.docx 法律文本"
            problems.append(Problem(path.as_posix(), 1, hint))
    return files, problems


def _is_law_text(file: Path) -> bool:
    # Word leaves `~$…` lock files; folders of texts come with a read-me.
    hidden = file.name.startswith(("~$", ".")) or file.stem.lower() == "readme"
    return file.suffix.lower() in SUFFIXES and not hidden


def read_statute(file: Path, *, label: str = "") -> tuple[Statute | None, list[Problem]]:
    """Read one official text into a law, without storing it."""
    shown = file.as_posix()
    lines, problems = _read_lines(file, shown)
    if problems:
        return None, problems
    outline = outline_text(lines)
    chosen = label or label_for(outline.title, file.name)
    problems = _check_outline(outline, chosen, shown)
    if list_errors(problems):
        return None, problems
    statute = _build_statute(outline, chosen, file.name, lines)
    if statute.effective_on is None:
        hint = "没有找到施行日期，核对依据是否在施行中时不看它的日期"
        problems.append(Problem(shown, 1, hint, Severity.WARNING))
    return statute, problems


def _read_lines(file: Path, shown: str) -> tuple[list[str], list[Problem]]:
    suffix = file.suffix.lower()
    if suffix == ".docx":
        return read_docx(file, shown)
    if suffix in _OLD_SUFFIXES:
        hint = f"不能导入 {suffix} 文件，请用 Word 或 WPS 另存为 .docx 或 .txt"
        return [], [Problem(shown, 1, hint)]
    if suffix not in SUFFIXES:
        return [], [Problem(shown, 1, "只能导入 .md、.txt、.docx 文件")]
    text, problems = read_foreign_text(file, shown, MAX_STATUTE_BYTES)
    return text.split("\n"), problems


def _check_outline(outline: Outline, label: str, shown: str) -> list[Problem]:
    problems = []
    if not outline.passages:
        problems.append(Problem(shown, 1, "没有找到“第一条”这样的条文，不像法律文本"))
    if not is_label(label):
        hint = f"“{label}”不能用作简称，请用 --label 指定（只用汉字，如 民法典）"
        problems.append(Problem(shown, 1, hint))
    empty = [passage.number for passage in outline.passages if not passage.text]
    if empty:
        hint = f"第{'、'.join(empty[:5])}条没有内容"
        problems.append(Problem(shown, 1, hint, Severity.WARNING))
    return problems


def _build_statute(outline: Outline, label: str, source: str, lines: Sequence[str]) -> Statute:
    articles = {
        passage.number: Article(label, passage.number, passage.text, passage.chapter)
        for passage in outline.passages
    }
    closing = [passage.text for passage in outline.passages[-3:]][::-1]
    notes = [note for line in outline.head for note in find_dates(line)]
    repealed = [day for day, rest in notes if _REPEALED_NOTE.match(rest)]
    return Statute(
        label=label,
        title=outline.title,
        effective_on=find_effective_date(notes, closing),
        repealed_on=max(repealed, default=None),
        revised_on=max((day for day, _ in notes), default=None),
        repeals=_find_repeals(closing),
        source=source,
        source_hash=hashlib.sha256("\n".join(lines).encode()).hexdigest(),
        articles=articles,
    )


def find_effective_date(notes: Sequence[tuple[date, str]], closing: Sequence[str]) -> date | None:
    """Look in the closing articles (last first), then in the notes of the head."""
    for text in closing:
        for day, rest in find_dates(text):
            if _IN_FORCE.match(rest):
                return day
    in_force = [day for day, rest in notes if _IN_FORCE_NOTE.match(rest)]
    if in_force:
        return max(in_force)
    if any(_ON_PUBLICATION.search(text) for text in closing):
        return _publication_date(notes)
    return None


def _publication_date(notes: Sequence[tuple[date, str]]) -> date | None:
    """A law in force on publication counts from its last revision (修订), else from its first."""
    revised = [day for day, rest in notes if re.match(r"[^年]*修订", rest)]
    published = [day for day, rest in notes if re.match(r"[^年]*(?:公布|发布)", rest)]
    passed = [day for day, rest in notes if re.match(r"[^年]*通过", rest)]
    if revised:
        return max(revised)
    return min(published or passed, default=None)


def _find_repeals(closing: Sequence[str]) -> tuple[str, ...]:
    found = (_REPEALS.search(text) for text in closing)
    return tuple(title for match in found if match for title in _TITLE.findall(match.group()))


def find_gaps(statute: Statute) -> list[int]:
    """List the article numbers that should be there and are not."""
    numbers = {Citation(statute.label, number).article for number in statute.articles}
    return sorted(set(range(1, max(numbers) + 1)) - numbers)


def _store(
    statute: Statute, folder: Path, shown: str, *, force: bool
) -> tuple[list[Imported], list[Problem]]:
    """Replace the stored text of that law, unless articles were lost on the way."""
    target = folder / f"{statute.label}.md"
    before = load_statute(target)[0] if target.exists() else None
    lost = _find_losses(statute, before)
    if lost and not force:
        hint = f"{lost}，没有导入；核对原文确实如此后，可加 --force 再导入"
        return [], [Problem(shown, 1, hint)]
    repealed_on = statute.repealed_on or (before.repealed_on if before else None)
    kept = replace(statute, repealed_on=repealed_on)
    try:
        write_atomically(target, render_statute(kept))
    except OSError as error:
        return [], [Problem(target.as_posix(), 1, f"写不进去：{explain_failure(error)}")]
    warnings = [Problem(shown, 1, f"{lost}，已按 --force 导入", Severity.WARNING)] if lost else []
    return [Imported(kept, len(before.articles) if before else None)], warnings


def _find_losses(statute: Statute, before: Statute | None) -> str:
    gaps = find_gaps(statute)
    if gaps:
        named = "、".join(map(str, gaps[:5])) + ("等" if len(gaps) > 5 else "")
        return f"《{statute.label}》缺少第{named}条（共缺 {len(gaps)} 条）"
    if before and len(before.articles) > len(statute.articles):
        counts = f"{len(before.articles)} 条变成 {len(statute.articles)} 条"
        return f"《{statute.label}》比上次导入的少（{counts}）"
    return ""
