"""Whatever is typed, a search comes back with sane values."""

import threading
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.retrieval import Document, Hit, Index, Lexicon

ANYTHING = st.text(alphabet=st.characters(), max_size=300)
NEAR_TOPIC = st.text(
    alphabet="离婚彩礼狗咬邻居欠钱孩子复议的了吗俺咋 ，。？12aA（*\\\"'%", max_size=60
)


def assert_sane(hits: Sequence[Hit]) -> None:
    for hit in hits:
        assert 0 <= hit.confidence <= 1
        assert hit.score > 0
    assert len({hit.key for hit in hits}) == len(hits)


@given(query=st.one_of(ANYTHING, NEAR_TOPIC))
@settings(max_examples=300, deadline=None)
def test_it_never_stumbles_over_a_query(index: Index, query: str) -> None:
    assert_sane(index.search(query))


@given(
    questions=st.lists(ANYTHING, max_size=4),
    body=ANYTHING,
    folds=st.dictionaries(ANYTHING, ANYTHING, max_size=3),
    expansions=st.dictionaries(ANYTHING, st.tuples(ANYTHING), max_size=3),
)
@settings(max_examples=100, deadline=None)
def test_it_never_stumbles_over_content(
    questions: list[str],
    body: str,
    folds: dict[str, str],
    expansions: dict[str, tuple[str, ...]],
) -> None:
    documents = [Document("一", tuple(questions), body), Document("二", ("狗咬了人谁赔",))]
    index = Index.build(documents, Lexicon(folds, expansions))
    for query in (*questions, body, "狗咬人"):
        assert_sane(index.search(query))


@pytest.mark.parametrize(
    "query",
    [
        "' OR 1=1; DROP TABLE entries; --",
        '彩礼* AND (离婚 OR NEAR(狗 咬)) -"高空" ^title:',
        "(?P<x>.*)+$[彩礼]{2,}\\d(?<!离婚)",
        "%s %d {0} ${彩礼} \x00\x1b[31m",
        "<script>alert('彩礼')</script>",
        "离婚" * 5000,
        "彩" * 10_000,
        "离婚了孩子归谁。" * 1250,
        "\ud800\udfff\ud83d彩礼",
        "ﷺ" * 2000,
        "一一一十十",
        "\u202e礼彩\u202c",
        "Ǆ ǆ İ ß ﬃ ½ ㎡ ①②③",
    ],
)
def test_it_takes_operators_floods_and_broken_text(index: Index, query: str) -> None:
    assert_sane(index.search(query))


def test_it_reads_both_ends_of_a_flood(index: Index) -> None:
    noise = "".join(chr(0x4E00 + 7 * number) for number in range(1000))
    assert index.search(f"高空抛物砸了车{noise}")[0].key == "高空"
    assert index.search(f"{noise}高空抛物砸了车")[0].key == "高空"


def test_it_serves_many_threads_at_once(index: Index) -> None:
    queries = ["离昏冷进期", "狗咬人", "彩礼能退吗", "欠钱不還", "高空抛雾"] * 20
    expected = [index.search(query) for query in queries]
    results: list[list[tuple[Hit, ...]]] = []

    def search_all() -> None:
        results.append([index.search(query) for query in queries])

    threads = [threading.Thread(target=search_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
