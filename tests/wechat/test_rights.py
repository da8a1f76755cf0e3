"""The four columns of the platform's table."""

from dataclasses import fields

import pytest

from bot.config import WechatSettings
from bot.wechat.rights import AccountRights, capabilities

SUBSCRIPTION = {
    "menu_api",
    "customer_service",
    "mass_send",
    "tags",
    "followers",
    "download_media",
    "one_time_subscription",
    "publish",
}
SERVICE_ONLY = {
    "mass_send_to_list",
    "subscription_notice",
    "template",
    "qr_with_parameter",
    "web_authorization",
}


@pytest.mark.parametrize(
    ("account", "verified", "granted"),
    [
        ("subscription", False, set()),
        ("subscription", True, SUBSCRIPTION),
        ("service", False, {"menu_api"}),
        ("service", True, SUBSCRIPTION | SERVICE_ONLY),
    ],
)
def test_it_grants_what_the_level_grants(account, verified, granted):
    rights = capabilities(WechatSettings(account=account, verified=verified))
    assert {each.name for each in fields(rights) if getattr(rights, each.name)} == granted


def test_it_assumes_the_lowest_level():
    assert capabilities(WechatSettings()) == AccountRights()
