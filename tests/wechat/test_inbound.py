"""Every message and push of the platform, and everything that only looks like one."""

import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import WebhookError
from bot.messages import Inbound, InboundKind
from bot.wechat.inbound import LONGEST_KEY, UNSUPPORTED_TEXT, parse_inbound

OPENID = "oResident"


@pytest.fixture(scope="session")
def read(wechat):
    def read(**elements):
        return parse_inbound(wechat.message(**elements).encode())

    return read


@pytest.fixture(scope="session")
def read_push(wechat, now):
    def read_push(event, inner="", sender=OPENID):
        stamp = int(now.timestamp())
        return parse_inbound(
            f"<xml><ToUserName>gh_account</ToUserName><FromUserName>{sender}</FromUserName>"
            f"<CreateTime>{stamp}</CreateTime><MsgType>event</MsgType>"
            f"<Event>{event}</Event>{inner}</xml>".encode()
        )

    return read_push


def test_it_reads_a_text(read, now):
    inbound = read(Content="离婚冷静期有多久")
    assert inbound == Inbound(
        openid=OPENID,
        kind=InboundKind.TEXT,
        key="m:oResident:23456789012345678",
        sent_at=now,
        text="离婚冷静期有多久",
        account="gh_account",
        fields=inbound.fields,
    )
    assert inbound.fields["MsgID"] == "23456789012345678"
    assert inbound.sent_at.utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("message_type", "kind"),
    [
        ("text", InboundKind.TEXT),
        ("TEXT", InboundKind.TEXT),
        ("image", InboundKind.IMAGE),
        ("voice", InboundKind.VOICE),
        ("video", InboundKind.VIDEO),
        ("shortvideo", InboundKind.VIDEO),
        ("location", InboundKind.LOCATION),
        ("link", InboundKind.LINK),
        ("file", InboundKind.OTHER),
        ("", InboundKind.OTHER),
        ("好", InboundKind.OTHER),
    ],
)
def test_it_tells_the_types_apart(read, message_type, kind):
    assert read(MsgType=message_type).kind is kind


def test_it_takes_no_words_from_a_voice_message(read):
    """WeChat's own recognition is retired; what an old account may still send is not trusted."""
    for recognition in ("", "离婚"):
        inbound = read(MsgType="voice", Content="", MediaId="v1", Recognition=recognition)
        assert (inbound.kind, inbound.text, inbound.media_id) == (InboundKind.VOICE, "", "v1")


def test_it_reads_a_location_and_a_link_without_text(read):
    place = read(MsgType="location", Content="", Label="文疃镇", Location_X="35.1")
    assert (place.text, place.fields["Label"]) == ("", "文疃镇")
    link = read(MsgType="link", Content="", Title="标题", Url="https://example.com")
    assert (link.text, link.fields["Url"]) == ("", "https://example.com")


def test_it_keeps_the_id_of_a_tapped_line(read):
    assert read(Content="201", bizmsgmenuid="2").fields["bizmsgmenuid"] == "2"
    assert "bizmsgmenuid" not in read(Content="201").fields


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u3000"])
def test_it_reads_an_empty_text_as_empty_and_never_none(read, text):
    assert read(Content=text).text == ""


@pytest.mark.parametrize(
    "text",
    [
        "😀",
        "x" * 2000,
        "１２３４５",
        "離婚冷靜期",
        "'; DROP TABLE inbox; --",
        ".*(a+)+$",
        'NEAR("离婚" OR *)',
        '<a href="https://example.com">点</a>',
        "<!DOCTYPE html>",
        "<!ENTITY x 'y'>",
        "{0} %s %(x)s ${x}",
        "&amp; & &#x41;",
        "👨‍👩‍👧‍👦",
        "‮מלון",
    ],
)
def test_it_hands_on_what_was_typed_as_it_was_typed(read, text):
    assert read(Content=text).text == text


def test_it_drops_control_characters_that_xml_cannot_carry(read):
    assert read(Content="欠\x0b钱\x00不\x1f还").text == "欠钱不还"


