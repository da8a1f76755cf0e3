"""What an account of each kind and level may do; asking for more is answered with 48001."""

from dataclasses import dataclass

from bot.wechat.account import Account


@dataclass(frozen=True)
class AccountRights:
    """One column of the platform's table of interface rights."""

    menu_api: bool = False
    customer_service: bool = False
    mass_send: bool = False
    mass_send_to_list: bool = False
    """To named openids instead of everyone or a tag."""
    tags: bool = False
    followers: bool = False
    download_media: bool = False
    one_time_subscription: bool = False
    subscription_notice: bool = False
    template: bool = False
    qr_with_parameter: bool = False
    web_authorization: bool = False
    publish: bool = False


_UNVERIFIED_SUBSCRIPTION = AccountRights()
_UNVERIFIED_SERVICE = AccountRights(menu_api=True)
_VERIFIED_SUBSCRIPTION = AccountRights(
    menu_api=True,
    customer_service=True,
    mass_send=True,
    tags=True,
    followers=True,
    download_media=True,
    one_time_subscription=True,
    publish=True,
)
_VERIFIED_SERVICE = AccountRights(
    menu_api=True,
    customer_service=True,
    mass_send=True,
    mass_send_to_list=True,
    tags=True,
    followers=True,
    download_media=True,
    one_time_subscription=True,
    subscription_notice=True,
    template=True,
    qr_with_parameter=True,
    web_authorization=True,
    publish=True,
)


def capabilities(account: Account) -> AccountRights:
    """Return what the configured account may do; the lowest level is assumed by default."""
    if account.account == "service":
        return _VERIFIED_SERVICE if account.verified else _UNVERIFIED_SERVICE
    return _VERIFIED_SUBSCRIPTION if account.verified else _UNVERIFIED_SUBSCRIPTION
