from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consultation.triage import Safety, find_danger, load_safety
from bot.errors import Severity

KINDS = """## 打人
号码：110
卡片：请打110。
必报：
- 救命
信号：
- 拿刀、提刀+砍、捅
- 打我
除外：
- 打我卡
- 梦见+砍

## 着火
号码：119
卡片：请打119。
信号：
- 着火
"""

COMMON = """
## 通用
除外：
- 打官司
同词：
- 俺、咱 = 我
问法律：
- 判几年、犯法
过去：
- 去年
眼下：
- 现在
"""


def load(folder: Path, text: str) -> tuple[Safety, list[str]]:
    path = folder / "safety.md"
    path.write_text(text, encoding="utf-8")
    safety, problems = load_safety(path)
    return safety, [f"{problem.line}: {problem.text}" for problem in problems]


@pytest.fixture
def safety(tmp_path: Path) -> Safety:
    found, problems = load(tmp_path, KINDS + COMMON)
    assert problems == []
    return found


def kind_of(text: str, safety: Safety) -> str:
    danger = find_danger(text, safety)
    return danger.kind.name if danger else ""


def test_it_reads_kinds_with_number_and_card(safety: Safety) -> None:
    assert [(kind.name, kind.number, kind.card) for kind in safety.kinds] == [
        ("打人", "110", "请打110。"),
        ("着火", "119", "请打119。"),
    ]


def test_it_wants_every_part_in_one_sentence(safety: Safety) -> None:
    assert kind_of("他拿刀要砍人", safety) == "打人"
    assert kind_of("他提刀来了，要砍人", safety) == "打人"
    assert kind_of("他提刀来了 要砍人", safety) == "打人"
    assert kind_of("他拿刀切菜。我在地里砍柴", safety) == ""


def test_it_takes_parts_far_apart_for_two_matters(safety: Safety) -> None:
    far = "拿刀割完麦子回家做饭又去集上买了两斤肉回来砍"
    assert kind_of(far, safety) == ""


def test_it_strikes_look_alikes_out_and_nothing_more(safety: Safety) -> None:
    assert kind_of("工资打我卡里", safety) == ""
    assert kind_of("工资打我卡里他还打我", safety) == "打人"
    assert kind_of("梦见他拿刀砍人", safety) == ""


def test_it_looks_only_so_often_for_a_word(safety: Safety) -> None:
    often = "".join(f"打我{word}" for word in "一二三四五六七八九")
    assert kind_of(f"去年{often}", safety) == ""
    assert kind_of(often, safety) == "打人"


def test_it_reads_other_spellings(safety: Safety) -> None:
    assert kind_of("他打俺", safety) == "打人"
    assert kind_of("他 打 咱 ！！", safety) == "打人"
    assert kind_of("他現在打我", safety) == "打人"


def test_it_stays_calm_at_questions_of_law_and_the_past(safety: Safety) -> None:
    assert kind_of("打我犯法吗", safety) == ""
    assert kind_of("去年他打我", safety) == ""
    assert kind_of("他打我，判几年", safety) == ""


def test_it_alarms_when_it_happens_now(safety: Safety) -> None:
    assert kind_of("去年他打我，现在又打我", safety) == "打人"
    assert kind_of("救命，他犯法了", safety) == "打人"


def test_it_takes_the_kind_named_first(safety: Safety) -> None:
    assert kind_of("着火了救命", safety) == "打人"
    assert kind_of("着火了", safety) == "着火"


def test_it_quotes_the_words_that_gave_it_away(safety: Safety) -> None:
    danger = find_danger("他提刀就砍", safety)
    assert danger is not None
    assert danger.sign == "提刀…砍"


def test_it_bears_a_file_that_is_not_there(tmp_path: Path) -> None:
    safety, problems = load_safety(tmp_path / "safety.md")
    assert safety == Safety()
    assert problems[0].severity is Severity.ERROR


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("# 空的\n", "1: 一种危险也没有写"),
        (KINDS.replace("号码：110\n", ""), "1: 号码应是"),
        (KINDS.replace("卡片：请打119。\n", ""), "“着火”没有写卡片"),
        (KINDS.replace("请打110。", "请报警。"), "3: 卡片里没有提到号码 110"),
        (KINDS.replace("请打110。", "请打110。" + "快" * 300), "3: 卡片超过 300 字"),
        (KINDS.replace("信号：\n- 着火\n", ""), "“着火”没有写必报或信号"),
        (KINDS.replace("- 救命", "- 救"), "5: “救”太短"),
        (KINDS.replace("信号：", "信好："), "不认识的标签"),
    ],
)
def test_it_tells_what_is_wrong(text: str, problem: str, tmp_path: Path) -> None:
    _, problems = load(tmp_path, text)
    assert any(problem in found for found in problems), problems


@pytest.fixture(scope="module")
def shipped() -> Safety:
    safety, problems = load_safety(Path("knowledge/safety.md"))
    assert problems == []
    return safety


def test_its_cards_promise_nothing_and_name_the_number(shipped: Safety) -> None:
    for kind in shipped.kinds:
        assert kind.number in kind.card
        assert "自动回复" in kind.card
        assert len(kind.card) <= 300


@given(text=st.text(max_size=300))
def test_it_never_raises(text: str, shipped: Safety) -> None:
    danger = find_danger(text, shipped)
    assert danger is None or danger.sign


@given(
    before=st.text("今天天气好邻居说话他她", max_size=12),
    after=st.text("啊呀快点", max_size=4),
    space=st.sampled_from(["", " ", "，", "\n", "…"]),
)
def test_it_hears_a_cry_in_any_wording(
    before: str, after: str, space: str, shipped: Safety
) -> None:
    assert find_danger(f"{before}{space}救命{after}", shipped) is not None
