"""Who may knock at the webhook."""

from datetime import timedelta

import pytest

from bot.errors import WebhookError
from bot.wechat.signature import check_signature, get_parameter, sign

TOKEN = "wendongsifasuo"


def refuses(parameters, now, token=TOKEN):
    with pytest.raises(WebhookError) as caught:
        check_signature(token, parameters, now)
    assert caught.value.status == 403
    return caught.value


def test_it_computes_wechats_own_example():
    assert sign("AAAAA", "1714036504", "1514711492") == "f464b24fc39322e44b38aa78f5edd27bd1441696"


def test_it_accepts_a_right_signature(wechat, now):
    check_signature(TOKEN, wechat.query(), now)


@pytest.mark.parametrize("name", ["signature", "timestamp", "nonce"])
@pytest.mark.parametrize(
    "values", [[], [""], ["1", "1"], ["十"], ["１２３"], ["a\n"], ["a b"], ["\x00"], ["9" * 600]]
)
def test_it_refuses_missing_repeated_and_odd_parameters(wechat, now, name, values):
    refuses(wechat.query() | {name: values}, now)


def test_it_refuses_a_parameter_repeated_with_the_same_right_value(wechat, now):
    query = wechat.query()
    refuses(query | {"signature": query["signature"] * 2}, now)


def test_it_refuses_parameters_that_are_not_there_at_all(now):
    refuses({}, now)


def test_it_refuses_a_wrong_signature_without_naming_token_or_signature(wechat, now):
    wrong = "0" * 40
    error = refuses(wechat.query() | {"signature": [wrong]}, now)
    assert TOKEN not in str(error)
    assert wrong not in str(error)


def test_it_refuses_the_signature_in_capitals(wechat, now):
    query = wechat.query()
    refuses(query | {"signature": [query["signature"][0].upper()]}, now)


def test_it_refuses_every_signature_while_the_token_is_empty(wechat, now):
    query = wechat.query()
    forged = sign("", query["timestamp"][0], query["nonce"][0])
    refuses(query | {"signature": [forged]}, now, token="")


@pytest.mark.parametrize("seconds", [-660, -601, 601, 660, 86400, -1795397400])
def test_it_refuses_what_was_signed_too_long_ago_or_ahead(wechat, now, seconds):
    at = now + timedelta(seconds=seconds)
    query = wechat.query(at)
    stamp = f"{int(at.timestamp()):010d}"
    query |= {"timestamp": [stamp], "signature": [wechat.sign(stamp, query["nonce"][0])]}
    assert "timestamp" in str(refuses(query, now))


@pytest.mark.parametrize("seconds", [-600, -11, 0, 600])
def test_it_allows_for_retries_and_a_clock_that_is_a_little_off(wechat, now, seconds):
    check_signature(TOKEN, wechat.query(now + timedelta(seconds=seconds)), now)


@pytest.mark.parametrize("change", ["0{}", "{}0", "-{}", "+{}", " {}", "{}.0", "{}_"])
def test_it_refuses_a_timestamp_that_is_not_ten_digits(wechat, now, change):
    stamp = change.format(int(now.timestamp()))
    nonce = wechat.query()["nonce"][0]
    query = {"timestamp": [stamp], "nonce": [nonce], "signature": [wechat.sign(stamp, nonce)]}
    refuses(query, now)


def test_it_refuses_timestamp_and_nonce_exchanged(wechat, now):
    """The signature still holds then, since nothing separates the signed parts."""
    query = wechat.query()
    refuses(query | {"timestamp": query["nonce"], "nonce": query["timestamp"]}, now)


def test_it_refuses_digits_moved_from_the_timestamp_to_the_nonce(wechat, now):
    stamp, nonce = str(int(now.timestamp())), "9514711492"
    query = {"signature": [wechat.sign(stamp, nonce)], "timestamp": [stamp[:-1]]}
    refuses(query | {"nonce": [stamp[-1] + nonce]}, now)


def test_it_returns_the_only_value_of_a_parameter():
    assert get_parameter({"echostr": ["7231"]}, "echostr") == "7231"
