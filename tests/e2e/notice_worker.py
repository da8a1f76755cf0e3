"""A worker without the bell, made to be killed: it sends what is due as fast as it can.

    python -m tests.e2e.notice_worker DATABASE API CLOCK

Whatever is due is taken from the database at once, by as many of these as there are: the lease
that lets one process ring at a time is left out, so that nothing but the claim keeps them apart.
CLOCK is a file with the time. Prints a line when ready and begins after reading one.
"""

import sys
import time
from contextlib import closing
from datetime import datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import cast

from bot.bootstrap import WechatSender
from bot.config import WechatSettings
from bot.consultation.triage import Safety
from bot.conversation.turn import Capabilities, Content
from bot.events.calendar import Calendar
from bot.knowledge.library import Library
from bot.scheduler import jobs, personal
from bot.scheduler.dispatch import Outgoing
from bot.storage.database import Database
from bot.storage.tokens import StoredToken
from bot.wechat.client import WechatClient
from bot.wechat.transport import TimeLimits

LIMITS = TimeLimits(connect=2.0, read=1.0, total=3.0)


def main(database_url: str, api_url: str, clock_file: str) -> None:
    """Send until killed."""

    def clock() -> datetime:
        return datetime.fromisoformat(Path(clock_file).read_text(encoding="ascii"))

    account = WechatSettings(
        app_id="wxkill", app_secret="k" * 32, token="kkk", aes_key="k" * 43, api_base=api_url
    )
    with closing(Database(database_url)) as database:
        client = WechatClient(account, StoredToken(database, "wxkill", clock), clock, LIMITS)
        outgoing = Outgoing(
            database=database,
            content=lambda: Content(cast(Library, None), Calendar(()), cast(Safety, None)),
            sender=WechatSender(client, database, clock),
            capabilities=Capabilities(customer_service=True),
            holder="doomed",
            late_after=timedelta(hours=2),
            quiet_from=time_of_day(),
            quiet_until=time_of_day(),
            keep_days=180,
        )
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        while True:
            for job in (jobs.surrender_abandoned, jobs.send_notices, personal.send):
                job(outgoing, clock())
            time.sleep(0.02)


if __name__ == "__main__":
    main(*sys.argv[1:])
