"""What is not covered: said so, with the nearest articles where statutes are imported."""

from pathlib import Path

import pytest

from bot.conversation.turn import Decision
from bot.knowledge.statute_import import import_statutes
from tests.conversation.talking import Resident, read_content, said, write_knowledge

CODE = """# 中华人民共和国宪法

2019年5月1日 通过
2020年1月1日 施行

## 第一章 水井

第一条 水井由全体住户共同维护，任何住户不得独占取水。

第二条 水井干涸的，全体住户共同出资淘井，不得推诿。

第三条 全体住户共同维护水井周围的道路。

第四条 偷取别人东西的，要判处为全村挑水几年。
"""
WELL = "水井由住户共同维护，有住户独占取水"
HEADING = "最接近的法条（仅供参考，不是答案）："


@pytest.fixture
def reader(tmp_path: Path) -> Resident:
    """A resident of an office that imported one law."""
    law = tmp_path / "宪法.md"
    law.write_text(CODE, encoding="utf-8")
    import_statutes([law], tmp_path / "statutes")
    folder = write_knowledge(tmp_path / "knowledge")
    return Resident(read_content(folder, tmp_path / "statutes"))


def test_it_offers_the_nearest_articles_as_taps(reader: Resident) -> None:
    outcome = reader.say(WELL)
    assert outcome.decision is Decision.FALLBACK
    assert outcome.reply
    assert outcome.reply.text.endswith(HEADING)
    *articles, person = outcome.reply.taps
    assert 1 <= len(articles) <= 2
    assert (articles[0].label, articles[0].message) == ("《宪法》第1条", "宪法1")
    assert person.message == "人工"
    assert len(said(outcome)) < 200


def test_a_tap_shows_the_article(reader: Resident) -> None:
    taps = reader.say(WELL).reply.taps  # type: ignore[union-attr]
    shown = reader.say(taps[0].message)
    assert shown.decision is Decision.ARTICLE
    assert shown.citations == ("宪法1",)
    assert "不得独占取水" in said(shown)


def test_a_number_chooses_the_article_too(reader: Resident) -> None:
    reader.say(WELL)
    assert reader.say("1").citations == ("宪法1",)


def test_it_keeps_offering_a_person_beside_articles(reader: Resident) -> None:
    outcome = reader.say_all("火星上能种树吗", WELL)
    assert HEADING in said(outcome)
    assert outcome.reply
    assert outcome.reply.taps[-1].label == "转给工作人员"
    assert "点最下面一行" in outcome.reply.text


def test_it_shows_no_article_for_another_field_of_law(reader: Resident) -> None:
    asked = "偷东西判几年"
    assert reader.content.library.nearest_articles("偷取别人东西要判处挑水几年")
    outcome = reader.say(asked)
    assert outcome.decision is Decision.FALLBACK
    assert "刑事犯罪" in said(outcome)
    assert "法条" not in said(outcome)
    assert [tap.message for tap in outcome.reply.taps] == ["人工"]  # type: ignore[union-attr]


def test_it_shows_no_article_that_is_not_near(reader: Resident) -> None:
    outcome = reader.say("火星上能种树吗")
    assert outcome.decision is Decision.FALLBACK
    assert "法条" not in said(outcome)


def test_it_shows_no_article_where_none_is_imported(resident: Resident) -> None:
    outcome = resident.say(WELL)
    assert outcome.decision is Decision.FALLBACK
    assert "法条" not in said(outcome)
