"""One message from arrival to reply.

web.webhook               verify | decrypt | parse           → Inbound
  | storage.inbox         seen before?                       → its stored reply | go on
  | storage.residents     what were we talking about?        → Dialogue
  | conversation.router   decide(turn)                       → Outcome(reply, dialogue, effects)
  | assistant.answering   reply + dialogue + effects         one transaction
  | wechat.replies        render | encrypt                   → XML

WeChat waits five seconds. After four, the resident gets a kind sentence; the real answer is kept
and rides on their next message (or goes by customer-service message where the account may).
"""

from bot.assistant.answering import Assistant
from bot.assistant.deliveries import APOLOGY, STILL_THINKING, fingerprint

__all__ = ["APOLOGY", "STILL_THINKING", "Assistant", "fingerprint"]
