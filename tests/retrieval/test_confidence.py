import pytest

from bot.retrieval import Document, Index
from bot.retrieval.index import EXACT_CONFIDENCE


def confidence(index: Index, query: str) -> float:
    hits = index.search(query)
    return hits[0].confidence if hits else 0.0


def test_it_is_sure_of_the_very_question(index: Index) -> None:
    for query in ("去民政局办离婚，要等几天", "去民政局办離婚 要等几天！", "彩礼"):
        assert confidence(index, query) >= EXACT_CONFIDENCE


def test_it_is_unsure_when_two_documents_have_the_very_question() -> None:
    twins = [Document("甲", ("宅基地能卖吗",)), Document("乙", ("宅基地能卖吗",))]
    index = Index.build([*twins, Document("丙", ("狗咬了人谁赔",))])
    assert confidence(index, "宅基地能卖吗") < EXACT_CONFIDENCE


@pytest.mark.parametrize(
    "query", ["今天天气怎么样", "苹果手机怎么截屏", "你是谁", "哈哈哈", "1", "怎么办", "我想买票"]
)
def test_it_is_not_sure_of_what_is_not_covered(index: Index, query: str) -> None:
    assert confidence(index, query) < 0.5


def test_it_trusts_a_closer_wording_more(index: Index) -> None:
    closer = confidence(index, "去民政局办理离婚要等几天")
    looser = confidence(index, "去民政局得几天")
    assert closer > looser > confidence(index, "民政局几点上班")


def test_it_trusts_one_clear_winner_more_than_two_rivals(index: Index) -> None:
    assert confidence(index, "离婚冷静期多久") > confidence(index, "离婚孩子")


def test_it_trusts_what_it_read_more_than_what_it_heard(index: Index) -> None:
    assert confidence(index, "离婚冷静期多久") > confidence(index, "离昏冷进期多久")


def test_it_trusts_less_when_more_of_the_query_is_left_over(index: Index) -> None:
    assert confidence(index, "狗咬人赔") > confidence(index, "狗咬人赔蚂蚁骆驼鹦鹉")