def test_it_treats_wechats_placeholder_as_nothing_said(read):
    inbound = read(Content=UNSUPPORTED_TEXT)
    assert (inbound.kind, inbound.text) == (InboundKind.OTHER, "")


@pytest.mark.parametrize(
    "message_id", ["9223372036854775808", "99999999999999999999999", "abc", "-1", "0"]
)
def test_it_keeps_a_message_id_as_the_text_it_is(read, message_id):
    assert read(MsgId=message_id).key == f"m:oResident:{message_id}"


def test_it_reads_the_other_spelling_of_the_message_id(read):
    assert read(MsgId="", MsgID="77").key == "m:oResident:77"


def test_it_makes_a_stable_key_where_the_message_id_is_missing(read):
    one = read(MsgId="")
    assert one.key.startswith("h:oResident:")
    assert one.key == read(MsgId="").key
    others = [
        read(MsgId="", Content="别的"),
        read(MsgId="", CreateTime="1795397401"),
        read(MsgId="", FromUserName="oNeighbour"),
        read(MsgId="", MsgType="voice", MediaId="v1"),
    ]
    assert len({one.key, *(other.key for other in others)}) == 5


@pytest.mark.parametrize(
    "create_time",
    ["abc", "9" * 20, "0", "0" * 10, "", "-1", "１７９５３９７４００", "1795397400.5"],
)
def test_it_reads_an_odd_time_as_unknown(read, create_time):
    inbound = read(CreateTime=create_time)
    assert (inbound.sent_at, inbound.kind) == (None, InboundKind.TEXT)


@pytest.mark.parametrize("sender", ["", "o p", "o" * 65, "张三", "o'--", "o<b>"])
def test_it_has_no_subject_where_the_sender_is_no_openid(read, sender):
    inbound = read(FromUserName=sender)
    assert (inbound.openid, inbound.kind) == ("", InboundKind.OTHER)


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("subscribe", InboundKind.FOLLOW),
        ("unsubscribe", InboundKind.UNFOLLOW),
        ("SCAN", InboundKind.SCAN),
        ("CLICK", InboundKind.MENU_CLICK),
        ("click", InboundKind.MENU_CLICK),
        ("MASSSENDJOBFINISH", InboundKind.MASS_SEND_FINISHED),
        *(
            (event, InboundKind.OTHER)
            for event in (
                "LOCATION",
                "VIEW",
                "view_miniprogram",
                "scancode_push",
                "pic_sysphoto",
                "location_select",
                "TEMPLATESENDJOBFINISH",
                "PUBLISHJOBFINISH",
                "subscribe_msg_popup_event",
                "kf_create_session",
                "qualification_verify_success",
                "annual_renew",
                "user_info_modified",
                "something_new",
                "",
            )
        ),
    ],
)
def test_it_tells_the_pushes_apart(read_push, event, kind):
    assert read_push(event).kind is kind


def test_it_reads_an_event_without_an_event(read):
    assert read(MsgType="event").kind is InboundKind.OTHER


def test_it_reads_the_scene_of_a_scanned_code(read_push):
    followed = read_push("subscribe", "<EventKey>qrscene_market</EventKey><Ticket>T</Ticket>")
    scanned = read_push("SCAN", "<EventKey>market</EventKey><Ticket>T</Ticket>")
    assert (followed.text, scanned.text) == ("market", "market")
    assert read_push("subscribe", "<EventKey></EventKey>").text == ""


def test_it_reads_the_key_of_a_menu_click(read_push):
    assert read_push("CLICK", "<EventKey>LATEST</EventKey>").text == "LATEST"


def test_it_takes_an_address_opened_by_menu_for_no_text(read_push):
    assert read_push("VIEW", "<EventKey>https://example.com</EventKey>").text == ""


def test_it_tells_two_pushes_of_one_second_apart_and_knows_a_redelivery(read_push):
    key = "<EventKey>{}</EventKey>"
    pushes = [
        read_push("subscribe"),
        read_push("SCAN", key.format("market")),
        read_push("CLICK", key.format("A")),
        read_push("CLICK", key.format("B")),
        read_push("TEMPLATESENDJOBFINISH", "<MsgID>1</MsgID>"),
        read_push("TEMPLATESENDJOBFINISH", "<MsgID>2</MsgID>"),
        read_push("SCAN", "<Ticket>T1</Ticket>"),
        read_push("SCAN", "<Ticket>T2</Ticket>"),
        read_push("subscribe", sender="oNeighbour"),
    ]
    assert len({push.key for push in pushes}) == len(pushes)
    assert read_push("CLICK", key.format("A")).key == pushes[2].key


