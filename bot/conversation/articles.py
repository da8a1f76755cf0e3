"""An article asked for by number: its text where imported, and the entries that rest on it."""

from bot.conversation import wording
from bot.conversation.replies import leave_flow
from bot.conversation.turn import Decision, Outcome, Turn
from bot.knowledge.citations import display_citation, find_article_reference
from bot.knowledge.entries import Citation
from bot.knowledge.library import Library
from bot.messages import Reply, Tap

LONGEST_TEXT = 420
MOST_ENTRIES = 3


def decide_article(turn: Turn) -> Outcome | None:
    """Show the article the message names."""
    library = turn.content.library
    citation = find_article_reference(turn.message.text, library.laws)
    if citation is None:
        return None
    entries = library.citing(citation)[:MOST_ENTRIES]
    taps = tuple(Tap(entry.question, entry.code) for entry in entries)
    text = wording.join_lines(
        _text_of(citation, library, turn),
        "这些问答用到了这一条：" if taps else "没有用到这一条的问答，条号也请再核对一下。",
    )
    return Outcome(
        reply=Reply(text, taps or (wording.PERSON_TAP,)),
        decision=Decision.ARTICLE,
        dialogue=leave_flow(turn.dialogue),
        citations=(str(citation),),
        confidence=1.0,
    )


def _text_of(citation: Citation, library: Library, turn: Turn) -> str:
    name = display_citation(citation)
    article = library.statutes.find(citation)
    if article:
        note = _validity(citation, library, turn)
        return wording.join_lines(f"{name}：", _cut(article.text), note)
    if citation.law in library.statutes.laws:
        return f"我这里的《{citation.law}》里没有找到第{citation.number}条，请看看条号对不对。"
    return f"{name}的原文我这里还没有收录。官方原文可以到“国家法律法规数据库”网站查，或打12348问。"


def _validity(citation: Citation, library: Library, turn: Turn) -> str:
    statute = library.statutes.laws[citation.law]
    today = turn.now.date()
    if statute.repealed_on and statute.repealed_on <= today:
        return "（请注意：这部法律已经废止。）"
    if statute.effective_on and statute.effective_on > today:
        return f"（请注意：这部法律{statute.effective_on.isoformat()}起才施行。）"
    return ""


def _cut(text: str) -> str:
    """Cut a long article at the end of a sentence, and say so."""
    if len(text) <= LONGEST_TEXT:
        return text
    head = text[:LONGEST_TEXT]
    end = max(head.rfind(mark) for mark in "。；\n")
    return (head[: end + 1] if end > 0 else head).rstrip() + "\n（条文较长，只显示前面一部分。）"
