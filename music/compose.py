"""Composes the sample show's music: plucked strings, an electric piano, a bass, and a room.

    python music/compose.py [FOLDER]

writes intro.mp3 (20 s), transition.mp3 (2.5 s) and outro.mp3 (30 s) into FOLDER, by default the
script's own. The same program writes the same music; nothing is sampled, all of it is computed.
It needs lameenc for the last step, and takes some ten seconds.
"""

from __future__ import annotations

import array
import math
import random
import sys
from pathlib import Path

import lameenc

RATE = 44_100
"""Samples per second."""
BEAT_S = 0.625
"""Seconds of a beat: 96 a minute."""
BAR_S = 4 * BEAT_S
"""Seconds of a bar."""
PEAK = 10 ** (-3 / 20)
"""The highest sample: -3 dBFS leaves the encoder room."""

Sound = list[float]

# A chord is its bass and four notes around middle C, as MIDI numbers. D major throughout.
HOME = (38, (54, 57, 61, 64))  # D, major, with its ninth
DUSK = (35, (54, 57, 61, 62))  # B minor
HILL = (43, (54, 57, 59, 62))  # G
DOOR = (45, (55, 59, 62, 64))  # A, suspended: it wants to go home
LANE = (40, (54, 55, 59, 62))  # E minor

Chord = tuple[int, tuple[int, ...]]
INTRO: list[Chord] = [HOME, DUSK, HILL, DOOR, HOME, LANE, DOOR, HOME]
OUTRO: list[Chord] = [
    *(DUSK, HILL, HOME, DOOR),
    *(DUSK, HILL, LANE, DOOR),
    *(HILL, DOOR, HOME, HOME),
]

FIGURE = (0, 2, 1, 3, 2, 3, 1, 2)
"""Which of a chord's notes the strings pluck on each half beat."""
ACCENTS = (1.0, 0.6, 0.75, 0.65, 0.9, 0.6, 0.75, 0.55)
"""How hard."""
TUNE = {0: (78, 81), 2: (74, 71), 4: (78, 76), 6: (76, 74), 8: (76, 74), 9: (78, 76), 10: (74, 69)}
"""Bars in which the piano sings two notes of its own above the strings."""


def frequency(note: float) -> float:
    """Hertz of a MIDI note."""
    return 440.0 * math.pow(2.0, (note - 69) / 12)


def pluck(note: int, seconds: float, chance: random.Random) -> Sound:
    """A plucked string (Karplus and Strong): noise that goes round in a loop and grows dull."""
    period = RATE / frequency(note) - 0.5
    size = int(period - 0.1)
    part = period - size
    tuning = (1 - part) / (1 + part)  # an all-pass filter gives the rest of the period
    string = [chance.uniform(-1, 1) for _ in range(size)]
    for _ in range(3):  # a soft finger
        string = [(string[i] + string[i - 1]) / 2 for i in range(size)]
    keep = 0.5 * 0.5 ** (1 / (frequency(note) * 0.55))  # half as loud after about half a second
    out: Sound = []
    before = allpassed = last = 0.0
    for i in range(int(seconds * RATE)):
        now = string[i % size]
        out.append(now)
        dulled = keep * (now + before)
        allpassed = tuning * (dulled - allpassed) + last
        before, last = now, dulled
        string[i % size] = allpassed
    return out


def piano(note: int, seconds: float) -> Sound:
    """An electric piano: a sine whose phase another sine bends, less and less; and a tine."""
    turn = 2 * math.pi * frequency(note) / RATE
    out: Sound = []
    for i in range(int(seconds * RATE)):
        t = i / RATE
        bend = 1.1 * math.exp(-3.2 * t) * math.sin(turn * i)
        tine = 0.06 * math.exp(-14 * t) * math.sin(7 * turn * i)
        body = math.sin(turn * i + bend) * math.exp(-0.8 * t)
        out.append((body + tine) * min(1.0, t / 0.004))
    return out


def bass(note: int, seconds: float) -> Sound:
    """A round bass: a sine and its octave."""
    turn = 2 * math.pi * frequency(note) / RATE
    return [
        (math.sin(turn * i) + 0.35 * math.sin(2 * turn * i) * math.exp(-3 * i / RATE))
        * min(1.0, i / (0.012 * RATE))
        * math.exp(-0.7 * i / RATE)
        for i in range(int(seconds * RATE))
    ]


def pad(notes: tuple[int, ...], seconds: float) -> Sound:
    """A quiet, breathing chord that fills the gaps: two sines a note, a hair apart."""
    swell = 0.5
    turns = [
        2 * math.pi * frequency(note + cents / 100) / RATE for note in notes for cents in (-4, 4)
    ]
    out: Sound = []
    for i in range(int(seconds * RATE)):
        rise = min(1.0, i / RATE / swell, (seconds - i / RATE) / swell)
        out.append(rise * rise * sum(math.sin(turn * i) for turn in turns))
    return out


