"""Articles out of untidy texts."""

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.statute_text import outline_text


def numbers(text: str) -> list[str]:
    return [passage.number for passage in outline_text(text.split("\n")).passages]


def test_it_finds_the_articles_and_not_the_mentions(law_text: str) -> None:
    outline = outline_text(law_text.split("\n"))
    found = {passage.number: passage.text for passage in outline.passages}
    assert list(found) == ["1", "2", "3", "3之1", "4"]
    assert found["2"] == "村里的事商量着办。\n（一）先通知；\n第三条规定的事项也要通知。"
    assert found["3"] == "依照第二条和\n第一条 办理的，张贴三天。"


def test_it_finds_title_and_chapters(law_text: str) -> None:
    outline = outline_text(law_text.split("\n"))
    assert outline.title == "中华人民共和国村务示范法"
    assert {passage.chapter for passage in outline.passages} == {"第一章 总则", "第二章 附则"}


def test_it_reads_the_same_without_any_markdown(law_text: str) -> None:
    plain = law_text.replace("#", "").replace("<!-- INFO END -->", "")
    assert outline_text(plain.split("\n")) == outline_text(law_text.split("\n"))


def test_it_joins_a_title_broken_over_lines() -> None:
    text = "示范机关\n关于审理示范案件\n适用法律问题的解释（一）\n（2020年1月1日通过）\n第一条 甲。"
    assert (
        outline_text(text.split("\n")).title == "示范机关关于审理示范案件适用法律问题的解释（一）"
    )


def test_it_stops_at_appendices_and_amendments() -> None:
    for heading in (
        "附：",
        "附件一",
        "示范宪法修正案（1988年4月12日通过）",
        "关于修改示范法的决定",
    ):
        text = f"第一条 甲。\n第二条 乙。\n{heading}\n第一条 改。\n第二条 改。\n第三条 改。"
        found = outline_text(text.split("\n")).passages
        assert [passage.text for passage in found] == ["甲。", "乙。"]


def test_it_keeps_a_decision_that_is_only_spoken_of() -> None:
    text = "第一条 甲。\n作出行政复议的决定\n第二条 乙。"
    assert numbers(text) == ["1", "2"]


def test_it_drops_what_stands_between_the_parts_of_a_code() -> None:
    text = "示范法典\n总则\n第一条 甲。\n示范法典\n物权编\n2020年5月28日 会议通过\n第二条 乙。"
    text += "\n附则\n第三条 丙。"
    found = outline_text(text.split("\n")).passages
    assert [passage.text for passage in found] == ["甲。", "乙。", "丙。"]
    assert [passage.chapter for passage in found] == ["总则", "物权编", "附则"]


def test_it_drops_text_between_a_heading_and_the_next_article() -> None:
    text = "第一条 甲。\n第二章 别的\n说明文字\n第二条 丙。"
    found = outline_text(text.split("\n")).passages
    assert [passage.text for passage in found] == ["甲。", "丙。"]


def test_it_takes_numbered_headings_only_before_an_article() -> None:
    text = "一、一般规定\n第一条 有下列情形：\n一、甲情形\n二、乙情形\n二、附则\n第二条 丙。"
    found = outline_text(text.split("\n")).passages
    assert found[0].text == "有下列情形：\n一、甲情形\n二、乙情形"
    assert [passage.chapter for passage in found] == ["一、一般规定", "二、附则"]


def test_it_reads_articles_with_no_gap_and_with_arabic_numbers() -> None:
    assert numbers("第一条为了甲。\n第2条 乙。\n**第三条** 丙。\n— 3 —\n第 四 条\n丁。") == list(
        "1234"
    )


def test_it_keeps_a_date_that_begins_a_sentence() -> None:
    text = "第一条 甲。\n2020年8月20日之后受理的案件，适用本规定施行后的标准。"
    assert outline_text(text.split("\n")).passages[0].text.endswith("施行后的标准。")


@given(st.text(alphabet="第一二三条章编附则：修正案# 。\n之2020年1月日", max_size=200))
def test_it_never_raises_and_always_rises(text: str) -> None:
    found = [
        (passage.article, passage.inserted) for passage in outline_text(text.split("\n")).passages
    ]
    assert found == sorted(set(found))
