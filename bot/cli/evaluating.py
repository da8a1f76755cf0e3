"""Measuring answers on labelled questions, and refitting the calibration on them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from bot.bootstrap import load_content
from bot.config import Settings
from bot.conversation.turn import Decision
from bot.documents.writing import write_atomically
from bot.errors import ConfigError
from bot.knowledge.labelled_questions import Labelled, read_labelled
from bot.knowledge.library import (
    CALIBRATION,
    CALIBRATION_WITH_STATUTES,
    Library,
    cited_passages,
)
from bot.retrieval import Passage
from bot.retrieval.calibration import Sample, fit_calibration
from bot.retrieval.evaluation import Evaluation, Handling, Interval, Judged, evaluate
from bot.retrieval.training import calibration_samples

AnswerLine = Callable[[Any, str], dict[str, Any]]

HANDLINGS: Mapping[str, Handling] = {
    Decision.ANSWER: "answered",
    Decision.CLARIFY: "clarified",
    Decision.FALLBACK: "abstained",
}


def print_evaluation(answer_line: AnswerLine, path: Path, worst: int, half: str = "") -> None:
    """Print every figure of one file, and the misses the bot was surest of."""
    questions = [one for one in read_labelled(path) if not half or one.half == half]
    lines = [answer_line(one.id, one.question) for one in questions]
    judged = [judge(one, line) for one, line in zip(questions, lines, strict=True)]
    click.echo(f"## {path}" + (f" ({half})" if half else ""))
    for row in figures(evaluate(judged)):
        click.echo(row)
    for row in list_worst(questions, lines, judged, worst):
        click.echo(row)


def judge(question: Labelled, line: Mapping[str, Any]) -> Judged:
    """Hold one line of `ask --jsonl` against the labels."""
    decision = line["decision"]
    ranks = None
    if question.labels and not question.decisions:
        ranks = [bool(question.labels & set(one["citations"])) for one in line["candidates"]]
    return Judged(
        answerable=bool(question.gold),
        handling=HANDLINGS.get(decision, "other"),
        right=_is_right(question, line),
        ranks=ranks,
        milliseconds=line["ms"],
        group=question.group,
        chosen=_chosen(line),
    )


def _chosen(line: Mapping[str, Any]) -> str:
    """Return the entry answered with, or offered first."""
    offered = [one["entry"] for one in line["candidates"]]
    return line["entry"] or (offered[0] if offered else "")


def _is_right(question: Labelled, line: Mapping[str, Any]) -> bool:
    decision = line["decision"]
    meets = bool(question.labels & set(line["citations"]))
    if not question.gold:
        return decision not in (Decision.ANSWER, Decision.ARTICLE, Decision.EMERGENCY)
    if question.decisions:
        return decision in question.decisions and (meets or not question.labels)
    return decision in (Decision.ANSWER, Decision.ARTICLE) and meets


def figures(found: Evaluation) -> Iterator[str]:
    """Render the figures, one a line."""
    yield f"questions          {found.total} ({found.answerable} with an answer)"
    if found.hit_at_1.total:
        yield f"hit@1              {_share(found.hit_at_1)}"
        yield f"hit@3              {_share(found.hit_at_3)}"
        yield f"MRR                {found.mean_reciprocal_rank:.3f}"
    yield (
        f"answered/clarified/abstained/other  {found.answered}/{found.clarified}"
        f"/{found.abstained}/{found.other}"
    )
    yield f"right when answered {_share(found.right_when_answered)}"
    yield f"false answers      {_share(found.false_answers)}"
    yield f"right decisions    {_share(found.right_decisions)}"
    if found.consistency.total:
        yield f"consistent groups  {_share(found.consistency)}"
    yield f"p50/p99            {found.p50_milliseconds:.2f}/{found.p99_milliseconds:.2f} ms"


def _share(interval: Interval) -> str:
    if not interval.total:
        return "-"
    return (
        f"{interval.share:.3f}  [{interval.low:.3f}, {interval.high:.3f}]  "
        f"{interval.count}/{interval.total}"
    )


def list_worst(
    questions: Sequence[Labelled],
    lines: Sequence[Mapping[str, Any]],
    judged: Sequence[Judged],
    most: int,
) -> Iterator[str]:
    """Render the wrong ones, the surest first: those mislead people."""
    wrong = [
        (line["decision"] == Decision.ANSWER, line["confidence"], question, line)
        for question, line, one in zip(questions, lines, judged, strict=True)
        if not one.right
    ]
    wrong.sort(key=lambda row: (-row[0], -row[1]))
    for _, confidence, question, line in wrong[:most]:
        got = f"{line['decision']} {line['entry'] or ''}".strip()
        wanted = "、".join(sorted(question.gold)) or "不答"
        yield f"  {question.id}  {question.question}  →  {got} {confidence:.2f}，应为 {wanted}"


def refit_calibration(settings: Settings, more: Sequence[Path] = ()) -> None:
    """Fit the calibration on the tuning halves and write it beside the content it is for.

    Once for the entries alone, and once more with the articles they cite where any is imported.
    """
    knowledge = settings.knowledge
    library = load_content(knowledge)[0].library
    files = [*sorted((knowledge.path / "evaluation").glob("*.jsonl")), *more]
    judged = list(_judged(library, files))
    _refit(library, judged, (), knowledge.path / CALIBRATION)
    if passages := cited_passages(library.entries, library.statutes):
        _refit(library, judged, passages, knowledge.path / CALIBRATION_WITH_STATUTES)


def _refit(
    library: Library,
    judged: Sequence[tuple[str, frozenset[str]]],
    passages: Sequence[Passage],
    path: Path,
) -> None:
    samples = calibration_samples(
        library.documents, library.lexicon, judged, _decoys(library), passages
    )
    if not samples:
        raise ConfigError(f"{path.parent} 里没有问答，没法校准")
    calibration = fit_calibration(samples)
    write_atomically(path, calibration.to_json())
    click.echo(f"{len(samples)} 个样本，写入 {path}")
    for row in reliability([(calibration.confidence(one.features), one) for one in samples]):
        click.echo(row)


def _judged(library: Library, files: Sequence[Path]) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the tuning halves' questions with the codes of the entries that answer them."""
    for path in files:
        for one in read_labelled(path):
            if one.half == "tune" and not one.decisions:
                codes = {
                    entry.code
                    for entry in library.entries.values()
                    if one.labels & {str(citation) for citation in entry.citations}
                }
                yield one.question, frozenset(codes)


def _decoys(library: Library) -> frozenset[str]:
    return frozenset(one.key for one in library.documents if one.key not in library.entries)


def reliability(scored: Sequence[tuple[float, Sample]]) -> Iterator[str]:
    """Render the reliability curve: of what is said with so much confidence, how much is right."""
    yield "把握       对的（按权重）  样本"
    for tenth in range(10):
        bucket = [one for confidence, one in scored if min(9, int(confidence * 10)) == tenth]
        weight = sum(one.weight for one in bucket)
        if weight:
            right = sum(one.weight for one in bucket if one.right) / weight
            yield f"{tenth / 10:.1f}–{(tenth + 1) / 10:.1f}   {right:.3f}        {len(bucket):5d}"
