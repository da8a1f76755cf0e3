"""Publishing content: a revision in the database, then the file on every host.

    check ──► revision (one transaction, base compared) ──► file laid here ──► elsewhere by Follower

The revision is written first: a process that dies before the file is laid leaves it to the next
one to start. A file that is none of the states ever published was changed by hand: it is live on
its own host, shown as unpublished, and never written over.
"""

import logging
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.clock import Clock
from bot.consultation.triage import load_safety
from bot.conversation.turn import Content
from bot.documents.reading import unify_line_ends
from bot.documents.writing import write_bytes_atomically
from bot.errors import Problem, list_errors
from bot.events.calendar import load_calendar
from bot.knowledge.content_paths import content_file, list_content_paths
from bot.knowledge.editing import merge
from bot.knowledge.library import check_faq
from bot.knowledge.vocabulary import load_lexicon, load_other_fields, load_villages, load_wishes
from bot.storage import revisions
from bot.storage.database import Connection, Database
from bot.storage.revisions import Revision, hash_of

log = logging.getLogger(__name__)

BASELINE = "（原有内容）"
BY_HAND = "（直接改的文件）"
ABSENT = ""
"""The hash of a file that is not there."""


@dataclass(frozen=True)
class Saved:
    """It is published."""

    revision: int


@dataclass(frozen=True)
class Conflict:
    """Somebody changed the file meanwhile; `content` is what it is now."""

    content: bytes


@dataclass(frozen=True)
class Refused:
    """It would break something."""

    problems: Sequence[Problem]


@dataclass(frozen=True)
class Merged:
    """A change applied to a file as it is now, and the hash of that file."""

    content: bytes
    base_hash: str


@dataclass(frozen=True)
class Unpublished:
    """A file whose state on this host nobody has published."""

    path: str
    published: bytes
    here: bytes


