"""Passages found by their own words and by how people ask about them."""

import pytest

from bot.retrieval import Lexicon, Passage, PassageIndex, normalise
from bot.retrieval.query import QueryReader

LANTERNS = Passage("灯1", "村民在门口悬挂灯笼的，应当留出行人通过的距离。", "第一章 灯笼")
WELLS = Passage("井2", "水井由全体住户共同维护，任何住户不得独占取水。", "第二章 水井")
BRIDGES = Passage("桥3", "石桥损坏的，最先发现的住户应当立竿警示。", "第三章 石桥")
PASSAGES = (LANTERNS, WELLS, BRIDGES)


@pytest.fixture(scope="module")
def index() -> PassageIndex:
    return PassageIndex.build(PASSAGES, normalise)


def keys(index: PassageIndex, query: str, limit: int = 5) -> list[str]:
    return [hit.key for hit in index.search(query, limit)]


def test_it_finds_a_passage_by_its_words(index: PassageIndex) -> None:
    assert keys(index, "灯笼能不能悬挂在门口")[0] == "灯1"
    assert keys(index, "有人独占水井不让取水")[0] == "井2"


def test_it_finds_a_passage_by_its_heading() -> None:
    plain = PassageIndex.build([Passage("井2", WELLS.text), BRIDGES], normalise)
    headed = PassageIndex.build([Passage("井2", WELLS.text, "饮牛的规矩"), BRIDGES], normalise)
    assert keys(plain, "饮牛") == []
    assert keys(headed, "饮牛") == ["井2"]


def test_it_finds_a_passage_by_how_people_ask() -> None:
    asked = Passage("桥3", BRIDGES.text, expansions=("过河的路断了谁来管",))
    assert keys(PassageIndex.build([LANTERNS, BRIDGES], normalise), "河路断了") == []
    assert keys(PassageIndex.build([LANTERNS, asked], normalise), "河路断了") == ["桥3"]


def test_its_own_words_count_more_than_ways_of_asking() -> None:
    asked = Passage("桥3", BRIDGES.text, expansions=("灯笼",))
    index = PassageIndex.build([asked, LANTERNS], normalise)
    assert keys(index, "灯笼") == ["灯1", "桥3"]


def test_it_gives_the_best_first_and_no_more_than_asked(index: PassageIndex) -> None:
    hits = index.search("住户在水井取水，石桥损坏", 2)
    assert len(hits) == 2
    assert hits[0].score >= hits[1].score
    assert index.search("住户在水井取水", 0) == ()


def test_its_share_falls_with_what_the_passage_does_not_explain(index: PassageIndex) -> None:
    whole = index.search("水井由全体住户共同维护")[0]
    half = index.search("水井由全体住户共同维护，拖拉机轮胎漏气能否退货")[0]
    assert whole.key == half.key == "井2"
    assert whole.share > 0.5 > half.share > 0


def test_no_passage_explains_a_single_word(index: PassageIndex) -> None:
    (hit,) = index.search("石桥")
    assert hit.key == "桥3"
    assert hit.share < 0.4


@pytest.mark.parametrize("query", ["", "   ", "？？？", "怎么什么的了吗", "xyz", "🙂"])
def test_it_finds_nothing_in_nothing(index: PassageIndex, query: str) -> None:
    assert index.search(query) == ()


def test_it_searches_an_empty_index() -> None:
    assert PassageIndex.build([], normalise).search("水井") == ()


def test_it_reads_passages_and_queries_with_the_same_folds() -> None:
    fold = QueryReader.from_lexicon(Lexicon(folds={"辘轳井": "水井"})).fold
    index = PassageIndex.build(PASSAGES, fold)
    assert keys(index, "辘轳井独占")[0] == "井2"
    assert index.search("水井獨占") == index.search("辘轳井独占")


def test_a_passage_may_repeat_a_word_any_number_of_times() -> None:
    index = PassageIndex.build([Passage("长", "水井、" * 2000), *PASSAGES], lambda text: text)
    assert {"长", "井2"} <= set(keys(index, "水井"))
    assert all(0 <= hit.share <= 1 for hit in index.search("水井" * 4000))


def test_it_indexes_a_whole_code_and_still_tells_articles_apart() -> None:
    passages = [Passage(str(one), f"第{one}号水渠由编号{one}的住户看护。") for one in range(2000)]
    index = PassageIndex.build(passages, normalise)
    assert len(index.keys) == 2000
    assert keys(index, "编号1987的住户看护哪条水渠", 1) == ["1987"]
