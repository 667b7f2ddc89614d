"""The script a user would otherwise write: split at rules, speak, add up with pydub, export.

Usage: plain.py SCRIPT MUSIC_FOLDER OUT.mp3 (needs ffmpeg on PATH, as pydub does). It speaks with
the same embedded voice at the same rate and exports at the same bit rate, but knows no takes,
levels, tags or checks.
"""

from __future__ import annotations

import re
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

from pydub import AudioSegment  # noqa: E402 - its warnings are silenced first

from pipeline.engines.espeak import RATE, Espeak  # noqa: E402 - as above
from pipeline.model import Voice  # noqa: E402 - as above

VOICE = Voice("plain", "espeak", "en-us", "en", options={"words_per_minute": 165})


def main(script: Path, music: Path, out: Path) -> None:
    """Make an MP3 of a script, segment by segment."""
    engine = Espeak()
    intro, transition, outro = (
        AudioSegment.from_file(music / f"{name}.mp3") for name in ("intro", "transition", "outro")
    )
    parts = re.split(r"^---\s*$", script.read_text(encoding="utf-8"), flags=re.MULTILINE)[2:]
    programme = intro[:15_000].fade_out(1_800)
    for number, part in enumerate(part for part in parts if re.search(r"\w", part)):
        words = re.sub(r"\[[^\]]*\]\([^)]*\)|[#*|]", " ", part)
        speech = engine.speak(" ".join(words.split()), VOICE)
        if number:
            programme += transition
        programme += AudioSegment(data=speech.data, sample_width=2, frame_rate=RATE, channels=1)
        programme += AudioSegment.silent(duration=900, frame_rate=RATE)
    programme += outro[:12_000].fade_out(4_000)
    programme.export(out, format="mp3", bitrate="96k", parameters=["-ar", "44100", "-ac", "1"])


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