class Publisher:
    """Reads, checks and publishes the files of one host's knowledge folder."""

    def __init__(
        self, database: Database, root: Path, content: Callable[[], Content], clock: Clock
    ) -> None:
        self._database = database
        self._root = root
        self._content = content
        self._clock = clock
        self._shown: tuple[Content, object, list[Problem]] | None = None

    def read(self, path: str) -> tuple[bytes, str]:
        """Return a file's bytes and their hash, empty where it is not there; raises PathError."""
        file = content_file(self._root, path)
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            return b"", ABSENT
        return content, hash_of(content)

    def list_paths(self) -> Sequence[str]:
        """List the files the console may open."""
        return list_content_paths(self._root)

    def check(self, path: str, content: bytes) -> list[Problem]:
        """List what would be wrong with this file, and every error it would cause elsewhere.

        Paths are below the knowledge folder. Takes a third of a second: questions are compared
        with all others.
        """
        shown = content_file(self._root, path).as_posix()
        try:
            text = unify_line_ends(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return [Problem(path, 1, "文件不是 UTF-8 编码，请另存为 UTF-8")]
        if "\0" in text:
            return [Problem(path, 1, "文件里有空字符，不是文本文件或已损坏")]
        if not path.startswith("faq/"):
            return [replace(one, path=path) for one in _check_other(path, content)]
        return self._check_faq(path, shown, text)

    def check_for_show(self, path: str, content: bytes) -> list[Problem]:
        """Do as `check`; the answer is remembered while neither this nor anything live changes.

        For a page that is looked at again and again; a deed checks anew.
        """
        live, asked = self._content(), (path, hash_of(content), self._clock().date())
        if self._shown is None or self._shown[0] is not live or self._shown[1] != asked:
            self._shown = live, asked, self.check(path, content)
        return list(self._shown[2])

    def _check_faq(self, path: str, shown: str, text: str) -> list[Problem]:
        today, library = self._clock().date(), self._content().library
        after = check_faq(self._root, library, {shown: text}, today=today)
        mine = [replace(one, path=path) for one in after if one.path == shown]
        elsewhere = [one for one in list_errors(after) if one.path != shown]
        if not elsewhere:
            return mine
        here = self.read(path)[0].decode("utf-8-sig", "replace")
        known = check_faq(self._root, library, {shown: unify_line_ends(here)}, today=today)
        if len(elsewhere) > len([one for one in list_errors(known) if one.path != shown]):
            caused = (one for one in elsewhere if one not in known)
            mine += [replace(one, path=self.below(one.path)) for one in caused]
        return mine

    def below(self, shown: str) -> str:
        """Return the path below the knowledge folder of a file as problems and entries show it."""
        return shown.removeprefix(self._root.as_posix().rstrip("/") + "/")

    def save(
        self, path: str, content: bytes, base_hash: str, *, author: str, comment: str
    ) -> Saved | Conflict | Refused:
        """Publish a file, unless it would break something or changed since `base_hash` was read."""
        problems = list_errors(self.check(path, content))
        if problems:
            return Refused(problems)
        with self._database.transaction() as connection:
            result = self.save_checked(
                connection, path, content, base_hash, author=author, comment=comment
            )
        self.lay_new()
        return result

    def save_checked(
        self,
        connection: Connection,
        path: str,
        content: bytes,
        base_hash: str,
        *,
        author: str,
        comment: str,
    ) -> Saved | Conflict:
        """Write the revision in the caller's transaction; call `lay_new` once it is committed."""
        revisions.lock(connection)
        here, here_hash = self.read(path)
        newest = revisions.find_newest(connection, path)
        if here_hash != base_hash or self._is_behind(connection, newest, here_hash):
            return Conflict(here)
        known = newest.id if newest and newest.hash == here_hash else 0
        if here and not known:
            # What the change began with must stand in the history, or nobody could go back.
            written_by = BY_HAND if newest else BASELINE
            known = self._add(connection, path, here, written_by, "")
        if known and hash_of(content) == here_hash:
            return Saved(known)
        return Saved(self._add(connection, path, content, author, comment))

    def _is_behind(self, connection: Connection, newest: Revision | None, here_hash: str) -> bool:
        """Whether the file on this host is an older published state, about to be replaced."""
        if newest is None or newest.hash == here_hash:
            return False
        return here_hash == ABSENT or (
            revisions.find_content(connection, newest.path, here_hash) is not None
        )

    def _add(
        self, connection: Connection, path: str, content: bytes, author: str, comment: str
    ) -> int:
        return revisions.add(
            connection,
            path=path,
            content=content,
            author=author,
            comment=comment,
            now=self._clock(),
        )

    def merge(self, path: str, content: bytes, base_hash: str) -> Merged | None:
        """Apply a change made on an older state to the file as it is now, entry by entry.

        Publish the result with its own `base_hash`, never with one read later: what somebody
        published in between would be undone.
        """
        here, here_hash = self.read(path)
        if here_hash == base_hash:
            return Merged(content, here_hash)
        with self._database.reading() as connection:
            base = revisions.find_content(connection, path, base_hash)
        merged = merge(base, content, here) if base is not None else None
        return Merged(merged, here_hash) if merged is not None else None

    def take_baseline(self) -> bool:
        """On an installation that has published nothing, count everything as published."""
        with self._database.transaction() as connection:
            revisions.lock(connection)
            if revisions.newest_id(connection):
                return False
            for path in self.list_paths():
                self._add(connection, path, self.read(path)[0], BASELINE, "")
        return True

    def lay_new(self) -> list[str]:
        """Lay every published file that this host has in an older state; return their paths."""
        with self._database.reading() as connection:
            if not any(True for _ in self._list_behind(connection)):
                return []
        laid = []
        with self._database.transaction() as connection:
            # Nobody publishes meanwhile: a newer state laid by another process of this host must
            # not be followed by the one that this process saw.
            revisions.lock(connection)
            for newest in self._list_behind(connection):
                found = revisions.find(connection, newest.id)
                if found:
                    write_bytes_atomically(content_file(self._root, newest.path), found[1])
                    laid.append(newest.path)
        for path in laid:
            log.info("content laid: %s", path, extra={"action": "content.laid"})
        return laid

    def _list_behind(self, connection: Connection) -> Iterator[Revision]:
        for newest in revisions.list_newest(connection):
            _, here_hash = self.read(newest.path)
            if self._is_behind(connection, newest, here_hash):
                yield newest

    def list_unpublished(self) -> Sequence[Unpublished]:
        """List the files that were changed by hand on this host."""
        with self._database.reading() as connection:
            newest = {one.path: one for one in revisions.list_newest(connection)}
            if not newest:
                return []
            found = []
            for path in sorted({*newest, *self.list_paths()}):
                known = newest.get(path)
                here, here_hash = self.read(path)
                if known and (
                    known.hash == here_hash or self._is_behind(connection, known, here_hash)
                ):
                    continue
                row = revisions.find(connection, known.id) if known else None
                found.append(Unpublished(path, row[1] if row else b"", here))
            return found

    def publish(self, path: str, *, author: str) -> Saved | Conflict | Refused:
        """Publish a file as it stands on this host."""
        here, here_hash = self.read(path)
        return self.save(path, here, here_hash, author=author, comment=BY_HAND)


def _check_other(path: str, content: bytes) -> Sequence[Problem]:
    """Check a file that is no entry by what reads it."""
    load = _LOADS.get(path, _load_events)
    with tempfile.TemporaryDirectory(prefix="feisu-check-") as folder:
        file = Path(folder) / Path(path).name
        file.write_bytes(content)
        return load(file)


def _load_events(file: Path) -> Sequence[Problem]:
    return load_calendar(file.parent)[1]


_LOADS: Mapping[str, Callable[[Path], Sequence[Problem]]] = {
    "villages.md": lambda file: load_villages(file)[1],
    "lexicon.md": lambda file: load_lexicon(file)[1],
    "safety.md": lambda file: load_safety(file)[1],
    "other-fields.md": lambda file: load_other_fields(file)[1],
    "wishes.md": lambda file: load_wishes(file)[1],
}
