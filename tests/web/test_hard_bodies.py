"""Hard tests 9, 10, 12 and 16: bodies nobody sane would send."""

import time
from collections.abc import Mapping

import pytest
from werkzeug.test import TestResponse

from bot.simulator import Ruling
from bot.simulator.envelope import encrypt
from bot.simulator.pushes import Push, render, render_elements, text
from bot.storage.tables import inbox
from tests.web.conftest import OPENID, Builder, Office
from tests.web.small_office import ANSWER, QUESTION

PATIENCE_SECONDS = 4.5

HEAD = (
    "<ToUserName>gh_account</ToUserName>"
    f"<FromUserName>{OPENID}</FromUserName>"
    "<CreateTime>1795449600</CreateTime>"
)
TEXT = f"{HEAD}<MsgType>text</MsgType><Content>{QUESTION}</Content><MsgId>1</MsgId>"

ODD_BODIES: Mapping[str, str | bytes] = {
    "empty": b"",
    "blank": b" \r\n ",
    "nul": b"\0\0\0\0",
    "half a tag": b"<xml",
    "half a body": f"<xml>{HEAD}",
    "json": b'{"MsgType": "text"}',
    "html": b"<!doctype html><html><body>502</body></html>",
    "other root": f"<note>{TEXT}</note>",
    "two roots": f"<xml>{TEXT}</xml><xml/>",
    "no child": b"<xml/>",
    "an empty pair": b"<xml></xml>",
    "no MsgType": f"<xml>{HEAD}</xml>",
    "empty MsgType": f"<xml>{HEAD}<MsgType/></xml>",
    "doubled MsgType": f"<xml>{TEXT}<MsgType>image</MsgType></xml>",
    "doubled sender": f"<xml>{TEXT}<FromUserName>oOther</FromUserName></xml>",
    "doubled Content": f"<xml>{TEXT}<Content>二</Content></xml>",
    "nested Content": f"<xml>{TEXT.replace(QUESTION, '<a><b>问</b></a>')}</xml>",
    "attributes": f"<xml a='1' b='2'>{TEXT}</xml>".replace("<Content>", "<Content x='1'>"),
    "namespace": f'<xml xmlns="urn:x">{TEXT}</xml>',
    "prefix": f'<xml xmlns:p="urn:x"><p:MsgType>text</p:MsgType>{TEXT}</xml>',
    "bom": b"\xef\xbb\xbf" + f"<xml>{TEXT}</xml>".encode(),
    "invalid utf-8": f"<xml>{TEXT}</xml>".encode().replace("离".encode(), b"\xff\xfe"),
    "utf-16": f"<xml>{TEXT}</xml>".encode("utf-16"),
    "gb2312": f'<?xml version="1.0" encoding="gb2312"?><xml>{TEXT}</xml>'.encode("gb2312"),
    "called gb2312": f'<?xml version="1.0" encoding="gb2312"?><xml>{TEXT}</xml>',
    "called nonsense": f'<?xml version="1.0" encoding="nonsense"?><xml>{TEXT}</xml>',
    "comment": f"<xml><!-- {TEXT} --></xml>",
    "instruction": f"<xml><?php evil() ?>{TEXT}</xml>",
    "open cdata": f"<xml>{HEAD}<Content><![CDATA[x</Content></xml>",
    "bad references": f"<xml>{HEAD}<MsgType>text</MsgType><Content>&#0;&#xD800;</Content></xml>",
    "unknown entity": f"<xml>{HEAD}<MsgType>text</MsgType><Content>&nbsp;</Content></xml>",
    "no sender": "<xml><MsgType>text</MsgType><Content>问</Content></xml>",
    "sender of blanks": f"<xml>{TEXT.replace(OPENID, '   ')}</xml>",
    "sender of markup": f"<xml>{TEXT.replace(OPENID, '&lt;script&gt;')}</xml>",
    "endless sender": f"<xml>{TEXT.replace(OPENID, 'o' * 5000)}</xml>",
    "no account": f"<xml>{TEXT.replace('gh_account', '')}</xml>",
    "event without Event": f"<xml>{HEAD}<MsgType>event</MsgType></xml>",
    "empty Event": f"<xml>{HEAD}<MsgType>event</MsgType><Event></Event></xml>",
}


