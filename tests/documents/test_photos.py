"""What a phone wrote into a photo does not reach the office's database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents.photos import NotAPhoto, strip_metadata


def segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


JFIF = segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
EXIF = segment(0xE1, b"Exif\0\0 35.17N 118.83E 2026:12:05 08:11:00")
QUANTIZATION = segment(0xDB, bytes(65))
FRAME = segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0")
SCAN = segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x12\xff\x00\x34"
JPEG = b"\xff\xd8" + JFIF + QUANTIZATION + FRAME + SCAN + b"\xff\xd9"


def test_a_photo_without_notes_stays_as_it_is() -> None:
    assert strip_metadata(JPEG) == JPEG


@pytest.mark.parametrize("marker", [0xE1, 0xE2, 0xED, 0xEF, 0xFE])
def test_notes_are_left_out(marker: int) -> None:
    note = segment(marker, b"35.17N 118.83E")
    noted = JPEG.replace(JFIF, JFIF + note)
    assert strip_metadata(noted) == JPEG


def test_what_is_hidden_behind_the_picture_goes() -> None:
    hidden = JPEG + EXIF + b"PK\x03\x04"
    assert strip_metadata(hidden) == JPEG


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xd8", b"GIF89a", b"<svg onload=1>", JPEG[:60], JPEG[:-2], b"\xff\xd8\xff\xe1\0\0"],
)
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPhoto):
        strip_metadata(content)


@given(st.binary(max_size=300))
def test_it_refuses_or_keeps_no_note_whatever_comes(rest: bytes) -> None:
    try:
        kept = strip_metadata(b"\xff\xd8" + rest)
    except NotAPhoto:
        return
    assert kept.startswith(b"\xff\xd8")
    assert kept.endswith(b"\xff\xd9")
