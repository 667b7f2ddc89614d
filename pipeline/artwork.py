"""The cover as players take it: square, scaled down, a small JPEG (the door to Pillow).

A picture is known by its file's digest, so an unchanged build decodes none: it is made when a tag
is written. Whoever changes what is made here raises `plan.RECIPE`.
"""

from __future__ import annotations

import functools
import hashlib
import io
import warnings
from typing import TYPE_CHECKING, NamedTuple

from . import files, tables
from .errors import BugError, EpisodeError, InputError
from .model import Cover, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PIL.Image import Image

SIDE = 1400
"""Pixels of the largest side that is made, and the smallest that directories take (to 3,000)."""
SMALLEST = 300
"""Pixels of the shortest side of a picture that is worth showing."""
MOST_BYTES = 300_000
"""Bytes of a cover in the tag: every MP3 carries it, before its first sound."""
LARGEST_FILE = 20_000_000
"""Bytes of the largest file that is read."""
MOST_PIXELS = 50_000_000
"""Pixels of the largest picture that is decoded: a small file may claim any number of them."""
MOST_CUT = 0.1
"""Share of a picture that may be cut away to make it square before it is worth a word."""
_KINDS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_QUALITIES = (90, 85, 80, 75, 70, 65, 60, 50, 40)
_SIDES = (1000, 700, SMALLEST)  # the last fits: 270 kB before it is compressed
_ORIENTATION = 0x0112  # EXIF 2.3, 4.6.4 A: how a picture lies
_TURNINGS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
_ON_ITS_SIDE = {"TRANSPOSE", "ROTATE_270", "TRANSVERSE", "ROTATE_90"}
_DEEP = 1 / 257  # from 16 bits to 8
_HINT = "save it as JPEG or PNG, square, best 1400 x 1400 pixels"


class Picture(NamedTuple):
    """A cover, made."""

    jpeg: bytes
    """A square JPEG; empty for none."""
    findings: tuple[Finding, ...]
    """What is odd about it."""


def find(root: Path, path: str, where: str) -> Cover:
    """The picture `path` in the show's folder `root`; `where` is the `file:line` that names it.

    InputError where it is no JPEG or PNG by its first bytes, not in that folder, not there, not
    readable or too large. It is not decoded.
    """
    file = root / path
    try:
        if not files.is_inside(root, path):
            raise _refused(
                f"the cover must be a file in the show's folder, not {tables.shown(path)}",
                where,
                "put the picture there and write its name from there: artwork/cover.jpg",
            )
        if not file.is_file():
            fault = f"{path} is no file" if file.exists() else f"there is no file {path}"
            raise _refused(fault, where, "put the picture there, or leave the setting out")
        with file.open("rb") as opened:
            kind = _kind(opened.read(8))
            size = opened.seek(0, io.SEEK_END)
            opened.seek(0)
            if kind is None:
                raise _refused(f"{path} is neither a JPEG nor a PNG", where, _HINT)
            if size > LARGEST_FILE:
                most = f"{path} has {size / 1e6:.0f} MB, more than {LARGEST_FILE / 1e6:.0f}"
                raise _refused(most, where, _HINT)
            return Cover(path, hashlib.file_digest(opened, "sha256").hexdigest(), where)
    except OSError as error:
        fault = f"{path} cannot be read ({(error.strerror or str(error)).lower()})"
        raise _refused(fault, where, "make it readable for this user") from error


@functools.lru_cache(maxsize=4)
def make(root: Path, cover: Cover | None) -> Picture:
    """The picture for the tag, the same for the same file; an empty one for None.

    A square JPEG of at most 1400 x 1400 pixels and 300 kB stays as it is, unless its EXIF data
    tells how it lies, or where it was taken. Any other is turned as
    its EXIF data says, cut to the square in its middle, put on white where it is transparent,
    scaled down (never up), and saved without metadata. InputError where it cannot be decoded, is
    animated, too small or too large, or has changed since it was found.
    """
    if cover is None:
        return Picture(b"", ())
    data = files.read(root / cover.path)
    if hashlib.sha256(data).hexdigest() != cover.sha256:
        fault = f"{cover.path} changed while the episode was built"
        raise _refused(fault, cover.where, "build again")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Pillow's own limits and of odd metadata
            return _made(data, cover)
    except (EpisodeError, ImportError):
        raise
    except Exception as error:  # a damaged file raises anything, from SyntaxError to struct.error
        fault = f"{cover.path} is damaged and cannot be decoded"
        raise _refused(fault, cover.where, "save the picture again") from error


