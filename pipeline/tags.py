"""The tag: ID3v2.3 as players read it, chapters in time order (the door to mutagen).

Version 2.3, because readers built on ffmpeg lose chapters with longer titles in version 2.4.
"""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from .errors import InputError
from .model import Chapter, Metadata

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_CHAPTERS = 255
"""What a table of contents can hold: its count is one byte (ID3v2 Chapter Frame Addendum 1.0)."""
ENCODER = "Episode Pipeline"
HEADER = 10
"""Bytes before the frames of a tag, and before the content of a frame."""
_TOP_LEVEL_ORDERED = 3
_LAST = b"CHAP"
_CHAPTER = "chp"
_LANGUAGES = {
    "ar": "ara", "cs": "ces", "da": "dan", "de": "deu", "el": "ell", "en": "eng", "es": "spa",
    "fi": "fin", "fr": "fra", "he": "heb", "hi": "hin", "hu": "hun", "it": "ita", "ja": "jpn",
    "ko": "kor", "nl": "nld", "no": "nor", "pl": "pol", "pt": "por", "ro": "ron", "ru": "rus",
    "sv": "swe", "tr": "tur", "uk": "ukr", "zh": "zho",
}  # fmt: skip


class Tag(NamedTuple):
    """What a file's tag says."""

    size: int
    """Bytes of the tag at the file's beginning."""
    texts: dict[str, str]
    """Text frames by their four-letter names."""
    chapters: tuple[Chapter, ...]
    """Chapters in the order of the file."""
    cover: bool
    """Whether there is a front cover."""
    transcript: bool
    """Whether there is a transcript."""


def language_code(tag: str) -> str:
    """ISO 639-2 code of a BCP 47 tag; `und` where we know none."""
    return _LANGUAGES.get(tag.split("-", 1)[0].lower(), "und")


def write(metadata: Metadata, chapters: Sequence[Chapter], length_ms: int, cover: bytes) -> bytes:
    """The tag's bytes, the same for the same input; InputError for a cover that is no JPEG.

    Of more than 255 chapters the tag holds the first 255, the last of them to the end.
    """
    if cover and not cover.startswith(b"\xff\xd8\xff"):
        raise InputError("the cover is no JPEG", where="show.toml", hint="give a square JPEG file")
    tag = _id3().ID3()
    for frame in _frames(metadata, length_ms, cover) + _chapter_frames(fitting(chapters)):
        tag.add(frame)
    tag.update_to_v23()
    file = io.BytesIO()
    tag.save(file, v1=0, v2_version=3, padding=lambda info: 0)
    return _in_time_order(file.getvalue())


def read(data: bytes) -> Tag:
    """Read the tag at the beginning of a file; InputError if there is none."""
    from mutagen import MutagenError

    try:
        tag = _id3().ID3(io.BytesIO(data), v2_version=3)
    except MutagenError as error:
        raise InputError("the file has no ID3 tag that can be read") from error
    found = [_chapter(frame) for frame in tag.getall("CHAP")]
    texts = {name: _text(tag[name]) for name in tag if len(name) == 4 and name[0] == "T"}
    texts |= {"WOAS": tag["WOAS"].url} if "WOAS" in tag else {}
    size = HEADER + plain_size(data[6:HEADER])
    pictures = any(picture.type == 3 for picture in tag.getall("APIC"))
    return Tag(size, texts, tuple(found), pictures, bool(tag.getall("USLT")))


def _id3() -> Any:
    """The library's frames; it has no types of its own worth the name."""
    from mutagen import id3

    return id3


def _frames(data: Metadata, length_ms: int, cover: bytes) -> list[Any]:
    id3 = _id3()

    language = data.language
    texts = {
        "TIT2": data.title,
        "TALB": data.show,
        "TPE1": data.author,
        "TPE2": data.show,
        "TRCK": data.number,
        "TCON": data.genre,
        "TLAN": language,
        "TLEN": str(length_ms),
        "TENC": ENCODER,
        "TDRC": data.date.isoformat() if data.date else "",
    }
    frames = [getattr(id3, name)(encoding=3, text=[text]) for name, text in texts.items() if text]
    if data.description:
        frames.append(id3.COMM(encoding=3, lang=language, desc="", text=[data.description]))
    if data.transcript:
        frames.append(id3.USLT(encoding=3, lang=language, desc="", text=data.transcript))
    if data.link:
        frames.append(id3.WOAS(url=latin1(data.link)))
    if cover:
        frames.append(id3.APIC(encoding=0, mime="image/jpeg", type=3, desc="", data=cover))
    return frames


def fitting(chapters: Sequence[Chapter]) -> list[Chapter]:
    """The chapters that a tag can hold: the first 255, the last of them to the end."""
    if len(chapters) <= MOST_CHAPTERS:
        return list(chapters)
    last = replace(chapters[MOST_CHAPTERS - 1], end_ms=chapters[-1].end_ms)
    return [*chapters[: MOST_CHAPTERS - 1], last]


def _chapter_frames(chapters: list[Chapter]) -> list[Any]:
    id3 = _id3()

    if not chapters:
        return []
    names = [f"{_CHAPTER}{number}" for number in range(1, len(chapters) + 1)]
    contents = [id3.TIT2(encoding=3, text=["Table of Contents"])]
    toc = id3.CTOC(
        element_id="toc", flags=_TOP_LEVEL_ORDERED, child_element_ids=names, sub_frames=contents
    )
    frames = [toc]
    for name, chapter in zip(names, chapters, strict=True):
        inner = [id3.TIT2(encoding=3, text=[chapter.title])]
        if chapter.link:
            inner.append(id3.WXXX(encoding=0, desc="chapter url", url=latin1(chapter.link)))
        frames.append(
            id3.CHAP(
                element_id=name,
                start_time=chapter.start_ms,
                end_time=chapter.end_ms,
                sub_frames=inner,
            )
        )
    return frames


def _chapter(frame: Any) -> Chapter:
    inner = frame.sub_frames
    link = next((one.url for one in inner.values() if one.FrameID == "WXXX"), "")
    title = _text(inner["TIT2"]) if "TIT2" in inner else ""
    return Chapter(title, link, frame.start_time, frame.end_time)


def _text(frame: Any) -> str:
    """A text frame's first text; empty where it has none."""
    return str(next(iter(getattr(frame, "text", [])), ""))


def latin1(url: str) -> str:
    """An address as the tag can hold it: what is not ASCII is percent-encoded."""
    from urllib.parse import quote

    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")


def _in_time_order(data: bytes) -> bytes:
    """Put the chapters behind all other frames, by number: readers list them as they lie."""
    head, at = data[:HEADER], HEADER
    frames: list[bytes] = []
    while at + HEADER <= len(data) and data[at]:
        (size,) = struct.unpack(">I", data[at + 4 : at + 8])
        frames.append(data[at : at + HEADER + size])
        at += HEADER + size
    return head + b"".join(sorted(frames, key=_place)) + data[at:]


def _place(frame: Any) -> tuple[bool, bytes, int]:
    name, element = frame[:4], frame[HEADER:].partition(b"\0")[0]
    return (True, b"", int(element[len(_CHAPTER) :])) if name == _LAST else (False, name, 0)


def plain_size(data: bytes) -> int:
    """A tag's size without its header, of four bytes with seven bits each (ID3v2.3, 3.1)."""
    return data[0] << 21 | data[1] << 14 | data[2] << 7 | data[3]
