"""Covers: real pictures in, and what players take out."""

from __future__ import annotations

import hashlib
import io
import random
import struct
import zlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from pipeline import artwork
from pipeline.artwork import MOST_BYTES, SIDE, Picture
from pipeline.errors import InputError

REPOSITORY = Path(__file__).parents[2]
SAMPLE = (REPOSITORY / "artwork" / "cover.jpg").read_bytes()
WHERE = "show.toml:4"
RED, GREEN, BLUE, WHITE = (254, 0, 0), (0, 128, 1), (0, 0, 254), (255, 255, 255)


def saved(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def made(folder: Path, data: bytes, name: str = "cover") -> Picture:
    (folder / name).write_bytes(data)
    picture = artwork.make(folder, artwork.find(folder, name, WHERE))
    assert len(picture.jpeg) <= MOST_BYTES
    return picture


def shown(jpeg: bytes) -> Image.Image:
    """The picture as a player has it: decoded whole, and what every cover must be."""
    image = Image.open(io.BytesIO(jpeg))
    image.load()
    assert image.format == "JPEG"
    assert image.width == image.height <= SIDE
    return image


def fault(folder: Path, data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        made(folder, data)
    assert caught.value.where == WHERE
    assert caught.value.hint
    return caught.value


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    size = width * height * len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(1).randbytes(size))


def stripes(width: int, height: int) -> Image.Image:
    """A third red, a third green, a third blue, from left to right."""
    image = Image.new("RGB", (width, height), GREEN)
    image.paste(RED, (0, 0, width // 3, height))
    image.paste(BLUE, (width - width // 3, 0, width, height))
    return image


def near(image: Image.Image, at: tuple[float, float], colour: tuple[int, ...]) -> bool:
    """Whether a point (0 to 1, from the top left) has a colour, as nearly as a JPEG tells."""
    size = image.width - 1
    found = image.convert("RGB").getpixel((round(at[0] * size), round(at[1] * size)))
    assert isinstance(found, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(found, colour, strict=True))


def test_the_sample_shows_cover_stays_as_it_is_byte_for_byte(tmp_path: Path) -> None:
    assert made(tmp_path, SAMPLE) == Picture(SAMPLE, ())


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_small_square_jpeg_stays_as_it_is(tmp_path: Path, mode: str, progressive: bool) -> None:
    data = saved(Image.new(mode, (900, 900), "grey"), "JPEG", progressive=progressive)
    assert made(tmp_path, data).jpeg == data


@pytest.mark.parametrize(
    ("width", "height", "side"),
    [(300, 300, 300), (301, 999, 301), (1400, 1400, 1400), (1401, 1400, 1400), (4000, 3000, 1400)],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_made_square_and_scaled_down_and_never_up(
    tmp_path: Path, width: int, height: int, side: int, kind: str
) -> None:
    image = shown(made(tmp_path, saved(stripes(width, height), kind)).jpeg)
    assert image.size == (side, side)
    assert near(image, (0.5, 0.5), GREEN)


def test_the_square_is_the_one_in_the_middle(tmp_path: Path) -> None:
    wide = shown(made(tmp_path, saved(stripes(3000, 1000))).jpeg)
    assert all(near(wide, (x, 0.5), GREEN) for x in (0.02, 0.5, 0.98))
    tall = shown(
        made(tmp_path, saved(stripes(3000, 1000).transpose(Image.Transpose.ROTATE_90))).jpeg
    )
    assert all(near(tall, (0.5, y), GREEN) for y in (0.02, 0.5, 0.98))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_turned_as_its_exif_data_says(
    tmp_path: Path, orientation: int, kind: str
) -> None:
    upright = Image.new("RGB", (800, 800), BLUE)
    upright.paste(RED, (0, 0, 400, 400))
    upright.paste(GREEN, (400, 0, 800, 400))
    steps = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for step in steps.get(orientation, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = shown(made(tmp_path, saved(stored, kind, exif=exif)).jpeg)
    assert near(image, (0.2, 0.2), RED)
    assert near(image, (0.8, 0.2), GREEN)
    assert near(image, (0.2, 0.8), BLUE)


def test_a_picture_on_its_side_is_named_as_it_is_seen(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (finding,) = made(tmp_path, saved(stripes(3000, 1500), "JPEG", exif=exif)).findings
    assert "1500 x 3000 pixels: 50% is cut away at its top and bottom" in finding.message


def test_exif_data_that_nobody_can_read_spoils_no_picture(tmp_path: Path) -> None:
    for exif in (b"Exif\0\0nonsense", b"Exif\0\0MM\0*\xff\xff\xff\xff", b"Exif\0\0"):
        data = saved(stripes(1500, 1500), "JPEG", exif=exif)
        assert shown(made(tmp_path, data).jpeg).size == (1400, 1400)


def deep(grey: int) -> bytes:
    return saved(Image.new("I;16", (500, 500), grey))


def see_through(mode: str) -> bytes:
    """Nothing to see on the left, red on the right."""
    image = Image.new("RGBA", (500, 500), (0, 0, 0, 0))
    image.paste((*RED, 255), (250, 0, 500, 500))
    return saved(image.convert("P") if mode == "P" else image)


def test_every_mode_of_colour_comes_out_as_it_looks(tmp_path: Path) -> None:
    grey = (100, 100, 100)
    plain = {
        "CMYK": (saved(Image.new("RGB", (500, 500), RED).convert("CMYK"), "JPEG"), RED),
        "palette": (saved(Image.new("RGB", (500, 500), RED).convert("P")), (255, 0, 0)),
        "one bit": (saved(Image.new("1", (500, 500), 1)), WHITE),
        "16 bits": (deep(100 * 257), grey),
        "16 bits, white": (deep(65535), WHITE),
        "grey": (saved(Image.new("L", (500, 500), 100)), grey),
        "grey, see-through": (saved(Image.new("LA", (500, 500), (0, 0))), WHITE),
    }
    for name, (data, colour) in plain.items():
        image = shown(made(tmp_path, data).jpeg)
        assert image.mode == "RGB", name
        assert near(image, (0.5, 0.5), colour), name


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_what_is_transparent_is_white(tmp_path: Path, mode: str) -> None:
    image = shown(made(tmp_path, see_through(mode)).jpeg)
    assert near(image, (0.2, 0.5), WHITE)
    assert near(image, (0.8, 0.5), RED)


@pytest.mark.parametrize("side", [1400, 650, 300])
def test_even_noise_fits_into_300_kb(tmp_path: Path, side: int) -> None:
    image = shown(made(tmp_path, saved(noise(side, side))).jpeg)
    assert SIDE >= image.width >= 300


def test_even_a_jpeg_that_fits_does_not_tell_where_it_was_taken(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    data = saved(stripes(500, 500), "JPEG", exif=exif)
    assert b"taken" in data
    assert b"taken" not in made(tmp_path, data).jpeg


def test_what_is_made_is_baseline_and_has_no_metadata(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    extra = {"exif": exif, "icc_profile": profile, "dpi": (300, 300), "comment": b"a secret"}
    data = saved(stripes(1500, 1500), "JPEG", progressive=True, **extra)
    jpeg = made(tmp_path, data).jpeg
    image = shown(jpeg)
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"\xff\xc0" in jpeg, "the frame of a baseline JPEG"
    assert b"\xff\xc2" not in jpeg
    assert not any(word in jpeg for word in (b"secret", b"taken", b"ICC_PROFILE"))


def test_the_same_file_makes_the_same_picture(tmp_path: Path) -> None:
    data = saved(noise(1600, 1500), "JPEG", quality=95)
    first = made(tmp_path, data)
    artwork.make.cache_clear()
    assert made(tmp_path, data).jpeg == first.jpeg


def test_much_cut_away_is_a_warning_and_few_pixels_are_a_note(tmp_path: Path) -> None:
    def said(width: int, height: int) -> list[tuple[str, str]]:
        found = made(tmp_path, saved(stripes(width, height))).findings
        assert all((one.check, one.where, one.holds) == ("cover", WHERE, False) for one in found)
        return [(one.severity, one.message) for one in found]

    assert said(1500, 1500) == []
    assert said(1500, 1400) == []
    assert said(2800, 1400) == [
        ("warning", "cover has 2800 x 1400 pixels: 50% is cut away at its sides")
    ]
    assert said(1399, 1399) == [("note", "cover has only 1399 x 1399 pixels")]
    wrong = said(600, 900)
    assert [severity for severity, _ in wrong] == ["warning", "note"]
    assert wrong[0][1].endswith("33% is cut away at its top and bottom")


def claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""

    def part(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = part(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + rows + part(b"IEND", b"")


@pytest.mark.parametrize(
    "sides", [(7100, 7100), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2)]
)
def test_a_picture_too_large_to_decode_is_refused_before_it_is(
    tmp_path: Path, sides: tuple[int, int]
) -> None:
    assert "more than 50,000,000" in str(fault(tmp_path, claiming(*sides)))


def animated() -> bytes:
    frames = [Image.new("RGB", (400, 400), colour) for colour in (RED, BLUE)]
    return saved(frames[0], save_all=True, append_images=frames[1:])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "neither a JPEG nor a PNG"),
        (b"words", "neither a JPEG nor a PNG"),
        (b"GIF89a", "neither a JPEG nor a PNG"),
        (saved(Image.new("RGB", (400, 400)), "GIF"), "neither a JPEG nor a PNG"),
        (saved(Image.new("RGB", (400, 400)), "WEBP"), "neither a JPEG nor a PNG"),
        (SAMPLE[:3], "damaged"),
        (SAMPLE[:5000], "damaged"),
        (SAMPLE[: len(SAMPLE) // 2], "damaged"),
        (saved(stripes(500, 500))[:200], "damaged"),
        (claiming(400, 400), "damaged"),
        (SAMPLE[:2] + bytes(5000), "neither"),
        (b"\xff\xd8\xff" + bytes(5000), "damaged"),
        (saved(Image.new("RGB", (299, 2000))), "fewer than 300 x 300"),
        (animated(), "is animated"),
    ],
)
def test_what_is_no_whole_picture_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in fault(tmp_path, data).message


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "cover").open("wb") as file:
        file.write(SAMPLE)
        file.truncate(20_000_001)
    with pytest.raises(InputError, match="has 20 MB, more than 20") as caught:
        artwork.find(tmp_path, "cover", WHERE)
    assert caught.value.where == WHERE


def test_a_file_is_judged_by_what_it_is_and_not_by_its_name(tmp_path: Path) -> None:
    data = saved(stripes(1400, 1400))
    assert shown(made(tmp_path, data, "cover.jpg").jpeg).size == (1400, 1400)
    assert made(tmp_path, SAMPLE, "cover.png").jpeg == SAMPLE


def test_a_name_that_leads_nowhere_or_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "show"
    (folder / "folder").mkdir(parents=True)
    (tmp_path / "secret.jpg").write_bytes(SAMPLE)
    (folder / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (folder / "circle.jpg").symlink_to(folder / "circle.jpg")
    (folder / "broken.jpg").symlink_to(folder / "gone")
    names = {
        "../secret.jpg": "in the show's folder",
        str(tmp_path / "secret.jpg"): "in the show's folder",
        "out.jpg": "in the show's folder",
        "circle.jpg": "circle",
        "a\0b": "in the show's folder",
        "x" * 300: "in the show's folder",
        "é" * 200: "cannot be read|no file",
        "gone.jpg": "there is no file gone.jpg",
        "broken.jpg": "there is no file broken.jpg",
        "folder": "folder is no file",
        "folder/x/y.jpg": "there is no file",
    }
    for name, words in names.items():
        with pytest.raises(InputError, match=words) as caught:
            artwork.find(folder, name, WHERE)
        assert (caught.value.where, bool(caught.value.hint)) == (WHERE, True), name


def test_a_picture_that_changes_between_plan_and_tag_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "cover").write_bytes(SAMPLE)
    found = artwork.find(tmp_path, "cover", WHERE)
    assert found.sha256 == hashlib.sha256(SAMPLE).hexdigest()
    (tmp_path / "cover").write_bytes(saved(stripes(900, 900)))
    artwork.make.cache_clear()
    with pytest.raises(InputError, match="changed while"):
        artwork.make(tmp_path, found)


SEEDS = [
    saved(noise(310, 320), "JPEG", exif=Image.Exif()),
    saved(noise(330, 310).convert("P")),
    saved(noise(300, 300, "RGBA")),
    animated(),
]


@settings(max_examples=150)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6),
    st.floats(0, 1),
    st.booleans(),
)
def test_a_damaged_picture_is_made_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory,
    data: bytes,
    changes: list[tuple[float, int]],
    kept: float,
    in_head: bool,
) -> None:
    spoilt = bytearray(data[: round(len(data) * (kept if not changes else 1))])
    for at, value in changes:
        spoilt[int(at * min(len(spoilt), 600 if in_head else len(spoilt)))] = value
    found = outcome(tmp_path_factory.getbasetemp(), bytes(spoilt))
    if isinstance(found, InputError):
        assert found.where == WHERE
        assert found.hint
    else:
        image = shown(found.jpeg)
        assert 300 <= image.width == image.height <= SIDE


def outcome(folder: Path, data: bytes) -> Picture | InputError:
    try:
        return made(folder, data, "spoilt")
    except InputError as error:
        return error
