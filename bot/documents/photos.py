"""Photos taken at the stall: JPEG, without what the phone wrote about place and time."""

_START = b"\xff\xd8"
_SCAN, _END = 0xDA, 0xD9
_KEPT_APPLICATION = 0xE0  # JFIF: the density of its points, and nothing else
_APPLICATIONS = range(0xE0, 0xF0)
_COMMENT = 0xFE


class NotAPhoto(ValueError):
    """The bytes are no JPEG file."""


def strip_metadata(content: bytes) -> bytes:
    """Return a JPEG without EXIF, GPS, comments and previews (ITU-T T.81 annex B).

    Raises:
        NotAPhoto: it is no JPEG, or one that breaks off before its picture.
    """
    if not content.startswith(_START):
        raise NotAPhoto
    kept = bytearray(_START)
    at = len(_START)
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker == 0xFF:  # padding
            at += 1
            continue
        if marker == _SCAN:
            end = content.rfind(bytes((0xFF, _END)))
            if end < at:
                raise NotAPhoto
            # What stands behind the end of the picture is another picture, or anything.
            return bytes(kept + content[at : end + 2])
        length = int.from_bytes(content[at + 2 : at + 4], "big")
        if length < 2:
            raise NotAPhoto
        segment = content[at : at + 2 + length]
        is_note = marker in _APPLICATIONS and marker != _KEPT_APPLICATION
        if not is_note and marker != _COMMENT:
            kept += segment
        at += 2 + length
    raise NotAPhoto
