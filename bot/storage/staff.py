"""Who may work at the console, and as what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import StorageError
from bot.storage.tables import staff, staff_sessions

MAX_NAME = 32


class Role(StrEnum):
    """What somebody may do; an administrator may do everything."""

    ADMIN = "admin"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    MEDIATOR = "mediator"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        """The role's name as staff read it."""
        return _LABELS[self]


_LABELS = {
    Role.ADMIN: "管理员",
    Role.EDITOR: "编辑",
    Role.REVIEWER: "审核",
    Role.MEDIATOR: "调解员",
    Role.VIEWER: "只读",
}


class NameTakenError(StorageError):
    """已经有叫这个名字的人了，请加上职务或编号区分"""


@dataclass(frozen=True)
class Staff:
    """One member of staff."""

    id: int
    name: str
    roles: frozenset[Role]
    must_change: bool
    active: bool
    signed_in_at: datetime | None = None

    def may(self, *roles: Role) -> bool:
        """Whether one of the roles is held; with none named, whether they may enter at all."""
        return self.active and (not roles or bool(self.roles & {Role.ADMIN, *roles}))

    @property
    def labels(self) -> str:
        """The roles as staff read them."""
        return "、".join(role.label for role in Role if role in self.roles)


def find_name_fault(name: str) -> str:
    """Say in Chinese why a new name is refused; empty when it is good."""
    if not name or len(name) > MAX_NAME:
        return f"请填名字，最多 {MAX_NAME} 个字。"
    return "" if name.isprintable() else "名字里有看不见的字符，请重新输入。"


def add(
    connection: Connection,
    *,
    name: str,
    roles: Iterable[Role],
    password_hash: str,
    must_change: bool,
    now: datetime,
) -> int:
    """Add a member of staff; raises NameTakenError."""
    values = {
        "name": name,
        "roles": _join(roles),
        "password_hash": password_hash,
        "must_change": must_change,
        "active": True,
        "created_at": now,
    }
    try:
        with connection.begin_nested():
            added = connection.execute(insert(staff).values(**values).returning(staff.c.id))
            return int(added.scalar_one())
    except IntegrityError:
        raise NameTakenError from None


def find(connection: Connection, staff_id: int) -> Staff | None:
    """Return one member of staff."""
    row = connection.execute(select(staff).where(staff.c.id == staff_id)).one_or_none()
    return _read(row) if row else None


def find_by_name(connection: Connection, name: str) -> tuple[Staff, str] | None:
    """Return whoever has the name, with the hash of their password."""
    row = connection.execute(select(staff).where(staff.c.name == name)).one_or_none()
    return (_read(row), row.password_hash) if row else None


def list_staff(connection: Connection) -> Sequence[Staff]:
    """List everybody, those who left last."""
    rows = connection.execute(select(staff).order_by(staff.c.active.desc(), staff.c.id))
    return [_read(row) for row in rows]


def count_admins(connection: Connection) -> int:
    """Count the administrators who may sign in: the last one must stay."""
    return sum(one.may(Role.ADMIN) for one in list_staff(connection))


def has_anybody(connection: Connection) -> bool:
    """Whether anybody was ever added."""
    return bool(connection.execute(select(func.count()).select_from(staff)).scalar_one())


def set_password(
    connection: Connection, staff_id: int, password_hash: str, *, must_change: bool
) -> None:
    """Replace the password and end every session of theirs."""
    values = {"password_hash": password_hash, "must_change": must_change}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))
    connection.execute(staff_sessions.delete().where(staff_sessions.c.staff_id == staff_id))


def set_roles(
    connection: Connection, staff_id: int, roles: Iterable[Role], *, active: bool
) -> None:
    """Change what somebody may do; whoever is let go is signed out at once."""
    values = {"roles": _join(roles), "active": active}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(**values))
    if not active:
        connection.execute(staff_sessions.delete().where(staff_sessions.c.staff_id == staff_id))


def note_sign_in(connection: Connection, staff_id: int, now: datetime) -> None:
    """Keep when somebody last signed in."""
    connection.execute(update(staff).where(staff.c.id == staff_id).values(signed_in_at=now))


def _join(roles: Iterable[Role]) -> str:
    return " ".join(sorted(set(roles)))


def _read(row: Row) -> Staff:  # type: ignore[type-arg]
    roles = frozenset(Role(name) for name in row.roles.split())
    return Staff(row.id, row.name, roles, row.must_change, row.active, row.signed_in_at)
