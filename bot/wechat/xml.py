"""The little XML that WeChat speaks, read without trust and written without holes."""

import re
from xml.etree.ElementTree import Element, ParseError, fromstring

from bot.errors import WebhookError

# Nothing but a declaration may stand before the root. A DTD can stand nowhere else, so this
# shuts out DOCTYPE and ENTITY before any parser sees them, and a resident who writes
# "<!DOCTYPE" in a message is still answered.
_START = re.compile(r"\s*(?:<\?xml[^<>]*\?>\s*)?<xml[\s/>]")

# XML cannot carry these, but residents' keyboards and pasted text can.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Drop what neither XML nor UTF-8 can carry: control characters and lone surrogates."""
    return _FORBIDDEN.sub("", text)


def parse_xml(body: bytes) -> Element:
    """Parse a body as UTF-8, whatever it declares; WebhookError for all that is not `<xml>`."""
    try:
        # Decoded here, so that no other encoding can hide what `_START` looks for.
        text = clean_text(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise WebhookError("消息体不是 UTF-8", status=400) from None
    if not _START.match(text):
        raise WebhookError("消息体不是微信的 XML", status=400)
    try:
        return fromstring(text)
    except ParseError:
        raise WebhookError("消息体的 XML 有错", status=400) from None


def text_of(root: Element, *names: str) -> str:
    """Return the trimmed text of the first of `names` that has any, its children's included."""
    for name in names:
        element = root.find(name)
        text = "" if element is None else "".join(element.itertext()).strip()
        if text:
            return text
    return ""


def cdata(text: str) -> str:
    """Wrap text so that whatever it holds is read back as that text."""
    return "<![CDATA[" + clean_text(text).replace("]]>", "]]]]><![CDATA[>") + "]]>"
