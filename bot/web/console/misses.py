"""Questions nobody could answer, gathered by what they ask: each group is one piece of work."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.conversation.trial import try_question
from bot.conversation.turn import Decision, Outcome
from bot.knowledge.editing import EditError, add_phrasings
from bot.knowledge.entries import Entry
from bot.knowledge.library import Library
from bot.retrieval import Hit, group_alike
from bot.storage import misses
from bot.storage.misses import OpenMiss
from bot.storage.staff import Role
from bot.web.console.changes import offer
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.words import MISS_REASONS, RESOLUTIONS, decision_label

GROUPED = 120
"""The newest open questions are gathered; older ones come up as these are done with."""
A_PAGE = 20
SAMPLES = 3
NEAREST = 5
RESOLVED_SHOWN = 100
MAX_PHRASINGS = 2000


@dataclass(frozen=True)
class Group:
    """Open questions that ask much the same, the most typical first."""

    misses: Sequence[OpenMiss]

    @property
    def ids(self) -> Sequence[int]:
        """The rows."""
        return [one.id for one in self.misses]

    @property
    def texts(self) -> Sequence[str]:
        """What was asked, each wording once."""
        return list(dict.fromkeys(one.text for one in self.misses))

    @property
    def latest(self) -> datetime:
        """When it was last asked."""
        return max(one.recorded_at for one in self.misses)

    @property
    def villages(self) -> Sequence[tuple[str, int]]:
        """Where it was asked, as far as that is known."""
        return Counter(one.village for one in self.misses if one.village).most_common()

    @property
    def reasons(self) -> Sequence[tuple[str, int]]:
        """Why they are here."""
        return Counter(
            MISS_REASONS.get(one.reason, one.reason) for one in self.misses
        ).most_common()


@dataclass
class Grouping:
    """Gathers open questions; what was found for a wording is kept while it is open.

    Also after an edit: groups hardly change by it, and what is shown is asked anew.
    """

    _hits: dict[str, Sequence[Hit]] = field(default_factory=dict)

    def gather(self, found: Sequence[OpenMiss], library: Library) -> Sequence[Group]:
        """Return the groups, the largest first."""
        by_text: dict[str, list[OpenMiss]] = {}
        for miss in found:
            by_text.setdefault(miss.text, []).append(miss)
        texts = list(by_text)
        hits = self._search(texts, library)
        folded = [library.index.reader.fold(text) for text in texts]
        groups = [
            Group([miss for place in places for miss in by_text[texts[place]]])
            for places in group_alike(folded, hits)
        ]
        return sorted(groups, key=lambda group: (-len(group.misses), -max(group.ids)))

    def _search(self, texts: Sequence[str], library: Library) -> Sequence[Sequence[Hit]]:
        known = self._hits
        self._hits = {
            text: known[text] if text in known else library.search(text, NEAREST) for text in texts
        }
        return [self._hits[text] for text in texts]


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the pages of questions without an answer."""
    grouping = Grouping()
    _add_reading(pages, desk, grouping)
    _add_phrasing(pages, desk)
    _add_resolving(pages, desk)
    _add_rechecking(pages, desk)


