"""How plain methods and this project find the right entry: `python -m bench.compare FILE ...`.

An entry is right when it cites one of the articles a question is labelled with; in statute search
the articles themselves are found. Reported are the halves that nothing was tuned on.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import bm25s
import numpy as np
import rjieba
from rapidfuzz import fuzz, process

from bot.config import load_settings
from bot.knowledge.labelled_questions import Labelled, read_labelled
from bot.knowledge.library import Library, load_library
from bot.retrieval.evaluation import mean_reciprocal_rank, wilson_interval

DEPTH = 10
Find = Callable[[str], Sequence[str]]
"""From a question to the keys found, best first."""


def main(paths: Sequence[str]) -> None:
    """Print one table a file."""
    knowledge = load_settings().knowledge
    library, _ = load_library(knowledge.path, knowledge.statutes)
    labels = {code: frozenset(map(str, one.citations)) for code, one in library.entries.items()}
    methods = dict(_methods(library))
    for path in paths:
        asked = [one for one in read_labelled(Path(path)) if one.labels and one.half == "report"]
        print(f"\n{path} ({len(asked)})\n{'':24}  hit@1  95 %           hit@3  MRR")
        for name, find in methods.items():
            print(_row(name, asked, find, labels))


def _row(
    name: str, asked: Sequence[Labelled], find: Find, labels: dict[str, frozenset[str]]
) -> str:
    ranks = [
        [bool(one.labels & labels.get(key, frozenset([key]))) for key in find(one.question)]
        for one in asked
    ]
    first = wilson_interval(sum(any(one[:1]) for one in ranks), len(ranks))
    third = wilson_interval(sum(any(one[:3]) for one in ranks), len(ranks))
    return (
        f"{name:24}  {first.share:.3f}  [{first.low:.3f}, {first.high:.3f}]  {third.share:.3f}"
        f"  {mean_reciprocal_rank(ranks):.3f}"
    )


def _methods(library: Library) -> Iterator[tuple[str, Find]]:
    codes = list(library.entries)
    asked = [(one.question, *one.phrasings) for one in library.entries.values()]
    texts = [
        "\n".join((*own, one.short_answer, one.full_answer, one.next_step))
        for own, one in zip(asked, library.entries.values(), strict=True)
    ]
    yield "rapidfuzz WRatio", _by_likeness(codes, asked)
    yield "BM25 words", _by_bm25(codes, texts, rjieba.cut)
    yield "BM25 characters, pairs", _by_bm25(codes, texts, _characters_and_pairs)
    yield "this project", lambda question: _entries_found(library, question)
    passages = library.passages
    if passages:
        yield (
            "this project, articles",
            lambda question: [hit.key for hit in passages.search(question, DEPTH)],
        )


def _entries_found(library: Library, question: str) -> Sequence[str]:
    hits = library.search(question, 2 * DEPTH)
    return [hit.key for hit in hits if hit.key in library.entries][:DEPTH]


def _by_likeness(codes: Sequence[str], asked: Sequence[Sequence[str]]) -> Find:
    phrasings = [text for own in asked for text in own]
    owners = [code for code, own in zip(codes, asked, strict=True) for _ in own]

    def find(question: str) -> Sequence[str]:
        found = process.extract(question, phrasings, scorer=fuzz.WRatio, limit=5 * DEPTH)
        return list(dict.fromkeys(owners[place] for _, _, place in found))[:DEPTH]

    return find


def _by_bm25(
    codes: Sequence[str], texts: Sequence[str], cut: Callable[[str], Iterable[str]]
) -> Find:
    index = bm25s.BM25()
    index.index([list(cut(text)) for text in texts], show_progress=False)

    def find(question: str) -> Sequence[str]:
        scores = index.get_scores(list(cut(question)))
        return [codes[place] for place in np.argsort(-scores, kind="stable")[:DEPTH]]

    return find


def _characters_and_pairs(text: str) -> list[str]:
    return [*text, *(text[place : place + 2] for place in range(len(text) - 1))]


if __name__ == "__main__":
    main(sys.argv[1:])
