"""Mass sends: quotas by day and month, repeated ids, the administrator, the finishing push."""

from datetime import datetime, timedelta
from time import monotonic, sleep

import pytest

from bot.clock import SHANGHAI
from bot.simulator import Account, Level, VirtualClock
from bot.simulator.access import ApiRefusal
from bot.simulator.chat import Channel


class Sender:
    """An account with a hundred and one followers and short names."""

    def __init__(self, clock, level):
        self.clock = clock
        self.account = Account(level=level, virtual_clock=clock, mass_delay_seconds=5)
        self.pushes = []
        self.account.send_push = self.pushes.append
        for number in range(3):
            self.account.resident(f"o{number}")

    def send(self, text="明日开集", *, to_all=True, audience=None, client_id=""):
        audience = audience or self.account.followers()
        try:
            send = self.account.mass_sends.submit(
                audience, to_all=to_all, kind="text", text=text, client_id=client_id
            )
        except ApiRefusal as refusal:
            return refusal.code
        self.message_id = send.message_id
        return 0

    def state(self):
        return self.account.mass_sends.find(self.message_id).state.name

    def pushed(self, count=1):
        deadline = monotonic() + 5
        while len(self.pushes) < count and monotonic() < deadline:
            sleep(0.01)
        return self.pushes

    def received(self, openid="o0"):
        lines = self.account.chat.of(openid)
        return [line.text for line in lines if line.channel is Channel.MASS_SEND]


@pytest.fixture
def subscription(standing_clock):
    return Sender(standing_clock, Level.VERIFIED_SUBSCRIPTION)


@pytest.fixture
def service(standing_clock):
    return Sender(standing_clock, Level.VERIFIED_SERVICE)


def test_it_reaches_everyone_and_tells_later_how_it_went(subscription):
    subscription.account.set_following("o2", following=False)
    assert subscription.send() == 0
    assert (subscription.state(), subscription.received()) == ("SENDING", [])
    subscription.clock.forward(timedelta(seconds=5))
    assert (subscription.state(), subscription.received()) == ("SENT", ["明日开集"])
    assert subscription.received("o2") == []
    push = subscription.pushed()[0]
    assert push.event == "MASSSENDJOBFINISH"
    assert (push.fields["MsgID"], push.fields["Status"]) == (
        subscription.message_id,
        "send success",
    )
    assert (push.fields["TotalCount"], push.fields["SentCount"]) == (2, 2)


def test_it_finishes_by_itself_on_a_running_clock():
    account = Account(level=Level.VERIFIED_SERVICE, mass_delay_seconds=0.05)
    pushes = []
    account.send_push = pushes.append
    account.resident("o1")
    account.mass_sends.submit(["o1"], to_all=True, kind="text", text="开集")
    assert account.chat.wait_for("o1", after=0, timeout_seconds=5).text == "开集"


def test_it_skips_who_left_in_between(subscription):
    subscription.send()
    subscription.account.set_following("o1", following=False)
    subscription.clock.forward(timedelta(seconds=5))
    fields = subscription.pushed()[0].fields
    assert (fields["TotalCount"], fields["FilterCount"], fields["SentCount"]) == (3, 2, 2)
    assert subscription.received("o1") == []


def test_it_lets_a_subscription_account_send_once_a_day(subscription):
    assert [subscription.send(str(number)) for number in range(2)] == [0, 45028]
    subscription.clock.forward(timedelta(hours=14, minutes=59))
    assert subscription.send("午夜前") == 45028
    subscription.clock.forward(timedelta(minutes=1))
    assert subscription.send("午夜后") == 0


def test_it_lets_a_service_account_send_to_all_four_times_a_month(service):
    assert [service.send(str(number)) for number in range(5)] == [0] * 4 + [45028]
    service.clock.forward(timedelta(days=8))
    assert service.send("下个月") == 0


