"""The judge's table: what WeChat shows for every kind of answer."""

import pytest
from wechatpy.crypto import WeChatCrypto

from bot.simulator import Account, Credentials, Mode, Ruling, pushes
from bot.simulator.judge import Answer, Case, judge

KNOWN = Credentials("wx0123456789abcdef", "secret", "TOKEN", "A" * 43)
QUESTION = Account().stamp(pushes.text("o1", "你好"))
FOLLOW = Account().stamp(pushes.follow("o1"))


def plain(body, *, push=QUESTION, status=200):
    answer = Answer(status, body if isinstance(body, bytes) else body.encode())
    return judge(answer, Case(push, "gh_1", Mode.PLAIN, KNOWN))


def xml(
    inside="<Content><![CDATA[好]]></Content>", *, to="o1", sender="gh_1", kind="text", time="1"
):
    head = f"<ToUserName>{to}</ToUserName><FromUserName>{sender}</FromUserName>"
    return f"<xml>{head}<CreateTime>{time}</CreateTime><MsgType>{kind}</MsgType>{inside}</xml>"


def content(text):
    return xml(f"<Content><![CDATA[{text}]]></Content>")


def news(count, written=None):
    item = "<item><Title>题</Title><Description/><PicUrl/><Url>http://x/1</Url></item>"
    head = f"<ArticleCount>{count if written is None else written}</ArticleCount>"
    return xml(f"{head}<Articles>{item * count}</Articles>", kind="news")


@pytest.mark.parametrize("body", [b"", b"success"])
def test_it_stays_silent_on(body):
    assert plain(body).ruling is Ruling.SILENT


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ('{"text":"好"}', "JSON"),
        ("[]", "JSON"),
        ("<html><body>好</body></html>", "网页"),
        ("<!DOCTYPE html><html></html>", "网页"),
        ("Success", "既不是"),
        ("success\n", "既不是"),
        ("好", "既不是"),
        ("\ufeff" + xml(), "既不是"),
        ("<xml><ToUserName>", "不完整"),
        (b"<xml>\xff</xml>", "不完整"),
        (content("坏\x0b字符"), "不完整"),
        (content("a]]>b"), "不完整"),
        ("<!DOCTYPE xml [<!ENTITY a 'b'>]>" + xml(), "DTD"),
        (xml().replace("xml>", "reply>"), "根元素"),
        ("<xml/>", "ToUserName"),
        (xml(to="o2"), "ToUserName"),
        (xml(to="gh_1", sender="o1"), "ToUserName"),
        (xml(sender="gh_2"), "FromUserName"),
        (xml(time="昨天"), "CreateTime"),
        (xml(time="1.5"), "CreateTime"),
        (xml(kind="markdown"), "MsgType"),
        (xml(kind=""), "MsgType"),
        (xml("<MsgType>text</MsgType><Content>好</Content>"), "MsgType"),
        (xml(""), "Content"),
        (xml("<Content></Content>"), "空的"),
        (xml("<Content> \n</Content>"), "空的"),
        (xml("<Content><b>好</b></Content>"), "套着"),
        (xml("<Content>1</Content><Content>2</Content>"), "Content"),
        (content("x" * 2049), "2049"),
        (content("文" * 683), "2049"),
        (xml("<Image><MediaId/></Image>", kind="image"), "MediaId"),
        (xml("<MediaId>1</MediaId>", kind="image"), "Image"),
        (news(1, written=2), "ArticleCount"),
        (news(0), "ArticleCount"),
        ("<xml><Encrypt>x</Encrypt></xml>", "MsgSignature|明文"),
    ],
)
def test_it_shows_the_error_text_for(body, reason):
    verdict = plain(body)
    assert verdict.is_fault
    assert any(part in verdict.reason for part in reason.split("|")), verdict.reason


@pytest.mark.parametrize("status", [201, 204, 301, 302, 403, 404, 500, 503])
def test_it_wants_status_200(status):
    assert plain("success", status=status).is_fault


@pytest.mark.parametrize("text", ["好", "x" * 2048, "𠮷" * 512, "& < > ' \"", "第一行\n第二行"])
def test_it_shows_text_up_to_2048_bytes(text):
    verdict = plain(content(text))
    assert (verdict.ruling, verdict.text) == (Ruling.REPLY, text)


