"""E-mails to staff: that there are danger signs, never what was said; what needs them at once."""

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage

from bot.config import MailSettings
from bot.storage.waiting import Alarm

TIMEOUT_SECONDS = 5
"""Shorter than the bell's lease: a mail server that hangs must not let a second bell ring."""


def write_mail(mail: MailSettings, alarms: Sequence[Alarm], console_url: str) -> EmailMessage:
    """Write one mail about all of them; mail is read on many screens, so it carries no text."""
    message = EmailMessage()
    message["Subject"] = f"【危险信号】有 {len(alarms)} 条居民留言要马上看"
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.recipients)
    lines = [f"{one.raised_at:%m月%d日 %H:%M}　{one.sign}" for one in alarms]
    where = f"请马上打开工作台处理：{console_url}" if console_url else "请马上打开工作台处理。"
    message.set_content("\n".join(["公众号收到这些危险信号：", *lines, "", where]))
    return message


def write_confirmation_mail(mail: MailSettings, text: str, console_url: str) -> EmailMessage:
    """Write that a mass send waits for the administrator's phone."""
    message = EmailMessage()
    message["Subject"] = "【要确认】公众号群发等管理员在手机上确认"
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.recipients)
    where = f"\n工作台：{console_url}" if console_url else ""
    message.set_content(f"{text}。{where}")
    return message


def send(mail: MailSettings, message: EmailMessage) -> None:
    """Hand the mail over; raises OSError or smtplib.SMTPException where that fails."""
    context = ssl.create_default_context()
    if mail.security == "ssl":
        with smtplib.SMTP_SSL(
            mail.host, mail.port, timeout=TIMEOUT_SECONDS, context=context
        ) as server:
            _hand_over(server, mail, message)
        return
    with smtplib.SMTP(mail.host, mail.port, timeout=TIMEOUT_SECONDS) as server:
        if mail.security == "starttls":
            server.starttls(context=context)
        _hand_over(server, mail, message)


def _hand_over(server: smtplib.SMTP, mail: MailSettings, message: EmailMessage) -> None:
    if mail.user:
        server.login(mail.user, mail.password)
    server.send_message(message)