def test_it_counts_four_a_month_for_each_resident(service):
    for number in range(4):
        assert service.send(str(number), to_all=False, audience=["o0", "o1"]) == 0
    service.clock.forward(timedelta(seconds=5))
    assert service.send("第五次", to_all=False, audience=["o0", "o2"]) == 0
    service.clock.forward(timedelta(seconds=5))
    assert service.received("o0") == ["0", "1", "2", "3"]
    assert service.received("o2") == ["第五次"]
    fields = service.pushed(5)[-1].fields
    assert (fields["SentCount"], fields["ErrorCount"]) == (1, 1)


def test_it_starts_the_months_count_anew_at_month_end():
    clock = VirtualClock(lambda: datetime(2026, 11, 30, 23, 59, tzinfo=SHANGHAI))
    service = Sender(clock, Level.VERIFIED_SERVICE)
    for number in range(4):
        service.send(str(number))
    assert service.send("月底") == 45028
    clock.forward(timedelta(minutes=1))
    assert service.send("月初") == 0


def refusal_of(sender, **wish):
    with pytest.raises(ApiRefusal) as caught:
        sender.account.mass_sends.submit(
            ["o1", "o2"], to_all=False, kind="text", text="另一段", **wish
        )
    return caught.value


def test_it_answers_a_repeated_id_with_the_old_message(service):
    assert service.send(client_id="市集-1") == 0
    refusal = refusal_of(service, client_id="市集-1")
    assert (refusal.code, refusal.more) == (45065, {"msg_id": service.message_id})
    service.clock.forward(timedelta(hours=24))
    assert service.send("又一天", client_id="市集-1") == 0


def test_it_makes_an_id_of_range_and_content_when_none_is_given(service):
    assert service.send("同样的话") == 0
    assert service.send("同样的话") == 45065
    assert service.send("不同的话") == 0


def test_it_takes_the_same_text_to_two_lists_for_a_repetition(service):
    assert service.send(to_all=False, audience=["o0", "o1"]) == 0
    assert service.send(to_all=False, audience=["o1", "o2"]) == 45065
    assert service.send(to_all=False, audience=["o1", "o2"], client_id="另一次") == 0


def test_it_refuses_long_ids_and_more_than_sixty_calls_a_minute(service):
    assert refusal_of(service, client_id="x" * 65).code == 45067
    for number in range(59):
        service.send(str(number), to_all=False, audience=["o1", "o2"])
    assert service.send("第六十一次") == 45011
    service.clock.forward(timedelta(minutes=1))
    assert service.send("一分钟后") == 0


def test_it_waits_for_the_administrator(service):
    service.account.mass_sends.protected = True
    service.send()
    service.clock.forward(timedelta(minutes=29))
    assert (service.state(), service.received()) == ("AWAITING_CONFIRMATION", [])
    service.account.mass_sends.confirm(service.message_id, agreed=True)
    service.clock.forward(timedelta(seconds=5))
    assert (service.state(), service.received()) == ("SENT", ["明日开集"])


def test_it_gives_up_after_thirty_minutes_without_using_the_quota(subscription):
    subscription.account.mass_sends.protected = True
    subscription.send()
    subscription.clock.forward(timedelta(minutes=30))
    assert (subscription.state(), subscription.received()) == ("FAILED", [])
    assert subscription.pushed()[0].fields["Status"] == "err(40002)"
    assert subscription.send("再来一次") == 0


def test_it_tells_when_the_administrator_refused(service):
    service.account.mass_sends.protected = True
    service.send()
    service.account.mass_sends.confirm(service.message_id, agreed=False)
    assert service.pushed()[0].fields["Status"] == "err(40001)"


def test_it_asks_the_administrator_only_for_sends_to_all(service):
    service.account.mass_sends.protected = True
    assert service.send(to_all=False, audience=["o1", "o2"]) == 0
    assert service.state() == "SENDING"


def test_it_previews_a_hundred_times_a_day(service):
    for _ in range(100):
        service.account.mass_sends.spend_preview()
    with pytest.raises(ApiRefusal):
        service.account.mass_sends.spend_preview()
    service.clock.forward(timedelta(days=1))
    service.account.mass_sends.spend_preview()