def _add_reading(pages: Blueprint, desk: Desk, grouping: Grouping) -> None:
    @pages.get("/misses")
    @needs()
    def show_misses() -> str:
        reason, village = request.args.get("reason", ""), request.args.get("village", "")
        page = max(1, request.args.get("page", 1, type=int) or 1)
        library = desk.parts.content.current.library
        found, total = _load(desk)
        chosen = [
            one for one in found if reason in ("", one.reason) and village in ("", one.village)
        ]
        groups = grouping.gather(chosen, library)
        shown = groups[(page - 1) * A_PAGE : page * A_PAGE]
        return render_template(
            "console/misses/list.html",
            groups=[(group, ask(desk, group.texts[0])) for group in shown],
            total=total,
            grouped=len(found),
            group_count=len(groups),
            page=page,
            last_page=max(1, -(-len(groups) // A_PAGE)),
            reason=reason,
            village=village,
            reasons=MISS_REASONS,
            villages=sorted({one.village for one in found if one.village}),
            samples=SAMPLES,
            decision_label=decision_label,
        )

    @pages.get("/misses/<int:miss_id>")
    @needs()
    def show_miss_group(miss_id: int) -> str:
        library = desk.parts.content.current.library
        found, _ = _load(desk)
        groups = grouping.gather(found, library)
        group = next((one for one in groups if miss_id in one.ids), None)
        if group is None:
            abort(404, "这个问题已经办完，或者太久以前，不在这里了。")
        return _show(desk, group)

    @pages.get("/misses/resolved")
    @needs()
    def show_resolved_misses() -> str:
        with desk.database.reading() as connection:
            found = misses.list_resolved(connection, limit=RESOLVED_SHOWN)
        return render_template("console/misses/resolved.html", found=found, words=RESOLUTIONS)


def _add_phrasing(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/misses/<int:miss_id>/phrasings")
    @needs(Role.EDITOR)
    def add_miss_phrasings(miss_id: int) -> Response:
        back = redirect(url_for("console.show_miss_group", miss_id=miss_id), 303)
        code = request.form.get("code") or request.form.get("other", "").strip()
        entry = desk.parts.content.current.library.entries.get(code)
        ways = _lines(request.form.get("phrasings", "")[:MAX_PHRASINGS])
        if entry is None:
            desk.warn(f"没有编号 {code} 的问答，请重新选。" if code else "请选加到哪一条。")
            return back
        ways = [way for way in ways if way not in (entry.question, *entry.phrasings)]
        if not ways:
            desk.warn("没有要加的问法：要么没填，要么这条问答里已经有了。")
            return back
        path = desk.parts.publisher.below(entry.path)
        content, base_hash = desk.parts.publisher.read(path)
        try:
            changed = add_phrasings(content, code, ways)
        except EditError as error:
            desk.warn(f"没有加上：{error}。")
            return back
        return offer(desk, path, changed, base_hash, f"{code} 加 {len(ways)} 种问法")


def _add_resolving(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/misses/resolve")
    @needs(Role.EDITOR, Role.REVIEWER)
    def resolve_misses() -> Response:
        ids = request.form.getlist("id", type=int)[:GROUPED]
        resolution = request.form.get("resolution", "")
        if not ids or resolution not in RESOLUTIONS:
            desk.warn("请先选上要办的问题。")
            return redirect(url_for("console.show_misses"), 303)
        if resolution == "answered":
            with desk.database.reading() as connection:
                found = misses.find_open(connection, ids)
            proved = [one.id for one in found if is_answered(desk, one)]
            if len(proved) < len(found):
                desk.warn(f"有 {len(found) - len(proved)} 个再问一遍还是答不上来，没有了结。")
            ids = proved
        _resolve(desk, ids, resolution)
        return redirect(url_for("console.show_misses"), 303)


def _add_rechecking(pages: Blueprint, desk: Desk) -> None:
    @pages.post("/misses/recheck")
    @needs(Role.EDITOR, Role.REVIEWER)
    def recheck_misses() -> Response:
        found, _ = _load(desk)
        answered = [one.id for one in found if is_answered(desk, one)]
        if answered:
            _resolve(desk, answered, "answered")
        else:
            desk.say(f"{len(found)} 个问题都再问了一遍，还没有能答上来的。")
        return redirect(url_for("console.show_misses"), 303)

    @pages.post("/misses/<int:miss_id>/reopen")
    @needs(Role.EDITOR, Role.REVIEWER)
    def reopen_miss(miss_id: int) -> Response:
        with desk.database.transaction() as connection:
            done = misses.reopen(connection, miss_id)
            if done:
                desk.audit(connection, "misses.reopen", subject=f"未答问题 {miss_id}")
        if done:
            desk.say("已放回未答问题里。")
        else:
            desk.warn("它已经在未答问题里了，或者放得太久已清掉。")
        return redirect(url_for("console.show_resolved_misses"), 303)


def ask(desk: Desk, text: str) -> Outcome:
    """Return what a new resident would get for the question now."""
    parts = desk.parts
    return try_question(text, parts.content.current, parts.live.rules, desk.now()).outcome


def is_answered(desk: Desk, miss: OpenMiss) -> bool:
    """Whether a re-run gives an answer; for one called wrong, another than that."""
    outcome = ask(desk, miss.text)
    same = miss.reason == "bad-answer" and outcome.entry == miss.entry
    return outcome.decision is Decision.ANSWER and not same


def _load(desk: Desk) -> tuple[Sequence[OpenMiss], int]:
    with desk.database.reading() as connection:
        return misses.list_open(connection, limit=GROUPED), misses.count_open(connection)


def _resolve(desk: Desk, ids: Sequence[int], resolution: str) -> None:
    with desk.database.transaction() as connection:
        done = misses.resolve(
            connection, ids, resolution=resolution, by=desk.visitor().staff.id, now=desk.now()
        )
        if done:
            desk.audit(
                connection,
                "misses.resolve",
                subject=f"{done} 个未答问题",
                detail=f"{RESOLUTIONS[resolution]}：{'、'.join(map(str, ids))}",
            )
    if done:
        desk.say(f"{done} 个问题已了结：{RESOLUTIONS[resolution]}。")


def _show(desk: Desk, group: Group) -> str:
    library = desk.parts.content.current.library
    return render_template(
        "console/misses/group.html",
        group=group,
        texts=[(text, ask(desk, text)) for text in group.texts[:GROUPED]],
        nearest=list(_entries(library.search(group.texts[0], NEAREST), library.entries)),
        wrong=[library.entries[one.entry] for one in group.misses if one.entry in library.entries][
            :1
        ],
        answered=Decision.ANSWER,
        decision_label=decision_label,
    )


def _entries(hits: Iterable[Hit], entries: Mapping[str, Entry]) -> Iterable[tuple[Entry, Hit]]:
    return ((entries[hit.key], hit) for hit in hits if hit.key in entries)


def _lines(text: str) -> list[str]:
    found = (" ".join(line.split()) for line in text.splitlines())
    return list(dict.fromkeys(line for line in found if line))