def is_calm(response: TestResponse) -> bool:
    return response.status_code in (200, 400, 403)


@pytest.mark.parametrize("mode", ["plain", "compat"])
@pytest.mark.parametrize("name", ODD_BODIES)
def test_hard_09_it_keeps_calm_about_odd_bodies(build: Builder, name: str, mode: str) -> None:
    office = build(mode=mode)
    body = ODD_BODIES[name]
    response = office.post(office.signed_query(), body.encode() if isinstance(body, str) else body)

    assert is_calm(response)
    assert response.status_code == 400 or response.data.startswith((b"success", b"<xml>"))


@pytest.mark.parametrize("name", [name for name, body in ODD_BODIES.items() if body])
def test_hard_09_it_keeps_calm_about_odd_bodies_under_encryption(office: Office, name: str) -> None:
    body = ODD_BODIES[name]
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")

    assert is_calm(office.post_sealed(office.seal_xml(body)))


@pytest.mark.parametrize("name", ["doubled MsgType", "doubled Content", "attributes", "bom"])
def test_hard_09_it_still_answers_what_can_be_understood(build: Builder, name: str) -> None:
    office = build(mode="plain")
    body = ODD_BODIES[name]
    response = office.post(office.signed_query(), body.encode() if isinstance(body, str) else body)

    assert ANSWER in response.text


NESTED = "<a>" * 8000 + "</a>" * 8000
LAUGHS = (
    '<!DOCTYPE xml [<!ENTITY a "哈哈哈哈哈哈哈哈哈哈">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + f"]><xml>{HEAD}<MsgType>text</MsgType><Content>&i;</Content></xml>"
)
EXTERNAL = (
    '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    f"<xml>{HEAD}<MsgType>text</MsgType><Content>&x;</Content><MsgId>2</MsgId></xml>"
)
QUADRATIC = (
    f'<!DOCTYPE xml [<!ENTITY a "{"x" * 20_000}">]>'
    f"<xml>{HEAD}<MsgType>text</MsgType><Content>{'&a;' * 5000}</Content></xml>"
)
ATTRIBUTES = [f"a{number}=''" for number in range(300_000)]
PARAMETER_ENTITY = '<!ENTITY % p SYSTEM "http://127.0.0.1:9/"> %p;'
BOMBS: Mapping[str, str] = {
    "doctype": f"<!DOCTYPE xml><xml>{TEXT}</xml>",
    "doctype in lower case": f"<!doctype xml><xml>{TEXT}</xml>",
    "doctype after a comment": f"<!-- --><!DOCTYPE xml><xml>{TEXT}</xml>",
    "doctype after a declaration": f'<?xml version="1.0"?>\n<!DOCTYPE xml><xml>{TEXT}</xml>',
    "billion laughs": LAUGHS,
    "quadratic": QUADRATIC,
    "external entity": EXTERNAL,
    "parameter entity": f"<!DOCTYPE xml [{PARAMETER_ENTITY}]><xml>{TEXT}</xml>",
    "200 thousand tags": f"<xml>{HEAD}{'<a>' * 200_000}{'</a>' * 200_000}</xml>",
    "300 thousand attributes": f"<xml {' '.join(ATTRIBUTES)}>{TEXT}</xml>",
    "nesting that fits": f"<xml>{TEXT}{NESTED}</xml>",
    "siblings that fit": f"<xml>{TEXT}{'<a/>' * 15_000}</xml>",
    "attributes that fit": f"<xml {' '.join(ATTRIBUTES[:5500])}>{TEXT}</xml>",
    "one attribute 5 thousand times": f"<xml {'a= ' * 5000}>{TEXT}</xml>".replace("=", "=''"),
    "a nested Content": f"<xml>{HEAD}<MsgType>text</MsgType><Content>{NESTED}</Content></xml>",
}


