"""What every engine must do: a class of tests that each engine's own tests inherit."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline import gate
from pipeline.engines import BUILT_IN, open_engine
from pipeline.errors import EpisodeError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.engines import Engine
    from pipeline.model import Speech, Voice

TEXT = "The bridge was closed at four in the morning; by noon, forty-two lorries stood in line."
LONGEST = " ".join(
    f"Sentence {number:02d} says a little more than the last." for number in range(75)
)
"""3,449 bytes: about the longest line there is."""
TEXTS = [
    TEXT,
    "Yes.",
    "a",
    "What there is, and what there was: such as it is",
    "1, 2, 3 … 42%; §5, 10 °C & “quotes” — and (brackets).",
    "Two lines\nof one paragraph.\n\nAnd another.",
    "Café, naïve, Zoë, coöperate, ﬁne, m², ½.",
    "end.end,end;end:end!end?end-end_end/end\\end|end",
    "\tblank  \u00a0 space\u2009everywhere \u200b ",
]
HOSTILE = {
    "phonemes in brackets": "one [[h@l'oU]] two [[_:_:]] three",
    "an unclosed bracket": "one [[ two three",
    "SSML": '<speak>one <break time="9s"/> <prosody rate="400%">two</prosody></speak> three',
    "a less-than sign": "one < two > three",
    "ampersands": "one & two &amp; &lt;break/&gt; &#65; three",
    "the end of an XML part": "one ]]> two <!-- three",
    "NUL": "one\0two three",
    "a command of control characters": "one \x0150S two \x01+20P three",
    "control characters": "one " + "".join(map(chr, range(1, 32))) + "\x7f\x80\x85\x9f two three",
    "characters that are none": "one \ufffe two \uffff three",
    "a half of a character": "one \ud800 two \udfff three",
    "emoji": "one 😀 two 👩‍👩‍👧 🇪🇸 three",
    "right to left": "one שלום עולם two مرحبا three",
    "turned around": "one \u202e two \u2066 three",
    "marks upon marks": "one " + "e\u0301\u0323" * 40 + " three",
    "a very long word": "one " + "pneumono" * 60 + " three",
    "a very long number": "one " + "9" * 60 + " three",
    "a byte-order mark": "\ufeffone two three",
    "signs": "one @#$%^&*()_+{}|:\"<>?`~-=[]\\;',./ three",
    "format strings": "one %s %n {0} {voice} $(reboot) `id` three",
}


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text)


def check_marks(text: str, speech: Speech) -> None:
    """Marks lie inside the sound and the text, in order, and reach the last word."""
    samples = len(speech.data) // 2
    assert speech.marks
    before = None
    for mark in speech.marks:
        assert 0 <= mark.start <= mark.end <= samples
        assert 0 <= mark.text_start < mark.text_end <= len(text)
        assert not text[mark.text_start].isspace()
        if before:
            assert before.end <= mark.start
            assert before.text_end <= mark.text_start
        before = mark
    last = [word.start() for word in re.finditer(r"[^\W_]+", text)][-1]
    assert speech.marks[-1].text_end > last


class EngineContract:
    """Inherit, and say which voice speaks; the engine must answer in samples of 16 bits."""

    voice: Voice
    """A plain voice of the engine."""

    @pytest.fixture
    def engine(self) -> Iterator[Engine]:
        engine = open_engine(self.voice)
        yield engine
        engine.close()

    def test_it_has_the_name_that_voices_call_it_by(self, engine: Engine) -> None:
        assert engine.name == self.voice.engine
        assert engine.name in BUILT_IN
        assert engine.lanes >= 1

    @pytest.mark.parametrize("text", [*TEXTS, LONGEST])
    def test_a_speech_is_complete_and_passes_the_gate(self, engine: Engine, text: str) -> None:
        speech = engine.speak(text, self.voice)
        assert speech.complete
        assert speech.format == "pcm"
        assert len(speech.data) % 2 == 0
        verdict = gate.judge(text, speech, speech.data, engine.pace(self.voice))
        assert verdict.faults == ()

    @pytest.mark.parametrize("text", [*TEXTS, LONGEST])
    def test_marks_are_inside_the_sound_in_order_and_reach_the_end(
        self, engine: Engine, text: str
    ) -> None:
        check_marks(text, engine.speak(text, self.voice))

    def test_marks_name_the_words_they_belong_to(self, engine: Engine) -> None:
        speech = engine.speak(TEXT, self.voice)
        marked = " ".join(TEXT[mark.text_start : mark.text_end] for mark in speech.marks)
        assert words(marked) == words(TEXT)

    def test_marks_spread_over_the_whole_sound(self, engine: Engine) -> None:
        speech = engine.speak(TEXT, self.voice)
        start, end = gate.trim(speech.data, speech.rate)
        assert speech.marks[0].start <= start + speech.rate / 5
        assert speech.marks[-1].end >= end - speech.rate / 5
        middle = speech.marks[len(speech.marks) // 2]
        place = middle.text_start / len(TEXT)
        assert (middle.start - start) / (end - start) == pytest.approx(place, abs=0.15)

    def test_the_same_text_is_the_same_bytes_whatever_was_said_before(self, engine: Engine) -> None:
        if not engine.deterministic:
            pytest.skip("this engine speaks differently each time")
        fresh = open_engine(self.voice)
        first = fresh.speak(TEXT, self.voice)
        fresh.close()
        for text in ("Something else before.", LONGEST, TEXT, "No."):
            engine.speak(text, self.voice)
            assert engine.speak(TEXT, self.voice) == first

    def test_lanes_used_at_once_say_the_same_as_one(self, engine: Engine) -> None:
        if not engine.deterministic:
            pytest.skip("this engine speaks differently each time")
        texts = [f"{text} {number}" for number in range(3) for text in TEXTS]
        alone = [engine.speak(text, self.voice) for text in texts]
        with ThreadPoolExecutor(max_workers=max(4, engine.lanes)) as pool:
            together = list(pool.map(lambda text: engine.speak(text, self.voice), texts))
        assert together == alone

    def test_identity_and_settings_are_plain_and_stable(self, engine: Engine) -> None:
        other = open_engine(self.voice)
        for one in (engine.identity, other.identity):
            found = one(self.voice)
            assert found == engine.identity(self.voice)
            assert {type(value) for value in found.values()} == {str}
            assert all(found.values())
        for say in (engine.settings, other.settings):
            assert say(self.voice) == engine.settings(self.voice)
        other.close()
        both = [engine.identity(self.voice), engine.settings(self.voice)]
        assert json.loads(json.dumps(both)) == both
        engine.speak(TEXT, self.voice)
        assert [engine.identity(self.voice), engine.settings(self.voice)] == both

    def test_settings_do_not_depend_on_a_voices_name_or_file(self, engine: Engine) -> None:
        other = replace(self.voice, name="other", path="voices/other.toml", lines={"rate": 9})
        assert engine.settings(other) == engine.settings(self.voice)
        assert engine.identity(other) == engine.identity(self.voice)

    @pytest.mark.parametrize(
        "changes",
        [
            {"rate": 1.25},
            {"rate": 0.8},
            {"pitch": 20},
            {"pitch": -20},
            {"volume": 20},
            {"volume": -20},
        ],
    )
    def test_rate_pitch_and_volume_change_the_settings_and_the_sound(
        self, engine: Engine, changes: dict[str, float]
    ) -> None:
        other = replace(self.voice, **changes)  # type: ignore[arg-type]
        assert engine.settings(other) != engine.settings(self.voice)
        assert engine.speak(TEXT, other).data != engine.speak(TEXT, self.voice).data

    @pytest.mark.parametrize("rate", [1.0, 1.001, 1.004, 1.0049, 0.998])
    def test_equal_settings_are_equal_sounds(self, engine: Engine, rate: float) -> None:
        """A key is made of the settings: what they leave out must not be heard."""
        other = replace(self.voice, rate=rate)
        if engine.deterministic and engine.settings(other) == engine.settings(self.voice):
            assert engine.speak(TEXT, other).data == engine.speak(TEXT, self.voice).data

    def test_pace_tells_how_fast_it_speaks(self, engine: Engine) -> None:
        def seconds(voice: Voice) -> float:
            speech = engine.speak(TEXT, voice)
            start, end = gate.trim(speech.data, speech.rate)
            return (end - start) / speech.rate

        paces = [engine.pace(replace(self.voice, rate=rate)) for rate in (0.7, 1.0, 1.5)]
        assert paces == sorted(paces)
        spoken = [seconds(replace(self.voice, rate=rate)) for rate in (0.7, 1.0, 1.5)]
        for pace, length in zip(paces, spoken, strict=True):
            assert length == pytest.approx(spoken[1] * paces[1] / pace, rel=0.1)

    @pytest.mark.parametrize(
        "text", ["", " ", "\n\t", "...", "— — —", "?!", "_", "___ _", "😀", "\0", "\ufeff", "*** |"]
    )
    def test_where_there_is_nothing_to_say_it_says_so(self, engine: Engine, text: str) -> None:
        with pytest.raises(InputError, match="nothing to say") as caught:
            engine.speak(text, self.voice)
        assert caught.value.hint

    @pytest.mark.parametrize("name", HOSTILE)
    def test_hostile_text_is_said_as_words_or_refused(self, engine: Engine, name: str) -> None:
        """To the last word, with marks that fit; or by our own error, or by the gate."""
        text = HOSTILE[name]
        try:
            speech = engine.speak(text, self.voice)
        except EpisodeError:
            return
        check_marks(text, speech)
        assert speech.complete
        faults = gate.judge(text, speech, speech.data, engine.pace(self.voice)).faults
        assert all("characters a second" in fault for fault in faults)

    def test_hostile_text_leaves_the_next_line_alone(self, engine: Engine) -> None:
        before = engine.speak(TEXT, self.voice)
        for text in HOSTILE.values():
            try:
                engine.speak(text, self.voice)
            except EpisodeError:
                continue
        after = engine.speak(TEXT, self.voice)
        assert not engine.deterministic or before == after

    @pytest.mark.parametrize(
        ("key", "near"), [("pich", "pitch"), ("rat", "rate"), ("volum", "volume"), ("zzz", "")]
    )
    def test_an_unknown_option_is_refused_with_the_near_one(
        self, engine: Engine, key: str, near: str
    ) -> None:
        voice = replace(self.voice, options={key: 3}, path="voices/x.toml", lines={key: 7})
        with pytest.raises(InputError) as caught:
            engine.settings(voice)
        assert caught.value.where == "voices/x.toml:7"
        assert f"`{key}`" in caught.value.message
        assert f"`{near}`" in f"{caught.value.message} {caught.value.hint} ``"
        assert caught.value.hint

    def test_after_closing_nothing_is_held_and_closing_again_is_no_fault(self) -> None:
        def held() -> int:
            handles = Path("/proc/self/fd")
            return len(list(handles.iterdir())) if handles.is_dir() else 0

        engine = open_engine(self.voice)
        before = held()
        engine.speak("Yes.", self.voice)
        engine.close()
        engine.close()
        assert held() == before