def test_it_spells_the_key_of_a_push_as_agreed(read_push, now):
    push = read_push("CLICK", "<EventKey>A</EventKey>")
    assert push.key == f"p:oResident:{int(now.timestamp())}:CLICK:A"


def test_it_keeps_every_key_short_and_still_distinct(read_push, read):
    keys = [read_push("VIEW", f"<EventKey>https://x/{'a' * 900}{n}</EventKey>").key for n in "12"]
    keys += [read(MsgId="7" * 900).key, read(FromUserName="o" * 900, MsgId="").key]
    assert len(set(keys)) == 4
    assert all(len(key) <= LONGEST_KEY for key in keys)


@pytest.mark.parametrize("event", ["user_authorization_revoke", "user_authorization_cancellation"])
def test_it_names_the_person_who_withdrew_and_not_the_sender(read_push, event):
    push = read_push(event, "<OpenID>oWithdrawn</OpenID><RevokeInfo>1</RevokeInfo>")
    assert (push.openid, push.kind) == ("oWithdrawn", InboundKind.REVOCATION)
    other = read_push(event, "<OpenID>oAnother</OpenID>")
    assert push.key != other.key


def test_it_deletes_nobody_when_a_revocation_names_nobody(read_push):
    push = read_push("user_authorization_revoke")
    assert (push.openid, push.kind) == ("", InboundKind.OTHER)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_it_numbers_a_list_of_one_like_a_list_of_many(read_push, count):
    entries = "".join(
        f"<List><TemplateId>T{n}</TemplateId><SubscribeStatusString>accept"
        f"</SubscribeStatusString></List>"
        for n in range(count)
    )
    inner = f"<SubscribeMsgPopupEvent>{entries}</SubscribeMsgPopupEvent>"
    fields = read_push("subscribe_msg_popup_event", inner).fields
    for number in range(count):
        prefix = f"SubscribeMsgPopupEvent.List.{number}"
        assert fields[f"{prefix}.TemplateId"] == f"T{number}"
        assert fields[f"{prefix}.SubscribeStatusString"] == "accept"
    assert f"SubscribeMsgPopupEvent.List.{count}.TemplateId" not in fields


@pytest.mark.parametrize("check", ["", "<CopyrightCheckResult/>", "<CopyrightCheckResult> \n"])
def test_it_reads_the_end_of_a_mass_send_however_much_is_missing(read_push, check):
    closing = "</CopyrightCheckResult>" if check.endswith("\n") else ""
    inner = f"<MsgID>3147483654</MsgID><Status>send success</Status>{check}{closing}"
    push = read_push("MASSSENDJOBFINISH", inner)
    assert (push.fields["MsgID"], push.fields["Status"]) == ("3147483654", "send success")


def test_it_finds_the_mass_send_under_either_spelling(read_push):
    assert read_push("MASSSENDJOBFINISH", "<MsgId>9</MsgId>").fields["MsgID"] == "9"


def test_it_reads_doubled_and_nested_elements_by_the_first(wechat):
    doubled = wechat.message().replace("</xml>", "<MsgType>image</MsgType></xml>")
    assert parse_inbound(doubled.encode()).kind is InboundKind.TEXT
    nested = "<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>"
    nested += "<b>离</b><c>婚</c></Content><Content>别的</Content></xml>"
    assert parse_inbound(nested.encode()).text == "离婚"


