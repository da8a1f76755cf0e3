"""FAQ files into entries."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.entries import Citation, EntryStatus
from bot.knowledge.parser import LABELS, parse_faq

FRAGMENTS = st.sampled_from(
    [
        "---\n",
        "law: 民法典\n",
        "# 主题\n",
        "## 问题\n",
        "##\n",
        "＃＃ 宽\n",
        "- 条目\n",
        "-\n",
        "－ 宽条目\n",
        "\u200b\ufeff",
        "：",
        "；",
        "民法典1077、",
        "第一千零七十七条",
        "2026-02-30\n",
        "已审核\n",
        "**",
        "[[[[",
        "&a *a {",
        "\t",
        "\r",
        "\x00",
        *(f"{label}：" for label in sorted(LABELS)),
    ]
)


def test_it_reads_every_field(good: str) -> None:
    approved = "已审核\n审核人：张三\n审核日期：2026-03-05\n复核期限：2027-03-05"
    written, problems = parse_faq(
        good.replace("待审核\n审核人：\n审核日期：\n复核期限：", approved), "a.md"
    )
    entry = written[0].entry
    assert problems == []
    assert (entry.code, entry.question) == ("201", "离婚冷静期有多久？")
    assert entry.phrasings == ("去民政局离婚要等几天", "俺俩都同意离，为啥不当天给办")
    assert entry.citations == (Citation("民法典", "1077"), Citation("民法典", "1076"))
    assert entry.short_answer.startswith("从递交申请那天起")
    assert entry.full_answer.startswith("期满后再**一起**去领证。")
    assert entry.next_step == "想好了再去。"
    assert (entry.status, entry.approver) == (EntryStatus.APPROVED, "张三")
    assert (entry.approved_on, entry.review_by) == (date(2026, 3, 5), date(2027, 3, 5))
    assert (entry.law, entry.part, entry.topic) == ("民法典", "婚姻家庭编", "离婚")
    assert (entry.path, entry.line, written[0].last_line) == ("a.md", 7, 24)


def test_it_keeps_what_it_can_read_beside_what_it_cannot(good: str) -> None:
    text = good.replace("依据：民法典1077、民法典1076", "依据：《民法典》第1077条、乱写、宪法49")
    written, problems = parse_faq(text, "a.md")
    assert [str(citation) for citation in written[0].entry.citations] == ["民法典1077", "宪法49"]
    assert [problem.line for problem in problems] == [13, 13]


def test_it_reads_windows_files_like_any_other(good: str) -> None:
    written, problems = parse_faq(good.replace("\n", "\n").replace("：", " ： "), "a.md")
    assert problems == []
    assert written[0].entry.code == "201"


def test_it_takes_citations_as_a_list_too(good: str) -> None:
    text = good.replace("依据：民法典1077、民法典1076", "依据：\n- 民法典1077\n- 民法典 1076")
    written, problems = parse_faq(text, "a.md")
    assert problems == []
    assert [citation.number for citation in written[0].entry.citations] == ["1077", "1076"]


@given(st.one_of(st.text(), st.lists(FRAGMENTS, max_size=40).map("".join)))
def test_it_never_raises(text: str) -> None:
    written, problems = parse_faq(text, "a.md")
    last = text.count("\n") + 1
    assert all(1 <= problem.line <= last for problem in problems)
    assert all(one.entry.line <= one.last_line for one in written)


@given(st.lists(FRAGMENTS, max_size=40).map("".join))
def test_it_reads_unchanged_text_the_same(text: str) -> None:
    assert parse_faq(text, "a.md") == parse_faq(text, "a.md")


@given(
    st.text(alphabet="甲乙丙丁，。", min_size=1, max_size=30),
    st.sampled_from([" ", "\u3000", "\u200b"]),
)
def test_it_does_not_mind_invisible_characters(answer: str, invisible: str) -> None:
    text = "---\nlaw: 服务\n---\n# 甲\n## 问\n编号：831\n短答：" + answer + "\n"
    plain, _ = parse_faq(text, "a.md")
    messy, _ = parse_faq(text.replace("\n编号", f"\n{invisible}编号") + invisible, "a.md")
    assert plain[0].entry == messy[0].entry
