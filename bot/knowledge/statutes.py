"""Imported official texts, one file a law, and the shelf that finds an article in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import cast

from bot.documents.labelled import parse_labelled
from bot.documents.reading import read_bytes, unify_line_ends
from bot.errors import Problem
from bot.knowledge.entries import Citation

MAX_STATUTE_BYTES = 20 * 1024 * 1024
_ARTICLE_HEADING = re.compile(r"## 第(\d+)条(?:之(\d+))?")
_FRONT_END = re.compile(r"^---\n.*?^---\n", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Article:
    """One 条 of one law; `text` begins after `第X条`."""

    law: str
    number: str
    text: str
    chapter: str = ""


@dataclass(frozen=True)
class Statute:
    """One law: its articles in order, and since and until when it is in force."""

    label: str
    title: str
    effective_on: date | None = None
    repealed_on: date | None = None
    revised_on: date | None = None
    """The last date in the head of the text: which version this is."""
    repeals: tuple[str, ...] = ()
    """Titles of the laws its closing article puts out of force."""
    source: str = ""
    source_hash: str = ""
    articles: Mapping[str, Article] = field(default_factory=dict)


@dataclass(frozen=True)
class StatuteShelf:
    """Every imported law, by label."""

    laws: Mapping[str, Statute] = field(default_factory=dict)

    def find(self, citation: Citation) -> Article | None:
        """Return the article, or None where it does not exist or its law is not imported."""
        statute = self.laws.get(citation.law)
        return statute.articles.get(citation.number) if statute else None

    def find_repeal(self, label: str) -> tuple[Statute, date] | None:
        """Return the imported law that put this one out of force, and when."""
        return self._repeals.get(label)

    @cached_property
    def _repeals(self) -> Mapping[str, tuple[Statute, date]]:
        found: dict[str, tuple[Statute, date]] = {}
        for statute in self.laws.values():
            for title in statute.repeals if statute.effective_on else ():
                label = title.removeprefix("中华人民共和国")
                found.setdefault(label, (statute, cast(date, statute.effective_on)))
        return found


def load_shelf(path: Path) -> tuple[StatuteShelf, list[Problem]]:
    """Read every imported law in the folder; a folder that is not there is an empty shelf."""
    laws: dict[str, Statute] = {}
    problems: list[Problem] = []
    for file in sorted(path.glob("*.md")):
        statute, found = load_statute(file)
        problems += found
        if statute:
            laws[statute.label] = statute
    return StatuteShelf(laws), problems


def load_statute(file: Path) -> tuple[Statute | None, list[Problem]]:
    """Read one law as `feisu statutes import` stored it."""
    shown = file.as_posix()
    raw, problems = read_bytes(file, shown, MAX_STATUTE_BYTES)
    if problems:
        return None, problems
    try:
        return parse_statute(unify_line_ends(raw.decode("utf-8-sig")), shown)
    except UnicodeDecodeError:
        return None, [_not_ours(shown)]


def parse_statute(text: str, path: str) -> tuple[Statute | None, list[Problem]]:
    """Parse the stored form; a text that was cut short is refused whole."""
    head = _FRONT_END.match(text)
    if not head:
        return None, [_not_ours(path)]
    front, problems = parse_labelled(head.group(), path, labels=frozenset())
    values = front.front
    if problems or not values.get("label"):
        return None, [_not_ours(path)]
    articles = _parse_articles(values["label"], text[head.end() :].split("\n"))
    if values.get("articles") != str(len(articles)):
        hint = f"《{values['label']}》的文件不完整，请用 feisu statutes import 重新导入"
        return None, [Problem(path, 1, hint)]
    return _statute(values, articles), []


def _statute(values: Mapping[str, str], articles: Mapping[str, Article]) -> Statute:
    return Statute(
        label=values["label"],
        title=values.get("title", ""),
        effective_on=_parse_date(values.get("effective", "")),
        repealed_on=_parse_date(values.get("repealed", "")),
        revised_on=_parse_date(values.get("revised", "")),
        repeals=tuple(filter(None, values.get("repeals", "").split("、"))),
        source=values.get("source", ""),
        source_hash=values.get("sha256", ""),
        articles=articles,
    )


def _parse_articles(label: str, lines: Sequence[str]) -> dict[str, Article]:
    articles: dict[str, Article] = {}
    chapter = number = ""
    body: list[str] = []
    for line in [*lines, "# "]:
        if not line.startswith("#"):
            body.append(line)
            continue
        if number:
            articles[number] = Article(label, number, "\n".join(body).strip(), chapter)
        found = _ARTICLE_HEADING.fullmatch(line)
        number, body = (_number(found), []) if found else ("", [])
        chapter = chapter if found else line.lstrip("# ")
    return articles


def _number(found: re.Match[str]) -> str:
    return found.group(1) + (f"之{found.group(2)}" if found.group(2) else "")


def render_statute(statute: Statute) -> str:
    """Render the stored form: front matter, chapters, then one heading per article."""
    front = {
        "label": statute.label,
        "title": statute.title,
        "effective": _show(statute.effective_on),
        "revised": _show(statute.revised_on),
        "repealed": _show(statute.repealed_on),
        "repeals": "、".join(statute.repeals),
        "source": statute.source,
        "sha256": statute.source_hash,
        "articles": str(len(statute.articles)),
    }
    lines = ["---", *(f"{key}: {_quote(value)}" for key, value in front.items()), "---"]
    chapter = ""
    for article in statute.articles.values():
        if article.chapter != chapter:
            chapter = article.chapter
            lines += ["", f"# {chapter}"]
        leading, _, inserted = article.number.partition("之")
        heading = f"## 第{leading}条" + (f"之{inserted}" if inserted else "")
        lines += ["", heading, article.text]
    return "\n".join(lines) + "\n"


def _quote(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _show(day: date | None) -> str:
    return day.isoformat() if day else ""


def _parse_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _not_ours(path: str) -> Problem:
    return Problem(path, 1, "不是导入后的法律文本，请用 feisu statutes import 导入原文")