@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
@pytest.mark.parametrize("name", BOMBS)
def test_hard_10_it_defuses_bombs_at_once(build: Builder, name: str, encrypted: bool) -> None:
    office = build(mode="compat")
    started = time.monotonic()
    if encrypted:
        response = office.post_sealed(office.seal_xml(BOMBS[name]))
    else:
        response = office.post(office.signed_query(), BOMBS[name].encode())

    assert time.monotonic() - started < PATIENCE_SECONDS
    assert response.status_code in (200, 400, 403, 413)
    assert "root:" not in response.text
    assert "哈哈" not in response.text


@pytest.mark.parametrize("name", [name for name in BOMBS if "doctype" in name or "entity" in name])
def test_hard_10_it_refuses_every_dtd(build: Builder, name: str) -> None:
    office = build(mode="plain")

    assert office.post(office.signed_query(), BOMBS[name].encode()).status_code == 400
    assert office.count() == 0


def test_hard_10_it_answers_a_resident_who_writes_a_doctype(office: Office) -> None:
    assert office.say("<!DOCTYPE xml> <!ENTITY a 是啥意思").ruling is Ruling.REPLY


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/json",
        "text/plain",
        "text/xml; charset=gb2312",
        "无",
        "",
        None,
    ],
)
def test_hard_12_any_content_type_will_do(office: Office, content_type: str | None) -> None:
    push = office.account.stamp(text(OPENID, QUESTION))
    response = office.post_sealed(office.seal(push), content_type=content_type)

    assert ANSWER in office.judge(response, push).text


def send_numbers(office: Office, created: str, message_id: str | None) -> TestResponse:
    """Send a question whose two numbers are any text at all."""
    fields = {"ToUserName": office.account.original_id, "FromUserName": OPENID}
    fields |= {"CreateTime": created, "MsgType": "text", "Content": QUESTION}
    if message_id is not None:
        fields["MsgId"] = message_id
    return office.post_sealed(office.seal_xml(f"<xml>{render_elements(fields)}</xml>"))


ODD_IDS = [str(2**63), str(2**64 + 1), "9" * 400, "abc", "-1", "0", "1e5", "１２３", " ", "", None]
ODD_TIMES = ["abc", "9" * 20, "0", "-1", "", "1e9", "１７９５４４９６００", "9999999999"]


@pytest.mark.parametrize("message_id", ODD_IDS)
def test_hard_16_it_answers_odd_message_ids_once(office: Office, message_id: str | None) -> None:
    push = Push(OPENID, "text", {}, "")
    first = send_numbers(office, "1795449600", message_id)
    again = send_numbers(office, "1795449600", message_id)

    assert ANSWER in office.judge(first, push).text
    assert office.judge(again, push).text == office.judge(first, push).text
    assert office.count(inbox) == 1


@pytest.mark.parametrize("created", ODD_TIMES)
def test_hard_16_it_answers_odd_times(office: Office, created: str) -> None:
    push = Push(OPENID, "text", {}, "")

    assert ANSWER in office.judge(send_numbers(office, created, "1"), push).text


def test_hard_16_it_keeps_large_message_ids_apart(office: Office) -> None:
    """As floating-point numbers, or cut to 64 bits, these two would be the same."""
    for message_id in (2**63 + 1, 2**63 + 2):
        send_numbers(office, "1795449600", str(message_id))

    assert office.count(inbox) == 2


def test_hard_16_a_spelling_of_message_id_does_not_matter(office: Office) -> None:
    """The platform mixes MsgId and MsgID."""
    push = office.account.stamp(text(OPENID, QUESTION))
    xml = render(push, office.account.original_id)
    for spelling in (xml, xml.replace("MsgId", "MsgID")):
        known = office.account.credentials
        office.post_sealed(office.seal_encrypted(encrypt(known, spelling)))

    assert office.count(inbox) == 1
