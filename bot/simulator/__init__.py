"""An offline official account: signed pushes to the bot, its own API, a phone in the browser.

It judges the bot from outside and therefore imports nothing of it but errors and the clock; the
two talk over real HTTP only. `create_simulator_app` serves `/simulator/` (the phone page) and
`/simulator/api/cgi-bin/…` (the API, to be set as the bot's `api_base` up to `/api`).
"""

from bot.simulator.access import Fault, FaultKind, Level
from bot.simulator.account import Account, SimulatorError, VirtualClock
from bot.simulator.chat import Channel, ChatLine, Sender
from bot.simulator.delivery import Courier, Heard
from bot.simulator.envelope import Credentials, Mode
from bot.simulator.judge import ERROR_TEXT, Ruling, Verdict
from bot.simulator.pages import create_simulator_app
from bot.simulator.phone import Phone

__all__ = [
    "ERROR_TEXT",
    "Account",
    "Channel",
    "ChatLine",
    "Courier",
    "Credentials",
    "Fault",
    "FaultKind",
    "Heard",
    "Level",
    "Mode",
    "Phone",
    "Ruling",
    "Sender",
    "SimulatorError",
    "Verdict",
    "VirtualClock",
    "create_simulator_app",
]
