"""One entry in a form: checked while it is written, tried before it is handed in."""

from collections.abc import Container, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, jsonify, render_template, request
from werkzeug.wrappers import Response

from bot.conversation.trial import Change, changed_answers, try_question
from bot.conversation.turn import Content
from bot.documents.lines import append_block
from bot.documents.reading import unify_line_ends
from bot.errors import ConfigError, Problem, list_errors
from bot.knowledge.citations import display_citation, parse_citation
from bot.knowledge.content_paths import PathError
from bot.knowledge.editing import EditError, replace_entry
from bot.knowledge.entries import Entry, EntryStatus
from bot.knowledge.entry_form import (
    Alike,
    EntryForm,
    check_form,
    edited,
    find_alike,
    form_of,
    write_block,
)
from bot.knowledge.labelled_questions import read_labelled
from bot.knowledge.library import Library, with_entry
from bot.knowledge.parser import parse_faq
from bot.knowledge.public_numbers import is_service_number
from bot.messages import MAX_REPLY_BYTES
from bot.storage.staff import Role
from bot.web.console.changes import offer
from bot.web.console.desk import Desk
from bot.web.console.entries import phone
from bot.web.console.guard import needs
from bot.web.console.trials import LONGEST, tell
from bot.web.console.words import decision_label

ALIKE_SHOWN = 8
CHANGES_SHOWN = 30


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of the form."""
    _add_editing(pages, desk)
    _add_writing(pages, desk)


def _add_editing(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/knowledge/<code>/edit")
    @needs(Role.EDITOR)
    def edit_entry(code: str) -> str:
        entry = _find(desk, code)
        return _show(desk, entry, form_of(entry))

    @pages.post("/knowledge/<code>/edit")
    @needs(Role.EDITOR)
    def save_entry(code: str) -> Response | str | tuple[str, int]:
        entry = _find(desk, code)
        form = edited(entry, request.form)
        deed = request.form.get("deed", "")
        if deed in ("check", "try", "compare"):
            return _show(desk, entry, form, deed=deed)
        if list_errors(check_form(form, entry.law)):
            return _show(desk, entry, form, deed="check"), 422
        return _offer(desk, entry, form)

    @pages.post("/knowledge/<code>/check")
    @needs(Role.EDITOR)
    def check_entry_form(code: str) -> Response:
        entry = _find(desk, code)
        return jsonify(_checked(desk, entry, edited(entry, request.form)))


def _add_writing(pages: Blueprint, desk: Desk) -> None:
    @pages.get("/new-entry")
    @needs(Role.EDITOR)
    def new_entry() -> str:
        path = request.args.get("path", "")
        if not path:
            paths = [one for one in desk.parts.publisher.list_paths() if one.startswith("faq/")]
            ways = request.args.get("phrasings", "")
            return render_template("console/knowledge/new.html", paths=paths, phrasings=ways)
        entry = _blank(desk, path)
        form = replace(form_of(entry), phrasings=request.args.get("phrasings", "")[:4000])
        return _show(desk, entry, form, path=path)

    @pages.post("/new-entry")
    @needs(Role.EDITOR)
    def save_new_entry() -> Response | str | tuple[str, int]:
        path = request.form.get("path", "")
        entry = replace(_blank(desk, path), code=request.form.get("code", "").strip()[:8])
        form = edited(entry, request.form)
        if request.form.get("deed") in ("check", "try", "compare"):
            return _show(desk, entry, form, deed=request.form["deed"], path=path)
        if list_errors(check_form(form, entry.law)):
            return _show(desk, entry, form, deed="check", path=path), 422
        content, base_hash = desk.parts.publisher.read(path)
        changed = append_block(content, write_block(form))
        return offer(desk, path, changed, base_hash, f"新写 {form.code} {form.question}")


def _find(desk: Desk, code: str) -> Entry:
    entry = desk.parts.content.current.library.entries.get(code)
    if entry is None:
        abort(404, f"没有编号 {code} 的问答。")
    return entry


def _blank(desk: Desk, path: str) -> Entry:
    """Return an entry nobody has written yet, for the end of a file, with a code that is free."""
    try:
        content, _ = desk.parts.publisher.read(path)
        written, _ = parse_faq(unify_line_ends(content.decode("utf-8-sig")), path)
    except (PathError, UnicodeDecodeError):
        abort(404, "没有这个文件，或者它打不开。")
    if not written:
        abort(404, "这个文件里还没有问答，请先用“改整个文件”写好开头。")
    last = written[-1].entry
    library = desk.parts.content.current.library
    taken = {*library.entries, *(one.entry.code for one in written)}
    return Entry(
        code=free_code(taken, last.code),
        question="",
        phrasings=(),
        citations=(),
        short_answer="",
        full_answer="",
        next_step="",
        status=EntryStatus.PENDING,
        approver="",
        approved_on=None,
        review_by=None,
        law=last.law,
        part=last.part,
        topic=last.topic,
        path=path,
        line=1,
    )


def free_code(taken: Container[str], near: str) -> str:
    """Return the first code above `near` that nobody has and no service number is."""
    start = int(near) + 1 if near.isdecimal() else 1001
    codes = (str(code) for code in count(start))
    return next(one for one in codes if one not in taken and not is_service_number(one))


def _offer(desk: Desk, entry: Entry, form: EntryForm) -> Response:
    path = desk.parts.publisher.below(entry.path)
    content, base_hash = desk.parts.publisher.read(path)
    try:
        changed = replace_entry(content, entry.code, write_block(form))
    except EditError as error:
        abort(409, f"{error}：文件刚刚被人改过，请返回再打开一次。")
    return offer(desk, path, changed, base_hash, f"修改 {entry.code} {form.question}")


def _show(desk: Desk, entry: Entry, form: EntryForm, deed: str = "", path: str = "") -> str:
    question = request.form.get("question_tried", "").strip()[:LONGEST]
    before = desk.parts.content.current
    after = _after(before, entry, form) if deed in ("try", "compare") else before
    rules, now = desk.parts.live.rules, desk.now()
    trials: list[dict[str, object]] = []
    if deed == "try" and question:
        trials = [
            tell(try_question(question, content, rules, now), content.library)
            for content in (before, after)
        ]
    changes: Sequence[Change] | None = None
    if deed == "compare":
        questions = development_questions(desk.parts.settings.knowledge.path)
        changes = changed_answers(questions, before, after, rules, now)
    return render_template(
        "console/knowledge/edit.html",
        entry=entry,
        form=form,
        checked=_checked(desk, entry, form),
        articles=_articles(form, before.library),
        question=question,
        trials=trials,
        changes=changes,
        changes_shown=CHANGES_SHOWN,
        decision_label=decision_label,
        undone=form.status is not entry.status,
        path=path,
    )


def _checked(desk: Desk, entry: Entry, form: EntryForm) -> dict[str, Any]:
    """Return what the page shows while one writes: problems, likenesses, the phone, its bytes."""
    problems = check_form(form, entry.law)
    alike = list(find_alike(form, desk.parts.content.current.library))[:ALIKE_SHOWN]
    read = _read_back(entry, form)
    shown, size = phone(desk, read) if read else ("", 0)
    return {
        "problems": [_in_words(one) for one in problems],
        "alike": [_alike_in_words(one) for one in alike],
        "phone": shown,
        "bytes": size,
        "limit": MAX_REPLY_BYTES,
    }


def _in_words(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "severity": problem.severity.value, "text": problem.text}


def _alike_in_words(alike: Alike) -> str:
    how = "相同" if alike.is_same else "很像"
    return f"“{alike.phrasing}”和 {alike.code} 里的“{alike.other}”{how}"


def _read_back(entry: Entry, form: EntryForm) -> Entry | None:
    """Read the form as the entry it will be; None while it cannot be read."""
    text = f"---\nlaw: {entry.law}\n---\n# {entry.topic}\n{write_block(form)}\n"
    written, _ = parse_faq(text, entry.path)
    if len(written) != 1:
        return None
    return replace(written[0].entry, part=entry.part, law=entry.law, line=entry.line)


def _after(content: Content, entry: Entry, form: EntryForm) -> Content:
    read = _read_back(entry, form)
    if read is None or read.code != entry.code:
        return content
    return replace(content, library=_library_with(content.library, read))


@lru_cache(maxsize=1)
def _library_with(library: Library, entry: Entry) -> Library:
    """Index the library with the edit once for several questions tried on it; one in memory."""
    return with_entry(library, entry)


def _articles(form: EntryForm, library: Library) -> list[tuple[str, str]]:
    citations = [parse_citation(one) for one in form.citations.replace(" ", "").split("、")]
    found = []
    for citation in filter(None, citations):
        article = library.statutes.find(citation)
        found.append((display_citation(citation), article.text if article else ""))
    return found


def development_questions(folder: Path) -> Sequence[str]:
    """Return the tuning halves of the development questions: the other halves stay unseen."""
    questions: list[str] = []
    for file in sorted((folder / "evaluation").glob("*.jsonl")):
        try:
            questions += [one.question for one in read_labelled(file) if one.half == "tune"]
        except (ConfigError, OSError):
            continue  # a development set is nobody's answer
    return questions
