"""Build and search at the size a county would reach, with room for a slow machine."""

import random
import time

import pytest

from bot.retrieval import Document, Index
from bot.retrieval.evaluation import percentile

DOCUMENTS, PHRASINGS, LENGTH = 700, 15, 14
CHARACTERS = "".join(chr(0x4E00 + 3 * number) for number in range(1200))
BUILD_SECONDS = 5.0
P50_MILLISECONDS = 8.0
P99_MILLISECONDS = 40.0


def written_at_random(dice: random.Random, length: int) -> str:
    """Some characters far more often than others, as in speech."""
    return "".join(CHARACTERS[int(len(CHARACTERS) * dice.random() ** 3)] for _ in range(length))


@pytest.mark.slow
def test_it_builds_and_searches_in_time() -> None:
    dice = random.Random(1)
    documents = [
        Document(str(number), tuple(written_at_random(dice, LENGTH) for _ in range(PHRASINGS)))
        for number in range(DOCUMENTS)
    ]
    started = time.process_time()
    index = Index.build(documents)
    assert time.process_time() - started < BUILD_SECONDS
    times = []
    for document in documents[:300]:
        query = written_at_random(dice, 6) + document.questions[3] + written_at_random(dice, 30)
        started = time.process_time()
        hits = index.search(query)
        times.append(1000 * (time.process_time() - started))
        assert hits[0].key == document.key
    assert percentile(times, 50) < P50_MILLISECONDS
    assert percentile(times, 99) < P99_MILLISECONDS
