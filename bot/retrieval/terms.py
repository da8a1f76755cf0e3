"""What characters sound like, and which of them only shape a question."""

import os
import re
from collections import defaultdict
from itertools import count

# The phrase tables cost 44 MB a process and only matter inside whole words; a single
# character gets its commonest reading, and gets the same one on both sides of a match.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

from pypinyin import lazy_pinyin

FILLERS = re.compile(
    r"请问|请教|(?:律师|同志|老师|领导|大家)?[你您]们?好|在吗|麻烦[你您]?|劳驾|打扰了?|不好意思|"
    r"我?就?想(?:请)?(?:问问?|咨询|了解|知道)(?:一?下)?|(?:咨询|问)一?下|求助|帮忙看看|谢谢[您你了]?"
)
# Words that shape a question but do not say what it is about.
FUNCTION_CHARACTERS = frozenset(
    "的了吗呢啊吧呀么嘛呗哈啦哦嗯哎唉地得着"
    "俺我你您他她它咱们不没咋怎样能行中有是就都也还又很这那哪啥谁个一给叫让把被说想要会可以算"
    "什为何如好多少几来去到上下里后前在和跟与及对于"
)

FIRST_SOUND, LAST_SOUND = "\ue000", "\uf8ff"  # private use: cannot occur in normalised text
# What Shandong speech and pinyin keyboards mix up most.
MIXED_SOUNDS = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"(?<=[ie])ng$"), "n"))

# The counter's own step cannot be interrupted, so two threads never share a code.
_sound_codes: defaultdict[str, int] = defaultdict(count(ord(FIRST_SOUND)).__next__)


def _sound_of(character: str) -> str:
    syllable = lazy_pinyin(character)[0]
    if syllable == character:
        return character
    for pattern, replacement in MIXED_SOUNDS:
        syllable = pattern.sub(replacement, syllable)
    return chr(_sound_codes[syllable])


class _SoundTable(dict[int, str]):
    """A translation table that learns each character once."""

    def __missing__(self, code: int) -> str:
        sound = self[code] = _sound_of(chr(code))
        return sound


_SOUNDS = _SoundTable()


def sounds(text: str) -> str:
    """One private character per syllable, so that sounds can be cut and compared like text."""
    return text.translate(_SOUNDS)


def essence(text: str) -> str:
    """A normalised text without greetings and spaces; whole when nothing else would be left."""
    return FILLERS.sub("", text).replace(" ", "") or text.replace(" ", "")