def _made(data: bytes, cover: Cover) -> Picture:
    with _opened(data, cover) as image:
        _check(image, cover)
        turning = _turning(image)
        width, height = reversed(image.size) if turning in _ON_ITS_SIDE else image.size
        image.draft(None, (SIDE, SIDE))  # a large JPEG is decoded at half its size, or a quarter
        image.load()
        findings = tuple(_findings(width, height, cover))
        plain = image.format == "JPEG" and image.mode in ("L", "RGB") and "exif" not in image.info
        if plain and len(data) <= MOST_BYTES and width == height <= SIDE:
            return Picture(data, findings)
        square = _square(_coloured(image), min(width, height, SIDE))
    return Picture(_encoded(square, turning), findings)


def _opened(data: bytes, cover: Cover) -> Image:
    """The picture's head, read as what it is by its first bytes and as nothing else."""
    import PIL.Image

    try:
        return PIL.Image.open(io.BytesIO(data), formats=[_kind(data) or ""])
    except PIL.Image.DecompressionBombError as error:
        fault = f"{cover.path} has more than {MOST_PIXELS:,} pixels"
        raise _refused(fault, cover.where, _HINT) from error


def _check(image: Image, cover: Cover) -> None:
    width, height = image.size
    pixels = f"{cover.path} has {width} x {height} pixels"
    if width * height > MOST_PIXELS:
        raise _refused(f"{pixels}, more than {MOST_PIXELS:,}", cover.where, _HINT)
    if min(width, height) < SMALLEST:
        fault = f"{pixels}, fewer than {SMALLEST} x {SMALLEST}"
        raise _refused(fault, cover.where, "give a larger picture, best 1400 x 1400")
    if image.format == "PNG" and getattr(image, "is_animated", False):
        raise _refused(f"{cover.path} is animated", cover.where, "give a picture that stands still")


def _findings(width: int, height: int, cover: Cover) -> Iterator[Finding]:
    side = min(width, height)
    cut = 1 - side / max(width, height)
    if cut > MOST_CUT:
        yield Finding(
            severity="warning",
            check="cover",
            message=f"{cover.path} has {width} x {height} pixels: {cut:.0%} is cut away at its "
            f"{'sides' if width > height else 'top and bottom'}",
            where=cover.where,
            hint="give a square picture",
        )
    if side < SIDE:
        yield Finding(
            severity="note",
            check="cover",
            message=f"{cover.path} has only {side} x {side} pixels",
            where=cover.where,
            hint="directories want 1400 x 1400 to 3000 x 3000",
        )


def _turning(image: Image) -> str:
    """What brings the picture upright, by its EXIF data; empty for nothing, or where it is odd."""
    try:
        return _TURNINGS.get(image.getexif().get(_ORIENTATION, 1), "")
    except Exception:  # metadata that nobody can read spoils no picture
        return ""


def _coloured(image: Image) -> Image:
    """The picture in a mode that can be scaled: RGB, or RGBA where it is transparent."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * _DEEP).convert("L").convert("RGB")
    mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _square(image: Image, side: int) -> Image:
    """The square in the middle, scaled to `side` pixels, on white."""
    import PIL.Image

    width, height = image.size
    own = min(width, height)
    left, top = (width - own) // 2, (height - own) // 2
    box = (left, top, left + own, top + own)
    scaled = image.resize((side, side), PIL.Image.Resampling.LANCZOS, box)
    if scaled.mode == "RGB":
        return scaled
    white = PIL.Image.new("RGBA", scaled.size, "white")
    return PIL.Image.alpha_composite(white, scaled).convert("RGB")


def _encoded(image: Image, turning: str) -> bytes:
    """Upright, a baseline JPEG without metadata, as good as fits; smaller where no quality does."""
    import PIL.Image

    if turning:
        image = image.transpose(PIL.Image.Transpose[turning])
    image.info.clear()
    for side in (image.width, *(side for side in _SIDES if side < image.width)):
        scaled = image.resize((side, side), PIL.Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            file = io.BytesIO()
            scaled.save(file, "JPEG", quality=quality, optimize=True)
            if file.tell() <= MOST_BYTES:
                return file.getvalue()
    raise BugError("a cover of 300 x 300 pixels does not fit", hint="give a plainer picture")


def _kind(data: bytes) -> str | None:
    return next((kind for magic, kind in _KINDS.items() if data.startswith(magic)), None)


def _refused(message: str, where: str, hint: str) -> InputError:
    return InputError(message, where=where, hint=hint)
