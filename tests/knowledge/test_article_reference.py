"""The article a resident asks for, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.citations import find_article_reference

LAWS = (
    "民法典",
    "宪法",
    "行政复议法",
    "行政复议法实施条例",
    "彩礼司法解释",
    "婚姻家庭编解释一",
    "民事诉讼法",
    "农村土地承包法",
    "刑法",
)


@pytest.mark.parametrize(
    "text",
    [
        "民法典1079",
        "民法典第1079条",
        "民法典第一千零七十九条",
        "民法典第一千零七十九條",
        "民法典千零七十九条",
        "民法典一零七九",
        "民法典幺零七九条",
        "《民法典》1079条",
        "《民法典》第1079条是怎么规定的？",
        "民法典１０７９条",
        "民 法 典 第 1079 条",
        "民\u200b法典1079",
        "中华人民共和国民法典第1079条",
        "民法典婚姻家庭编第1079条",
        "民法典里的第1079条",
        "民法典第1079条第二款啥意思",
        "想问问民法典1079 说的啥",
        "依据民法典1079条我能离吗",
        "民法1079条",
        "法典第1079条",
        "民法点1079",
        "民发典第1079条",
        "民典法1079条",
        "明法典1079条",
        "第1079条",
        "第一千零七十九条讲的什么",
        "1079条是啥",
        "第1079条，民法典的",
    ],
)
def test_it_reads_every_spelling_of_1079(text: str) -> None:
    assert str(find_article_reference(text, LAWS)) == "民法典1079"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("宪法第36条讲什么", "宪法36"),
        ("宪法三十六条", "宪法36"),
        ("宪发36条", "宪法36"),
        ("现法第36条", "宪法36"),
        ("宪法1", "宪法1"),
        ("第36条，宪法的", "宪法36"),
        ("民法典第一条", "民法典1"),
        ("民法第十条", "民法典10"),
        ("民法典第1300条", "民法典1300"),
        ("行政复议法20条", "行政复议法20"),
        ("复议法二十条", "行政复议法20"),
        ("行政复义法20条", "行政复议法20"),
        ("行证复议法第二十条", "行政复议法20"),
        ("行政复议法实施条例第5条", "行政复议法实施条例5"),
        ("民事诉讼法第39条", "民事诉讼法39"),
        ("土地承包法第22条", "农村土地承包法22"),
        ("彩礼司法解释5", "彩礼司法解释5"),
        ("民法典婚姻家庭编解释一第5条", "婚姻家庭编解释一5"),
        ("刑法120之1", "刑法120之1"),
        ("刑法第一百二十条之一", "刑法120之1"),
    ],
)
def test_it_tells_the_laws_apart(text: str, label: str) -> None:
    assert str(find_article_reference(text, LAWS)) == label


@pytest.mark.parametrize(
    "text",
    [
        "民法典",
        "民法典多少钱一本",
        "民法典2本多少钱",
        "民法典有多少条",
        "民法典一共1260条",
        "民法典1079元",
        "买民法典花了50块",
        "民法典2021年施行",
        "民法典2021",
        "民法典一条都不懂",
        "民法典两条规定冲突",
        "民法典第一编讲什么",
        "民法典百科",
        "宪法12月4日",
        "宪法日12月4日",
        "宪法12348",
        "宪法1982",
        "宪法一点也不懂",
        "宪法第几条规定的",
        "宪法修正案第3条",
        "宪法宣传周",
        "行政复议60日",
        "行政复议法60天内",
        "民法总则第10条",
        "合同法第52条",
        "劳动合同法第39条",
        "婚姻法第32条",
        "人民法院第3条",
        "农民法1条",
        "合同第200条",
        "保险合同第1079条",
        "村规民约第150条",
        "第36条",
        "第2000条",
        "第1079条朋友圈",
        "法典三十",
        "宪法第0条",
        "民法典还是宪法有个第30条",
        "我养了200条鱼",
        "200条鱼",
        "在线发36条消息",
        "先发3条",
        "1079",
        "12348",
        "13812345678",
        "第1079号",
        "欠我1500块",
        "借了1079条件",
        "",
    ],
)
def test_it_is_not_fooled(text: str) -> None:
    assert find_article_reference(text, LAWS) is None


def test_it_knows_the_main_laws_without_any_import() -> None:
    assert str(find_article_reference("复议法第20条", ())) == "行政复议法20"


@given(st.text(), st.lists(st.text(max_size=6), max_size=3))
def test_it_never_raises(text: str, laws: list[str]) -> None:
    found = find_article_reference(text, [law for law in laws if law.strip()])
    assert found is None or found.article > 0