@pytest.mark.parametrize(
    ("kind", "inside", "shown"),
    [
        ("image", "<Image><MediaId>1</MediaId></Image>", "[图片]"),
        ("voice", "<Voice><MediaId>1</MediaId></Voice>", "[语音]"),
        ("video", "<Video><MediaId>1</MediaId></Video>", "[视频]"),
        ("music", "<Music><ThumbMediaId>1</ThumbMediaId></Music>", "[音乐]"),
    ],
)
def test_it_shows_other_kinds(kind, inside, shown):
    verdict = plain(xml(inside, kind=kind))
    assert (verdict.ruling, verdict.kind, verdict.text) == (Ruling.REPLY, kind, shown)


def test_it_hands_over_to_a_clerk_in_silence():
    assert plain(xml("", kind="transfer_customer_service")).ruling is Ruling.SILENT


@pytest.mark.parametrize(("push", "shown"), [(QUESTION, 1), (FOLLOW, 8)])
def test_it_shows_only_so_many_articles(push, shown):
    verdict = plain(news(9), push=push)
    assert len(verdict.articles) == shown
    assert verdict.warnings


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ('看<a href="http://x">这里', "不成对"),
        ("**重点**", "Markdown"),
        ("# 标题", "Markdown"),
        ("<b>重点</b>", "HTML"),
    ],
)
def test_it_warns_of_what_a_resident_would_stumble_over(text, warning):
    verdict = plain(content(text))
    assert verdict.ruling is Ruling.REPLY
    assert any(warning in found for found in verdict.warnings)


def test_it_does_not_warn_of_good_text():
    text = '一、1.5 倍 * 2\n<a href="weixin://bizmsgmenu?msgmenucontent=a&msgmenuid=1">点</a>'
    assert plain(content(text)).warnings == ()


@pytest.mark.parametrize(
    "push",
    [
        pushes.unfollow("o1"),
        pushes.menu_view("o1", "http://x"),
        pushes.mass_finished("o1", 1, "send success", (1, 1, 1, 0)),
        pushes.authorization_change("o9", "o1", "user_authorization_revoke", "wx1"),
    ],
)
def test_it_shows_no_reply_to_events_without_a_chat(push):
    assert plain(xml(to=push.openid), push=push).ruling is Ruling.SILENT
    assert plain("{}", push=push).is_fault


def encrypted(inner, *, crypto=None, nonce="n", stamp="1700000000"):
    crypto = crypto or WeChatCrypto(KNOWN.token, KNOWN.aes_key, KNOWN.app_id)
    return crypto.encrypt_message(inner, nonce, stamp)


def ruled(body, mode):
    return judge(Answer(200, body.encode()), Case(QUESTION, "gh_1", mode, KNOWN))


@pytest.mark.parametrize("mode", [Mode.SECURE, Mode.COMPAT])
def test_it_opens_an_encrypted_reply(mode):
    assert ruled(encrypted(xml()), mode).text == "好"


def test_it_takes_an_unencrypted_reply_in_compatible_mode_only():
    assert ruled(xml(), Mode.COMPAT).text == "好"
    assert "没有加密" in ruled(xml(), Mode.SECURE).reason
    assert "明文模式" in ruled(encrypted(xml()), Mode.PLAIN).reason


def test_it_takes_an_unencrypted_success_in_secure_mode():
    assert ruled("success", Mode.SECURE).ruling is Ruling.SILENT


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("<Nonce><![CDATA[n]]>", "<Nonce><![CDATA[m]]>", "MsgSignature"),
        ("<TimeStamp>1700000000", "<TimeStamp>1700000001", "MsgSignature"),
        ("<TimeStamp>1700000000", "<TimeStamp>昨天", "TimeStamp"),
        ("<Nonce><![CDATA[n]]></Nonce>", "", "Nonce"),
        ("MsgSignature>", "Signature>", "MsgSignature"),
        ("<Encrypt>", "<Encrypt>1</Encrypt><Encrypt>", "Encrypt"),
    ],
)
def test_it_refuses_a_tampered_envelope(old, new, reason):
    body = encrypted(xml())
    assert old in body
    verdict = ruled(body.replace(old, new), Mode.SECURE)
    assert verdict.is_fault
    assert reason in verdict.reason


def test_it_refuses_another_key_or_appid():
    for key, app_id in (("B" * 42 + "A", KNOWN.app_id), (KNOWN.aes_key, "wx_other")):
        crypto = WeChatCrypto(KNOWN.token, key, app_id)
        assert "解不开" in ruled(encrypted(xml(), crypto=crypto), Mode.SECURE).reason


def test_it_judges_what_is_inside_the_envelope():
    assert ruled(encrypted(xml(to="o2")), Mode.SECURE).is_fault
    assert ruled(encrypted("{}"), Mode.SECURE).is_fault
    assert ruled(encrypted(""), Mode.SECURE).is_fault
