"""What every section of the console works with."""

from dataclasses import dataclass
from datetime import datetime

from flask import g, request

from bot.bootstrap import Parts
from bot.storage import audit
from bot.storage.database import Connection, Database
from bot.storage.staff import Role, Staff

COOKIE = "feisu_console"


@dataclass(frozen=True)
class Visitor:
    """The member of staff a request is from."""

    staff: Staff
    address: str

    def may(self, *roles: Role) -> bool:
        """Whether one of the roles is held."""
        return self.staff.may(*roles)


@dataclass(frozen=True)
class Desk:
    """The parts of the process, and the request in the words of the console."""

    parts: Parts

    @property
    def database(self) -> Database:
        """The database."""
        return self.parts.database

    def now(self) -> datetime:
        """The present moment."""
        return self.parts.clock()

    def visitor(self) -> Visitor:
        """Return whom the request is from; only behind the guard."""
        return Visitor(g.session.staff, address())

    def audit(
        self, connection: Connection, action: str, *, subject: str = "", detail: str = ""
    ) -> None:
        """Write in the visitor's name what is done, in the transaction that does it."""
        visitor = self.visitor()
        audit.record(
            connection,
            name=visitor.staff.name,
            staff_id=visitor.staff.id,
            action=action,
            subject=subject,
            detail=detail,
            address=visitor.address,
            now=self.now(),
        )

    def say(self, text: str) -> None:
        """Show a line on the next page: it is done."""
        g.said.append(("good", text))

    def warn(self, text: str) -> None:
        """Show a line on the next page: it is not done, or needs care."""
        g.said.append(("bad", text))


def address() -> str:
    """Return where the request came from; behind proxies as `[server] proxies` says."""
    return request.remote_addr or ""