@pytest.mark.parametrize(
    "body",
    [
        b"<xml/>",
        b"<xml></xml>",
        b"<xml a='1'><MsgType b='2'>text</MsgType></xml>",
        b'<?xml version="1.0" encoding="gb2312"?><xml><MsgType>text</MsgType></xml>',
        b"\xef\xbb\xbf<xml></xml>",
        b"\n <xml></xml>",
        b"<xml><FromUserName>o1</FromUserName></xml>",
    ],
)
def test_it_makes_the_best_of_a_body_that_is_thin(body):
    assert parse_inbound(body).kind is InboundKind.OTHER


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"<xml",
        b"<xml>",
        b'{"MsgType": "text"}',
        b"<html></html>",
        b"<xmlx></xmlx>",
        b"<xml></xml><xml></xml>",
        b"<xml>\xff\xfe</xml>",
        "<xml></xml>".encode("utf-16"),
        "<xml><Content>离婚</Content></xml>".encode("gb2312"),
        b"<xml>&unknown;</xml>",
        b"<xml>&#0;</xml>",
        b"<xml>&#xD800;</xml>",
        b"<xml><a:b></a:b></xml>",
        b"\x1f\x8b\x08\x00",
    ],
)
def test_it_refuses_a_body_that_is_broken_or_alien(body):
    with pytest.raises(WebhookError) as caught:
        parse_inbound(body)
    assert caught.value.status == 400


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE xml>",
        f'<!DOCTYPE xml [<!ENTITY l0 "lol">{LAUGHS}]>',
        '<!DOCTYPE xml [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd">',
        "<!-- <xml> --><!DOCTYPE xml>",
        "<?xml version='1.0'?>\n<!DOCTYPE xml>",
        "<?a <xml ?><!DOCTYPE xml>",
        '<!ENTITY e "x">',
    ],
)
def test_it_refuses_every_document_type(prolog):
    with pytest.raises(WebhookError) as caught:
        parse_inbound(f"{prolog}<xml><Content>&l9;&e;</Content></xml>".encode())
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "body",
    [
        b"<xml>" + b"<a>" * 9000 + b"</a>" * 9000 + b"</xml>",
        b"<xml>" + b"<a/>" * 16000 + b"</xml>",
        b"<xml>" + b"<List><a/></List>" * 3800 + b"</xml>",
        b"<xml " + b" ".join(b"a%d='1'" % n for n in range(6000)) + b"></xml>",
    ],
    ids=["nested", "siblings", "lists", "attributes"],
)
def test_it_reads_a_body_full_of_tags_in_no_time(body):
    started = time.perf_counter()
    assert parse_inbound(body).kind is InboundKind.OTHER
    assert time.perf_counter() - started < 1


@given(st.binary(max_size=400))
def test_it_survives_any_bytes(body):
    for each in (body, b"<xml>" + body + b"</xml>"):
        reads_or_refuses(each)


NAMES = st.sampled_from(
    ["MsgType", "Event", "EventKey", "FromUserName", "ToUserName", "CreateTime", "MsgId", "MsgID"]
) | st.sampled_from(["Content", "OpenID", "Ticket", "MediaId", "List", "item", "Encrypt", "xml"])
WORDS = st.one_of(
    st.sampled_from(["text", "event", "voice", "subscribe", "user_authorization_revoke", "0"]),
    st.text(max_size=20).map(lambda text: f"<![CDATA[{text}]]>"),
    st.text(max_size=20),
)
ELEMENTS = st.recursive(
    WORDS,
    lambda inner: st.lists(st.tuples(NAMES, inner), max_size=5).map(
        lambda pairs: "".join(f"<{name}>{text}</{name}>" for name, text in pairs)
    ),
    max_leaves=20,
)


@given(st.lists(st.tuples(NAMES, ELEMENTS), max_size=10))
def test_it_survives_any_elements_in_any_order(pairs):
    inner = "".join(f"<{name}>{text}</{name}>" for name, text in pairs)
    reads_or_refuses(f"<xml>{inner}</xml>".encode(errors="ignore"))


def reads_or_refuses(body):
    try:
        inbound = parse_inbound(body)
    except WebhookError as error:
        inbound, status = None, error.status
    if inbound is None:
        assert status == 400
    else:
        assert len(inbound.key) <= LONGEST_KEY
        assert isinstance(inbound.text, str)
        assert inbound.openid or inbound.kind is InboundKind.OTHER
        assert parse_inbound(body) == inbound
