"""Official law texts: import, list, show, and the lock of cited articles."""

from pathlib import Path
from typing import Any

import click

from bot.bootstrap import load_content
from bot.errors import Problem, list_errors
from bot.knowledge.citation_lock import write_lock
from bot.knowledge.citations import display_citation, find_article_reference, parse_citation
from bot.knowledge.entries import Citation
from bot.knowledge.statute_import import import_statutes
from bot.knowledge.statutes import StatuteShelf, load_shelf


@click.group()
def statutes() -> None:
    """法律原文：导入、查看、锁定引用。"""


@statutes.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--label", default="", help="引用时用的简称，默认取文件名，例如 民法典")
@click.option("--force", is_flag=True, help="即使比原来少了条文也替换")
@click.pass_obj
def import_texts(settings: Any, paths: tuple[Path, ...], label: str, force: bool) -> None:
    """导入官方法律文本（.md、.txt、.docx，文件或文件夹）。"""
    folder = settings().knowledge.statutes
    imported, problems = import_statutes(paths, folder, label=label, force=force)
    for one in imported:
        statute = one.statute
        since = f"，{statute.effective_on} 起施行" if statute.effective_on else ""
        before = f"（原有 {one.before} 条）" if one.before is not None else ""
        click.echo(f"{statute.label}：{len(statute.articles)} 条{before}{since}")
    _report(problems)


@statutes.command("list")
@click.pass_obj
def list_texts(settings: Any) -> None:
    """列出已导入的法律。"""
    shelf = _open_shelf(settings)
    for statute in shelf.laws.values():
        state = f"，{statute.repealed_on} 废止" if statute.repealed_on else ""
        since = statute.effective_on or "施行日期不明"
        click.echo(f"{statute.label}  {len(statute.articles)} 条  {since}{state}  {statute.title}")
    if not shelf.laws:
        click.echo("还没有导入法律。用 feisu statutes import 文件夹 导入。", err=True)


@statutes.command("show")
@click.argument("law")
@click.argument("article", required=False, default="")
@click.pass_obj
def show_article(settings: Any, law: str, article: str) -> None:
    """显示一条法律原文，例如 feisu statutes show 民法典 1079。"""
    shelf = _open_shelf(settings)
    text = f"{law}{article}"
    citation = parse_citation(text) or find_article_reference(text, tuple(shelf.laws))
    if citation is None:
        raise click.UsageError("请写成 feisu statutes show 民法典 1079")
    found = shelf.find(citation)
    if found is None:
        click.echo(_explain_missing(shelf, citation), err=True)
        raise SystemExit(1)
    click.echo(f"{display_citation(citation)}  {found.chapter}".rstrip())
    click.echo(found.text)


@statutes.command("lock")
@click.pass_obj
def lock(settings: Any) -> None:
    """把问答引用的每一条法律的指纹、施行和废止日期写进 citations.lock。"""
    knowledge = settings().knowledge
    content, _ = load_content(knowledge)
    problems = write_lock(knowledge.path / "citations.lock", content.library)
    _report(problems)


def _open_shelf(settings: Any) -> StatuteShelf:
    shelf, problems = load_shelf(settings().knowledge.statutes)
    _report(problems)
    return shelf


def _explain_missing(shelf: StatuteShelf, citation: Citation) -> str:
    if citation.law not in shelf.laws:
        return f"还没有导入《{citation.law}》。用 feisu statutes import 导入后再看。"
    count = len(shelf.laws[citation.law].articles)
    return f"《{citation.law}》共 {count} 条，没有第{citation.number}条。"


def _report(problems: list[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    if list_errors(problems):
        raise SystemExit(1)
