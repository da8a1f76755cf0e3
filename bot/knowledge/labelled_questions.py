"""Questions with known answers: what retrieval and decisions are measured and tuned on."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from bot.errors import ConfigError


@dataclass(frozen=True)
class Labelled:
    """One labelled question; `gold` mixes article labels and decision words."""

    id: str
    question: str
    gold: frozenset[str]
    group: str

    @property
    def labels(self) -> frozenset[str]:
        """The articles that answer it: every label ends in the article's number."""
        return frozenset(one for one in self.gold if any(map(str.isdigit, one)))

    @property
    def decisions(self) -> frozenset[str]:
        """The decisions that are right for it."""
        return self.gold - self.labels

    @property
    def half(self) -> str:
        """`tune` or `report`, by a hash of the id: what is tuned on is not reported on.

        A group stays together.
        """
        name = self.group or self.id
        return "report" if hashlib.sha256(name.encode()).digest()[0] % 2 else "tune"


def read_labelled(path: Path) -> list[Labelled]:
    """Read a JSON-lines file; ConfigError names the line that is not a labelled question."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: 不是 UTF-8 编码") from None
    # Only at line feeds: a question may hold other characters that Python takes for line ends.
    lines = enumerate(text.split("\n"), start=1)
    return [_read_line(line, f"{path}:{number}") for number, line in lines if line.strip()]


def _read_line(line: str, place: str) -> Labelled:
    try:
        values = json.loads(line)
        question, gold = values["q"], values["gold"]
        if isinstance(question, str) and isinstance(gold, list):
            return Labelled(str(values["id"]), question, frozenset(gold), values.get("group", ""))
    except (ValueError, KeyError, TypeError):
        pass
    raise ConfigError(f"{place}: 应是 {{id, q, gold}} 这样的 JSON")
