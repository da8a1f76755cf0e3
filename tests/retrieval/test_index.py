from dataclasses import replace
from itertools import pairwise

import pytest

from bot.retrieval import Calibration, Document, Index, Lexicon


def top(index: Index, query: str) -> str:
    return index.search(query)[0].key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("婚没结成，彩礼能要回来吗？", "彩礼"),
        ("对象吹了，彩礼钱能不能退给俺", "彩礼"),
        ("离婚得等多少天", "冷静期"),
        ("邻居家的屋檐水都流到我家院子", "滴水"),
        ("没打借条的钱咋要", "借条"),
        ("复议花钱不", "复议收费"),
    ],
)
def test_it_finds_the_question_behind_other_words(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("離婚冷靜期有多久", "冷静期"),
        ("離婚以後孩子歸誰", "抚养权"),
        ("自己寫的遺囑有效嗎", "遗嘱"),
        ("ｌ高空抛物ｌ", "高空"),
        ("１２月４号是什么日子", "宪法日"),
        ("离\u200b婚\u200b冷\u200b静\u200b期", "冷静期"),
        ("宅 基 地 能 卖 吗", "宅基地"),
        ("彩礼！！！！！😭😭😭", "彩礼"),
    ],
)
def test_it_sees_through_script_width_and_noise(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("财里能不能要回来", "彩礼"),
        ("离昏冷进期", "冷静期"),
        ("扶养废一个月多少", "抚养费"),
        ("移主要不要公正", "遗嘱"),
        ("富债子唤", "父债"),
        ("高控抛雾", "高空"),
    ],
)
def test_it_hears_homophones(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


@pytest.mark.parametrize(
    ("query", "key"),
    [("宅基他能卖给外村人吗", "宅基地"), ("担保人的责仼", "担保"), ("流浪狗咬的我谁", "狗咬")],
)
def test_it_forgives_typing_mistakes(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


@pytest.mark.parametrize(
    ("query", "key"), [("娶亲钱给了又黄了", "彩礼"), ("婆娘叫男人打", "家暴"), ("挨揍", "家暴")]
)
def test_it_understands_dialect_by_the_lexicon(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


def test_it_thinks_of_expansions_less_than_of_the_word_itself(documents: list[Document]) -> None:
    lexicon = Lexicon(expansions={"散伙": ("狗咬",)})
    with_lexicon = Index.build(documents, lexicon)
    assert Index.build(documents).search("散伙") == ()
    assert top(with_lexicon, "散伙") == "狗咬"
    assert top(with_lexicon, "散伙 高空抛物") == "高空"


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("彩礼", "彩礼"),
        ("采光", "采光"),
        ("借条", "借条"),
        ("高利贷", "利息"),
        ("宪法日", "宪法日"),
    ],
)
def test_it_answers_fragments(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        (
            "俺是东头老李家的今年六十三了前年腊月里俺儿经媒人说了个媳妇见了两面都怪中意就订了亲"
            "光彩礼就给了八万八还有三金和改口钱都是俺两口子起早贪黑一分一分攒的谁知道今年开春女方"
            "说性格合不来不愿意了俺托媒人去说了好几回人家连面都不见俺这心里堵得慌吃不下睡不着",
            "彩礼",
        ),
        (
            "我跟他是一个厂里认识的，结婚七年了，他平时人挺好，就是不能喝酒，一喝酒就跟变了个人似的，"
            "上个月喝完酒回来因为饭凉了一点就动手，把我打得鼻青脸肿，胳膊上现在还青着。我娘让我忍，"
            "说为了孩子，可我真是怕了，晚上都不敢睡实。",
            "家暴",
        ),
        (
            "前几年俺表弟做买卖找银行贷款，非让俺去给他签个字担保，俺寻思都是亲戚就签了，谁承想他买卖赔了，"
            "人跑得没影，电话也打不通，现在银行天天给俺打电话，还说要去法院告俺，俺又没花他一分钱。",
            "担保",
        ),
    ],
)
def test_it_finds_the_matter_in_a_long_story(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ("工地老板欠我三个月工资", "field:劳动"),
        ("酒驾被抓了会不会坐牢", "field:刑事"),
        ("工伤咋认定", "field:劳动"),
    ],
)
def test_it_lets_decoys_win_what_is_theirs(index: Index, query: str, key: str) -> None:
    assert top(index, query) == key


def test_it_keeps_the_rarest_words_of_a_very_long_message() -> None:
    everyday = "".join(chr(0x4E00 + 11 * number) for number in range(300))
    talk = [Document(str(number), (f"闲话{number}",), everyday) for number in range(9)]
    index = Index.build([*talk, Document("高空", ("楼上掉花盆",), everyday)])
    assert top(index, f"{everyday[:280]}掉花盆{everyday[:280]}") == "高空"


def test_it_does_not_miss_a_word_that_every_document_has() -> None:
    questions = ("狗咬了人谁赔", "借条丢了咋办", "屋檐水淌到院里", "复议要钱吗")
    documents = [Document(one, (f"本村{one}",)) for one in (*questions, "采光", "遗嘱", "彩礼")]
    plain, common = (Index.build(documents).leader(query) for query in ("狗咬人", "本村狗咬人"))
    assert plain
    assert common
    assert common.features["missed"] == plain.features["missed"]


def test_it_names_the_phrasing_that_fits_best_as_written(index: Index) -> None:
    assert index.search("花盆砸车")[0].matched == "花盆砸了车，找不着是谁家的"


def test_it_gives_no_more_hits_than_asked_for(index: Index) -> None:
    assert len(index.search("离婚孩子归谁", limit=3)) == 3
    assert index.search("离婚孩子归谁", limit=0) == ()
    assert index.search("离婚孩子归谁", limit=-1) == ()


def test_it_orders_hits_by_score_and_never_raises_confidence(index: Index) -> None:
    for query in ("离婚", "孩子", "邻居盖房挡光占地", "欠钱不还", "复议", "狗"):
        for better, worse in pairwise(index.search(query, limit=10)):
            assert better.score >= worse.score
            assert better.confidence >= worse.confidence


def test_it_finds_nothing_for_words_nobody_uses(index: Index) -> None:
    assert index.search("黧黢黩") == ()
    assert index.search("") == ()
    assert index.search("？！…😀") == ()


def test_it_searches_an_empty_index() -> None:
    assert Index.build(()).search("彩礼") == ()


def test_it_finds_documents_that_have_only_a_body() -> None:
    index = Index.build([Document("甲", (), "相邻排水"), Document("乙", (), "借款利率")])
    hit = index.search("排水")[0]
    assert (hit.key, hit.matched) == ("甲", "")
    assert 0 < hit.confidence < 1


def test_it_prefers_the_heavier_of_equal_documents() -> None:
    same = Document("轻", ("宅基地能卖吗",))
    index = Index.build([same, replace(same, key="重", weight=1.2)])
    assert top(index, "宅基地卖") == "重"


def test_it_gives_the_same_hits_however_often_it_is_built(
    documents: list[Document], lexicon: Lexicon, index: Index
) -> None:
    again = Index.build(documents, lexicon)
    for query in ("邻居盖房", "离昏冷静期", "欠钱", "俺孩子他爹不拿钱"):
        assert again.search(query) == index.search(query)


def test_it_takes_the_calibration_it_is_given(documents: list[Document]) -> None:
    index = Index.build(documents, calibration=Calibration(-30.0, {}))
    assert index.search("邻居家的水")[0].confidence < 1e-6
