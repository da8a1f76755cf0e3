"""Tokens, levels and faults, without HTTP."""

from datetime import timedelta

import pytest

from bot.simulator import Fault, FaultKind, Level
from bot.simulator.access import ApiRefusal, FaultQueue, Tokens, is_permitted


@pytest.fixture
def tokens(standing_clock):
    return Tokens(standing_clock.now)


def refused(code, call, *arguments, **named):
    with pytest.raises(ApiRefusal) as caught:
        call(*arguments, **named)
    assert caught.value.code == code
    return True


def test_it_replaces_a_plain_token_which_then_lives_five_minutes(tokens, standing_clock):
    first, seconds = tokens.plain()
    second, _ = tokens.plain()
    assert (first != second, seconds) == (True, 7200)
    standing_clock.forward(timedelta(minutes=4, seconds=59))
    tokens.check(first)
    standing_clock.forward(timedelta(seconds=1))
    assert refused(42001, tokens.check, first)
    tokens.check(second)


def test_it_repeats_a_stable_token_and_renews_it_five_minutes_early(tokens, standing_clock):
    first, _ = tokens.stable(force=False)
    standing_clock.forward(timedelta(minutes=114))
    assert tokens.stable(force=False) == (first, 360)
    standing_clock.forward(timedelta(minutes=1))
    second, seconds = tokens.stable(force=False)
    assert (second != first, seconds) == (True, 7200)
    tokens.check(first)
    standing_clock.forward(timedelta(minutes=5))
    assert refused(42001, tokens.check, first)


def test_it_keeps_the_two_ways_apart(tokens):
    stable, _ = tokens.stable(force=False)
    tokens.plain()
    tokens.plain()
    tokens.check(stable)


def test_it_kills_the_old_token_on_a_forced_refresh(tokens, standing_clock):
    first, _ = tokens.stable(force=False)
    second, _ = tokens.stable(force=True)
    assert refused(42001, tokens.check, first)
    assert tokens.stable(force=True)[0] == second
    standing_clock.forward(timedelta(seconds=30))
    assert tokens.stable(force=True)[0] != second


def test_it_forces_no_more_than_twenty_times_a_day(tokens, standing_clock):
    for _ in range(20):
        tokens.stable(force=True)
        standing_clock.forward(timedelta(seconds=31))
    assert refused(45009, tokens.stable, force=True)
    standing_clock.forward(timedelta(days=1))
    tokens.stable(force=True)


def test_it_gives_two_thousand_plain_tokens_a_day_and_clears_ten_times_a_month(tokens):
    for _ in range(10):
        for _ in range(2000):
            tokens.plain()
        assert refused(45009, tokens.plain)
        tokens.clear_quota()
    assert refused(48006, tokens.clear_quota)


def test_it_tells_missing_from_unknown_tokens(tokens):
    known, _ = tokens.stable(force=False)
    assert refused(41001, tokens.check, "")
    assert refused(40001, tokens.check, "made-up")
    tokens.invalidate()
    assert refused(40001, tokens.check, known)


SEND, LIST, MENU = "message/custom/send", "message/mass/send", "menu/create"


@pytest.mark.parametrize(
    ("level", "permitted"),
    [
        (Level.SUBSCRIPTION, set()),
        (Level.SERVICE, {MENU}),
        (
            Level.VERIFIED_SUBSCRIPTION,
            {MENU, SEND, "message/mass/sendall", "user/get", "media/get"},
        ),
        (
            Level.VERIFIED_SERVICE,
            {MENU, SEND, LIST, "message/mass/sendall", "user/get", "media/get"},
        ),
    ],
)
def test_it_grants_each_level_its_interfaces(level, permitted):
    asked = {MENU, SEND, LIST, "message/mass/sendall", "user/get", "media/get"}
    assert {path for path in asked if is_permitted(level, path)} == permitted
    assert is_permitted(level, "getcallbackip")


def test_it_reads_levels_in_the_words_of_the_settings():
    assert Level.of("subscription", verified=False) is Level.SUBSCRIPTION
    assert Level.of("service", verified=True) is Level.VERIFIED_SERVICE
    assert Level.VERIFIED_SERVICE.label == "已认证服务号"


def test_it_gives_each_fault_to_the_first_call_it_is_meant_for():
    queue = FaultQueue()
    queue.add(Fault(FaultKind.HTML, endpoint=SEND), times=2)
    queue.add(Fault(FaultKind.CODE, code=45009))
    assert queue.take("token").code == 45009
    assert queue.take("token") is None
    assert [queue.take(SEND).kind, queue.take(SEND).kind] == [FaultKind.HTML] * 2
    assert queue.waiting() == 0


def test_it_lets_hanging_calls_go_when_cleared():
    queue = FaultQueue()
    queue.clear()
    queue.wait(60)
    queue.add(Fault(FaultKind.HANG))
    queue.wait(0.01)
    assert queue.waiting() == 1
