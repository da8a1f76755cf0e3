"""Trying a question at the console: what a resident would get, why, and what came second."""

from flask import Blueprint, render_template, request

from bot.conversation.trial import Trial, shared_words, try_question
from bot.knowledge.library import FIELD_PREFIX, WISH_PREFIX, Library
from bot.messages import plain_text
from bot.retrieval import Hit
from bot.web.console.desk import Desk
from bot.web.console.guard import needs
from bot.web.console.words import decision_label

LONGEST = 600


def add_routes(pages: Blueprint, desk: Desk) -> None:
    """Add the page for trying a question."""

    @pages.get("/try")
    @needs()
    def show_trial() -> str:
        question = request.args.get("q", "").strip()[:LONGEST]
        content, rules = desk.parts.content.current, desk.parts.live.rules
        trial = try_question(question, content, rules, desk.now()) if question else None
        return render_template(
            "console/knowledge/try.html",
            question=question,
            trial=trial,
            told=tell(trial, content.library) if trial else None,
            rules=rules,
        )


def tell(trial: Trial, library: Library) -> dict[str, object]:
    """Return a trial in words: the decision, the reply, and each hit with what matched."""
    outcome = trial.outcome
    return {
        "decision": decision_label(outcome.decision),
        "reply": plain_text(outcome.reply) if outcome.reply else "（不回复）",
        "hits": [_tell_hit(trial.question, hit, library) for hit in trial.hits],
    }


def _tell_hit(question: str, hit: Hit, library: Library) -> dict[str, object]:
    entry = library.entries.get(hit.key)
    if entry:
        title = entry.question
    elif hit.key.startswith(FIELD_PREFIX):
        title = f"别的法律领域：{hit.key.removeprefix(FIELD_PREFIX)}"
    else:
        title = f"办事意图：{hit.key.removeprefix(WISH_PREFIX)}"
    return {
        "code": entry.code if entry else "",
        "title": title,
        "confidence": hit.confidence,
        "score": hit.score,
        "matched": hit.matched,
        "words": shared_words(question, hit.matched),
    }
