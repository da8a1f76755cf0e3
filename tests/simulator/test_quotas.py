"""What a resident's steps allow the account to write."""

from datetime import timedelta

import pytest

from bot.simulator.access import ApiRefusal
from bot.simulator.quotas import Allowances, Trigger


class Desk:
    """Allowances with a clock and short names."""

    def __init__(self, clock):
        self.clock = clock
        self.allowances = Allowances()

    def grant(self, trigger, openid="o1"):
        self.allowances.grant(openid, trigger, self.clock.now())

    def spend(self, openid="o1"):
        try:
            self.allowances.spend(openid, self.clock.now())
        except ApiRefusal as refusal:
            return refusal.code
        return 0

    def spend_all(self):
        codes = [self.spend() for _ in range(10)]
        return codes.count(0), codes[-1]


@pytest.fixture
def desk(standing_clock):
    return Desk(standing_clock)


def test_it_refuses_who_never_wrote(desk):
    assert desk.spend() == 45015


@pytest.mark.parametrize(
    ("trigger", "count", "life"),
    [
        (Trigger.MESSAGE, 5, timedelta(hours=48)),
        (Trigger.MENU_CLICK, 3, timedelta(minutes=1)),
        (Trigger.FOLLOW, 3, timedelta(minutes=1)),
        (Trigger.SCAN, 3, timedelta(minutes=1)),
    ],
)
def test_it_allows_so_many_in_so_long(desk, trigger, count, life):
    desk.grant(trigger)
    assert desk.spend_all() == (count, 45047)
    desk.grant(trigger)
    desk.clock.forward(life - timedelta(seconds=1))
    assert desk.spend() == 0
    desk.clock.forward(timedelta(seconds=1))
    assert desk.spend() == 45015


def test_it_renews_but_does_not_add_up(desk):
    desk.grant(Trigger.MESSAGE)
    desk.spend()
    desk.grant(Trigger.MESSAGE)
    assert desk.spend_all() == (5, 45047)


def test_it_uses_the_allowance_that_ends_first(desk):
    desk.grant(Trigger.MESSAGE)
    desk.grant(Trigger.MENU_CLICK)
    for _ in range(3):
        desk.spend()
    desk.clock.forward(timedelta(minutes=2))
    assert desk.spend_all() == (5, 45047)


def test_it_keeps_residents_apart(desk):
    desk.grant(Trigger.MESSAGE)
    assert desk.spend("o2") == 45015


def test_it_closes_everything_for_who_leaves(desk):
    desk.grant(Trigger.MESSAGE)
    desk.allowances.revoke("o1")
    assert desk.spend() == 45015
    assert desk.allowances.left("o1", desk.clock.now()) == 0
