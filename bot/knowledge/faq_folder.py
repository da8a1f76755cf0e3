"""Every FAQ file under one folder, parsed and checked by itself."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from bot.documents.labelled import read_text
from bot.errors import Problem, Severity
from bot.knowledge.parser import WrittenEntry, parse_faq
from bot.knowledge.validator import check_entry

NOTHING: Mapping[str, str] = MappingProxyType({})
_EXPECTED_SUFFIXES = (".md", ".tmp", ".swp", ".bak")


def read_faq(
    folder: Path, instead: Mapping[str, str] = NOTHING
) -> tuple[list[WrittenEntry], list[Problem]]:
    """Read the entries of every `.md` file, and what is wrong with each by itself.

    `instead` gives texts to read in place of files, by path: what a change would make of them.
    """
    files = _visible_files(folder)
    problems = list(_find_stray_files(files))
    written: list[WrittenEntry] = []
    for file in sorted({*files, *map(Path, instead)}):
        if file.suffix != ".md":
            continue
        shown = file.as_posix()
        text, found = (instead[shown], []) if shown in instead else read_text(file, shown)
        problems += found
        if not found:
            entries, more = _check_file(text, shown)
            written += entries
            problems += more
    if not any(file.suffix == ".md" for file in files):
        hint = "没有找到任何问答（.md 文件），请检查 [knowledge] path 的设置"
        problems.append(Problem(folder.as_posix(), 1, hint))
    return written, problems


@lru_cache(maxsize=512)
def _check_file(text: str, path: str) -> tuple[tuple[WrittenEntry, ...], tuple[Problem, ...]]:
    """Remembered, so that after an edit only the file that changed is read anew."""
    written, problems = parse_faq(text, path)
    problems += [problem for one in written for problem in check_entry(one)]
    return tuple(written), tuple(problems)


def _visible_files(folder: Path) -> list[Path]:
    """Every file but those that editors, Office and version control keep for themselves."""
    found = []
    for file in sorted(folder.rglob("*")):
        parts = file.relative_to(folder).parts
        if not any(part.startswith((".", "~$")) for part in parts) and not file.is_dir():
            found.append(file)
    return found


def _find_stray_files(files: list[Path]) -> Iterator[Problem]:
    """Windows hides endings, so that `离婚.md.txt` looks right and is never read."""
    for file in files:
        if file.suffix not in _EXPECTED_SUFFIXES:
            hint = "这个文件不会被读取，问答文件的名字要以 .md 结尾"
            yield Problem(file.as_posix(), 1, hint, Severity.WARNING)