def put(track: Sound, sound: Sound, at_s: float, level: float) -> None:
    """Add a sound to a track; what lies beyond the track's end is not heard. Its end is faded."""
    start = int(at_s * RATE)
    count = min(len(sound), len(track) - start)
    fade = min(2_000, count)
    for i in range(count):
        track[start + i] += level * sound[i] * min(1.0, (count - i) / fade)


def room(track: Sound, wet: float) -> Sound:
    """A small room after Schroeder: four echoes that grow dull, smeared by two all-pass filters."""
    smeared = [0.0] * len(track)
    for delay, back in ((1_687, 0.77), (1_601, 0.78), (2_053, 0.75), (2_251, 0.74)):
        line, dull = [0.0] * delay, 0.0
        for i, dry in enumerate(track):
            echo = line[i % delay]
            dull += 0.45 * (echo - dull)
            line[i % delay] = dry + back * dull
            smeared[i] += 0.25 * echo
    for delay in (347, 113):
        line = [0.0] * delay
        for i, dry in enumerate(smeared):
            echo = line[i % delay]
            line[i % delay] = dry + 0.6 * echo
            smeared[i] = echo - 0.6 * line[i % delay]
    return [dry + wet * echo for dry, echo in zip(track, smeared, strict=True)]


def bar(track: Sound, number: int, chord: Chord, chance: random.Random, *, last: bool) -> None:
    """One bar: pad, bass, a chord on the piano, and the strings' figure over it."""
    at = number * BAR_S
    root, notes = chord
    put(track, pad(notes, BAR_S + 0.5), max(0.0, at - 0.25), 0.045)
    put(track, bass(root, BAR_S * (1 if last else 0.65)), at, 0.26)
    if not last:
        put(track, bass(root + (12 if number % 2 else 0), BEAT_S * 1.5), at + 2.5 * BEAT_S, 0.22)
    for i, note in enumerate(notes):
        put(track, piano(note, BAR_S), at + 0.018 * i, 0.11)
    for i, (which, accent) in enumerate(zip(FIGURE, ACCENTS, strict=True)):
        if last and i > 4:
            break
        late = 0.03 if i % 2 else 0.0  # a little swing
        note = notes[which] + 12
        put(track, pluck(note, 1.6, chance), at + i * BEAT_S / 2 + late, 0.55 * accent)


def piece(chords: list[Chord], seed: int) -> Sound:
    """A whole piece, bar by bar, with the tune above it."""
    chance = random.Random(seed)
    track = [0.0] * int(len(chords) * BAR_S * RATE)
    for number, chord in enumerate(chords):
        bar(track, number, chord, chance, last=number == len(chords) - 1)
        for i, note in enumerate(TUNE.get(number, ())):
            at = number * BAR_S + (1 + 1.5 * i) * BEAT_S
            if number < len(chords) - 1:
                put(track, piano(note, 2 * BEAT_S), at, 0.14)
    return room(track, 0.35)


def figure(seed: int) -> Sound:
    """The transition: four notes that go up and come home, and ring."""
    chance = random.Random(seed)
    track = [0.0] * int(2.5 * RATE)
    for i, note in enumerate((69, 74, 76, 78)):
        put(track, pluck(note, 2.4, chance), 0.16 * i, 0.6)
        put(track, piano(note, 2.4 - 0.16 * i), 0.16 * i, 0.16)
    put(track, bass(38, 1.9), 0.48, 0.30)
    put(track, piano(62, 1.9), 0.48, 0.12)
    ringing = room(track, 0.4)
    return [sample * min(1.0, (len(ringing) - i) / RATE) ** 2 for i, sample in enumerate(ringing)]


def encoded(track: Sound) -> bytes:
    """The track as MP3, its highest sample at PEAK, with 20 ms of fade at its end."""
    gain = 32_767 * PEAK / max(map(abs, track))
    fade = RATE // 50
    samples = array.array(
        "h",
        (round(gain * x * min(1.0, (len(track) - i) / fade)) for i, x in enumerate(track)),
    )
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(96)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(1)
    encoder.set_quality(2)
    encoder.silence()
    if sys.byteorder == "big":
        samples.byteswap()
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


def main() -> None:
    """Write the three pieces."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    for name, track in (
        ("intro", piece(INTRO, 1)),
        ("transition", figure(2)),
        ("outro", piece(OUTRO, 3)),
    ):
        (folder / f"{name}.mp3").write_bytes(encoded(track))
        print(f"{name}.mp3: {len(track) / RATE:.1f} s")


if __name__ == "__main__":
    main()
