"""No approved answer: said so, with where to ask instead, and the question recorded."""

from collections.abc import Sequence
from dataclasses import replace

from bot.conversation import wording
from bot.conversation.dialogue import Dialogue
from bot.conversation.replies import leave_flow
from bot.conversation.turn import Decision, Outcome, RecordMiss, Turn
from bot.knowledge.citations import display_citation
from bot.knowledge.entries import Citation
from bot.messages import Reply, Tap

OFFER_AFTER = 2
"""Misses in a row after which a person is offered outright."""
MOST_ARTICLES = 2


def say_not_covered(turn: Turn, question: str) -> Outcome:
    """Admit that there is no answer to this."""
    text = "这个问题我这里还没有写好的答案，怕说错，不敢乱答。已经记下来了。"
    return _refuse(turn, question, text, "miss", _tap_articles(turn, question))


def refer_elsewhere(turn: Turn, question: str, field: str) -> Outcome:
    """Name the other field of law, and where to ask about it."""
    other = turn.content.library.other_fields.get(field)
    where = other.where_to_ask if other else ""
    text = wording.join_lines(
        f"您问的像是“{field}”一类的事，我这里没有写好的答案，不敢乱答。", where
    )
    return _refuse(turn, question, text, "other-field")


def _tap_articles(turn: Turn, question: str) -> Sequence[Tap]:
    """Offer the nearest articles; a tap asks for the article by its number."""
    near = turn.content.library.nearest_articles(question, MOST_ARTICLES)
    citations = [Citation(article.law, article.number) for article in near]
    return [Tap(display_citation(citation), str(citation)) for citation in citations]


def _refuse(
    turn: Turn, question: str, text: str, reason: str, articles: Sequence[Tap] = ()
) -> Outcome:
    dialogue = _after_miss(turn, question)
    offers_person = dialogue.misses_in_a_row >= OFFER_AFTER
    return Outcome(
        reply=Reply(
            wording.join_lines(
                text,
                "" if "12348" in text else f"您{wording.LEGAL_AID_LINE}",
                wording.office_lines(turn.rules.office),
                "连着没答上来，对不住您。要不要找工作人员？点最下面一行就行。"
                if offers_person
                else "也可以换个说法再问一遍。",
                "最接近的法条（仅供参考，不是答案）：" if articles else "",
            ),
            (*articles, Tap("转给工作人员", "人工") if offers_person else wording.PERSON_TAP),
        ),
        decision=Decision.FALLBACK,
        dialogue=dialogue,
        effects=(RecordMiss(question, reason),),
    )


def _after_miss(turn: Turn, question: str) -> Dialogue:
    dialogue = turn.dialogue
    # Pieces of one story typed in a burst are one miss, not several.
    burst = bool(dialogue.missed_text) and question.startswith(dialogue.missed_text)
    return replace(
        leave_flow(dialogue),
        last_entry="",
        last_question="",
        missed_text=question,
        missed_at=turn.now,
        misses_in_a_row=max(1, dialogue.misses_in_a_row + (0 if burst else 1)),
    )
