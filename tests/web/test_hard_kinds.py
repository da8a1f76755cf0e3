"""Hard tests 22 and 23: everything that is not a typed text, and who is still there."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import clock
from bot.simulator import Ruling, pushes
from bot.simulator.pushes import Push
from bot.storage import outbox
from bot.storage.outbox import Plan
from bot.storage.tables import deliveries, handoffs, inbox, metadata, misses, residents
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, QUESTION

OTHER = "oResidentYi000000000000002"
PLACE = ("35.10", "118.83", "文疃镇<某村>")

ANSWERED: dict[str, Push] = {
    "image": pushes.image(OPENID, "media-1", "http://mmbiz.qpic.cn/x"),
    "voice with an empty Recognition": pushes.voice(OPENID, "media-1"),
    "voice recognised": pushes.voice(OPENID, "media-1", recognition="离婚冷静期"),
    "video": pushes.video(OPENID, "media-1"),
    "short video": pushes.video(OPENID, "media-1", short=True),
    "location": pushes.location(OPENID, *PLACE),
    "link": pushes.link(OPENID, "快看", "https://x.example/?a=1&b=2", "转给大家"),
    "follow": pushes.follow(OPENID),
    "follow by a code": pushes.follow(OPENID, scene="201"),
    "scan of a code": pushes.scan(OPENID, "201"),
    "scan of something else": pushes.scan(OPENID, "no such scene"),
    "menu": pushes.menu_click(OPENID, "topics"),
    "menu of another release": pushes.menu_click(OPENID, "gone"),
}

SILENT: dict[str, Push] = {
    "unfollow": pushes.unfollow(OPENID),
    "menu view": pushes.menu_view(OPENID, "https://x.example"),
    "mini program": pushes.event(OPENID, "view_miniprogram", {"EventKey": "pages/index"}),
    "position report": pushes.report_location(OPENID, "35.1", "118.8"),
    "camera": pushes.menu_tool(OPENID, "pic_sysphoto", "camera"),
    "code scanner": pushes.menu_tool(OPENID, "scancode_push", "scanner"),
    "place picker": pushes.menu_tool(OPENID, "location_select", "place"),
    "template finished": pushes.template_finished(OPENID, 7, "failed:user block"),
    "mass send finished": pushes.mass_finished(OPENID, 7, "send success", (9, 9, 8, 1)),
    "mass send with an odd status": pushes.mass_finished(OPENID, 7, "err(99999)", (0, 0, 0, 0)),
    "published": pushes.publish_finished(OPENID, 7, 0),
    "subscriptions": pushes.subscription(
        OPENID, "subscribe_msg_popup_event", [{"TemplateId": "a"}, {"TemplateId": "b"}]
    ),
    "clerk joined": pushes.customer_service_session(OPENID, "kf_create_session", "a@b"),
    "verified": pushes.verification(OPENID, "annual_renew", 1_900_000_000),
    "profile changed": pushes.authorization_change(OTHER, OPENID, "user_info_modified", "wx1"),
    "unknown type": Push(OPENID, "hologram", {"Hologram": {"Depth": 3}}, ""),
    "unknown event": pushes.event(OPENID, "teleport", {"EventKey": "x"}),
    "event without Event": Push(OPENID, "event", {"EventKey": "x"}, ""),
    "event with nested nonsense": pushes.event(OPENID, "x", {"List": [{"a": {"b": "c"}}] * 9}),
    "type in the wrong case": Push(OPENID, "TEXTUAL", {}, ""),
    "empty type": Push(OPENID, "", {"Content": QUESTION}, ""),
}


@pytest.mark.parametrize("mode", ["secure", "compat", "plain"])
@pytest.mark.parametrize("name", ANSWERED)
def test_hard_22_it_answers_every_kind(build: Builder, name: str, mode: str) -> None:
    verdict = build(mode=mode).deliver(ANSWERED[name])

    assert (verdict.ruling, verdict.kind, verdict.warnings) == (Ruling.REPLY, "text", ())


@pytest.mark.parametrize("mode", ["secure", "compat", "plain"])
@pytest.mark.parametrize("name", SILENT)
def test_hard_22_it_is_silent_about_the_rest(build: Builder, name: str, mode: str) -> None:
    """`success` and nothing else: a body WeChat does not expect shows its error text."""
    office = build(mode=mode)
    response = office.post_sealed(office.seal(SILENT[name]))

    assert (response.status_code, response.data) == (200, b"success")
    assert office.count(misses) == 0
    assert ANSWER in office.heard(QUESTION)


@pytest.mark.parametrize("kind", ["text", "hologram", "event"])
def test_hard_22_a_push_from_nobody_is_acknowledged(office: Office, kind: str) -> None:
    """A reply to it would have an empty ToUserName."""
    push = Push("", kind, {"Content": QUESTION, "Event": "subscribe"}, "")
    response = office.post_sealed(office.seal(push))

    assert (response.status_code, response.data) == (200, b"success")
    assert (office.count(inbox), office.count(residents)) == (0, 0)


def test_hard_22_a_voice_is_not_a_question(office: Office) -> None:
    """Recognition comes empty since 2023; what an old client puts there is not trusted either."""
    for name in ("voice with an empty Recognition", "voice recognised"):
        verdict = office.deliver(ANSWERED[name])
        assert "语音" in verdict.text
        assert ANSWER not in verdict.text


@pytest.mark.parametrize("verified", [True, False])
def test_hard_22_a_voice_reaches_a_person_where_it_can_be_fetched(
    build: Builder, verified: bool
) -> None:
    office = build(verified=verified)
    office.deliver(ANSWERED["voice with an empty Recognition"])
    office.heard("人工")

    assert office.count(handoffs) == (1 if verified else 0)


def test_hard_22_a_tapped_line_is_as_good_as_typing(build: Builder) -> None:
    office = build()
    assert ANSWER in office.deliver(pushes.text(OPENID, "201", menu_id="1")).text


def deliver(office: Office, *events: Push) -> None:
    for event in events:
        office.deliver(event)


def one_after_another(office: Office, events: Sequence[Push]) -> list[Push]:
    """Stamp events as created a second apart, the last one now."""
    last = len(events) - 1
    return [office.account.stamp(one).aged(last - number) for number, one in enumerate(events)]


def test_hard_23_following_and_leaving_are_remembered(office: Office) -> None:
    for event, following in (
        (pushes.follow(OPENID), True),
        (pushes.unfollow(OPENID), False),
        (pushes.follow(OPENID), True),
    ):
        office.deliver(replace(event, summary=""))
        assert office.resident().following is following
        office.account.signing_clock = _later(office)


def _later(office: Office) -> clock.Clock:
    """Two events of one kind in one second would be taken for a repetition."""
    now = office.account.signing_clock() + timedelta(seconds=1)
    return lambda: now


@pytest.mark.parametrize("order", [(2, 0, 1), (2, 1, 0), (0, 2, 1), (1, 2, 0), (0, 1, 2)])
def test_hard_23_the_last_step_counts_however_late_the_others_come(
    office: Office, order: Sequence[int]
) -> None:
    """Follow, leave, follow: retries can bring them in any order."""
    steps = [pushes.follow(OPENID), pushes.unfollow(OPENID), pushes.follow(OPENID, scene="201")]
    stamped = one_after_another(office, steps)
    deliver(office, *(stamped[number] for number in order))

    assert office.resident().following is True


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (0, 2, 1)])
def test_hard_23_who_left_stays_away_however_late_the_others_come(
    office: Office, order: Sequence[int]
) -> None:
    """A question that arrives after its author left does not bring them back."""
    steps = [pushes.follow(OPENID), pushes.text(OPENID, QUESTION), pushes.unfollow(OPENID)]
    stamped = one_after_another(office, steps)
    deliver(office, *(stamped[number] for number in order))

    assert office.resident().following is False


def test_hard_23_a_repeated_leaving_does_not_undo_coming_back(office: Office) -> None:
    follow, leave, back = one_after_another(
        office, [pushes.follow(OPENID), pushes.unfollow(OPENID), pushes.follow(OPENID)]
    )
    deliver(office, follow, leave, back, leave, leave)

    assert office.resident().following is True


@pytest.mark.parametrize(
    "name", ["mass send finished", "template finished", "unknown event", "verified"]
)
def test_hard_23_what_wechat_reports_makes_nobody_a_follower(office: Office, name: str) -> None:
    """FromUserName of a finished mass send is just anybody; of a failed one, who blocked us."""
    deliver(office, SILENT[name])
    assert office.resident().following is False

    office.heard(QUESTION)
    assert office.resident().following is True


def start_riding(office: Office) -> None:
    now = clock.now()
    plan = Plan("market", "d", "前一天", "all", "明天赶集。", now, now, now + timedelta(hours=9))
    with office.database.transaction() as connection:
        outbox.synchronise(connection, [plan], now)
        (notice,) = outbox.list_due(connection, now)
        outbox.start_riding(connection, notice, reason="")


def test_hard_23_leaving_gets_no_reply_and_no_notice(office: Office) -> None:
    """A notice that waits to ride must not count as given to those who left."""
    start_riding(office)
    leave, back = one_after_another(office, [pushes.unfollow(OPENID), pushes.follow(OPENID)])

    assert office.post_sealed(office.seal(leave)).data == b"success"
    assert office.count(deliveries) == 0
    assert "明天赶集" in office.deliver(back).text
    assert office.count(deliveries) == 1


REVOCATIONS = ["user_authorization_revoke", "user_authorization_cancellation"]


@pytest.mark.parametrize("name", REVOCATIONS)
def test_hard_23_a_revocation_deletes_the_one_it_names(office: Office, name: str) -> None:
    """OpenID's data, not FromUserName's: the Personal Information Protection Law."""
    start_riding(office)
    for openid in (OPENID, OTHER):
        for said in ("航天飞机的隔热瓦怎么贴", "救命", "人工", "文疃村"):
            office.heard(said, openid)

    event = pushes.authorization_change(OTHER, OPENID, name, "wx1")
    assert office.post_sealed(office.seal(event)).data == b"success"
    assert mentions(office, OPENID) == 0
    assert mentions(office, OTHER) > 5


def mentions(office: Office, openid: str) -> int:
    """Count the rows of every table that name a resident."""
    total = 0
    with office.database.reading() as connection:
        for table in metadata.sorted_tables:
            total += sum(openid in str(row) for row in connection.execute(table.select()))
    return total


def test_hard_23_revocations_of_several_people_in_one_second_all_count(office: Office) -> None:
    for openid in (OPENID, OTHER):
        office.heard(QUESTION, openid)
    first, second = (
        office.account.stamp(
            pushes.authorization_change("oSender", openid, "user_authorization_revoke", "wx1")
        )
        for openid in (OPENID, OTHER)
    )
    deliver(office, first, replace(second, created=first.created))

    assert (mentions(office, OPENID), mentions(office, OTHER)) == (0, 0)


def test_hard_23_a_revocation_that_names_nobody_deletes_nobody(office: Office) -> None:
    office.heard(QUESTION)
    for fields in ({}, {"OpenID": ""}, {"OpenID": "' OR 1=1 --"}, {"OpenID": {"a": "b"}}):
        event = pushes.event(OPENID, "user_authorization_revoke", fields)
        assert office.post_sealed(office.seal(event)).data == b"success"
        office.account.signing_clock = _later(office)

    assert office.resident().version == 1


def test_hard_23_deleting_on_request_leaves_nothing(office: Office) -> None:
    for said in ("我电话13812345678，航天飞机怎么修", "救命", "删除我的数据", "确定删除"):
        office.heard(said)

    assert mentions(office, OPENID) == 0
