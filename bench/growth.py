"""How indexing and searching grow with the knowledge: `python -m bench.growth`.

The shipped entries as they are, and ten times as many: copies whose characters are shifted, so
that they are as long and as varied as the real ones. Statutes count when they are imported.
"""

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.config import load_settings
from bot.knowledge.labelled_questions import read_labelled
from bot.knowledge.library import cited_passages, load_library
from bot.retrieval import Document, Index, Lexicon, Passage
from bot.retrieval.evaluation import percentile

COPIES = 10
FIRST, LAST = 0x4E00, 0x9FA5


def main() -> None:
    """Print one row a size."""
    knowledge = load_settings().knowledge
    started = time.perf_counter()
    library, _ = load_library(knowledge.path, knowledge.statutes)
    loaded = time.perf_counter() - started
    passages = cited_passages(library.entries, library.statutes)
    questions = [
        one.question
        for path in sorted((knowledge.path / "evaluation").glob("*.jsonl"))
        for one in read_labelled(path)
    ]
    print(f"{len(library.entries)} entries, {len(passages)} cited articles imported")
    print(f"whole knowledge folder read and indexed in {loaded:.2f} s")
    for copies in (1, COPIES):
        documents = [
            shifted for copy in range(copies) for shifted in _shift(library.documents, copy)
        ]
        _measure(documents, passages, library.lexicon, questions)


def _measure(
    documents: Sequence[Document],
    passages: Sequence[Passage],
    lexicon: Lexicon,
    questions: Sequence[str],
) -> None:
    before = _resident()
    started = time.perf_counter()
    index = Index.build(documents, lexicon, passages=passages)
    built = time.perf_counter() - started
    times = []
    for question in questions:
        started = time.perf_counter()
        index.search(question)
        times.append(1000 * (time.perf_counter() - started))
    print(
        f"{len(documents):6d} documents  index {built:.2f} s  "
        f"p50 {percentile(times, 50):.2f} ms  p99 {percentile(times, 99):.2f} ms  "
        f"resident +{_resident() - before:.0f} MB"
    )


def _shift(documents: Sequence[Document], copy: int) -> Sequence[Document]:
    if not copy:
        return documents
    return [
        replace(
            one,
            key=f"{one.key}-{copy}",
            questions=tuple(_moved(text, copy) for text in one.questions),
            body=_moved(one.body, copy),
        )
        for one in documents
    ]


def _moved(text: str, by: int) -> str:
    """Replace every Chinese character by another one, always the same for it."""
    span = LAST - FIRST + 1
    return "".join(
        chr(FIRST + (ord(one) - FIRST + 7 * by) % span) if FIRST <= ord(one) <= LAST else one
        for one in text
    )


def _resident() -> float:
    """Megabytes this process holds."""
    status = Path("/proc/self/status").read_text("utf-8")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found.group(1)) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
