"""What is printed: plain words for people, one object for programs, a bar on a terminal."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
from typing import TYPE_CHECKING, Any

import click
import msgspec

from pipeline import report as words
from pipeline import voices
from pipeline.errors import EpisodeError, UsageError

from . import objects, proof
from .terminal import safe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from pipeline.build import Heard
    from pipeline.model import EpisodeReport, Finding, Release, Report
    from pipeline.plan import Plan
    from pipeline.samples import Sample
    from pipeline.withdrawal import Withdrawal

    Failed = tuple[str, EpisodeError]

STAGES = {"lines": "speaking lines", "reels": "cutting reels"}


class Output:
    """Prints the way a call asked for; every method gives the exit code."""

    def __init__(self, quiet: bool, verbose: bool, json: bool) -> None:
        self._quiet = quiet
        self._verbose = verbose
        self._json = json
        self._noticed: list[Finding] = []

    def say(self, line: str = "") -> None:
        """A line for people, unless they asked for silence or JSON."""
        if not self._quiet and not self._json:
            click.echo(safe(line))

    def notice(self, finding: Finding) -> None:
        """A finding that is told before anything is made, and not again."""
        self._noticed.append(finding)
        self.say(words.finding(finding))

    @contextlib.contextmanager
    def progress(self) -> Iterator[Callable[[str, int, int], None]]:
        """A bar on a terminal; nothing elsewhere."""
        if self._quiet or self._json or not sys.stderr.isatty():
            yield lambda stage, done, total: None
            return
        from rich.console import Console
        from rich.progress import Progress

        with Progress(console=Console(stderr=True), transient=True) as bar:
            tasks: dict[str, Any] = {}

            def tell(stage: str, done: int, total: int) -> None:
                if stage not in tasks:
                    tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
                bar.update(tasks[stage], completed=done, total=total)

            yield tell

    def built(self, root: Path, report: Report) -> int:
        """A build's report."""
        if self._json:
            self._object(report)
        for one in report.episodes:
            self._episode(root, one)
        self._findings(report.findings)
        return _exit_code([one.exit_code for one in report.episodes])

    def heard(self, heard: Heard) -> int:
        """What was written to be listened to."""
        if self._json:
            self._object(heard)
        what = heard.slug if heard.segment is None else f"{heard.slug}, segment {heard.segment}"
        spoken, cut = (
            words.count(heard.takes_performed, "line"),
            words.count(heard.reels_cut, "reel"),
        )
        self.say(f"{what}: {words.clock(heard.seconds)} ({spoken} performed, {cut} cut)")
        self.say(f"  file       {heard.file}")
        return 0

    def planned(
        self, plans: Sequence[Plan], failed: Sequence[Failed], findings: Sequence[Finding]
    ) -> int:
        """What builds would do, and what was noticed about the show."""
        if self._json:
            good = [objects.plan(one) for one in plans]
            self._object({"episodes": [*good, *map(objects.failed, failed)], "findings": findings})
        for one in plans:
            self._plan(one)
        self._findings(findings)
        return self._failures(plans, failed)

    def proof(self, plans: Sequence[Plan], failed: Sequence[Failed]) -> int:
        """What will be said, for proof-reading."""
        if self._json:
            good = [proof.proof_object(one) for one in plans]
            self._object({"episodes": [*good, *map(objects.failed, failed)]})
        for one in plans:
            for line in proof.sheet(one):
                self.say(line)
            self._findings([*one.episode.findings, *one.findings])
        return self._failures(plans, failed)

    def sampled(self, one: Sample) -> int:
        """Words that were spoken to be listened to, and what to do if they are said wrongly."""
        if self._json:
            self._object(objects.sample(one))
        self.say(f"{_near(one.file)} ({one.seconds:.1f} s, voice {one.voice})")
        self.say(f"  written  {one.spoken.written}")
        self.say(f"  said     {one.spoken.text}")
        for entry in one.entries:
            line = voices.line(entry.word, entry.said)
            self.say(f"  by       {entry.where}, under [{entry.table}]: {line}")
        if one.advice:
            advice = one.advice
            todo = f"Replace {advice.replaces}" if advice.replaces else f"Add to {advice.file}"
            self.say(f"{todo}, under [{advice.table}]:")
            self.say(f"{advice.line}")
        return 0

    def checked(
        self,
        root: Path,
        found: Sequence[tuple[Release, list[Finding]]],
        failed: Sequence[tuple[str, EpisodeError]],
        lost: Sequence[Finding],
    ) -> int:
        """What checks found, what could not be checked, and what has no script any more."""
        if self._json:
            broken = [objects.broken(slug, error) for slug, error in failed]
            good = [objects.checked(*one) for one in found]
            self._object({"episodes": [*good, *broken], "findings": lost})
        for release, findings in found:
            self.say(f"{release.slug}: {_verdict(findings)}")
            self._release(root, release)
            self._findings(findings)
        self._findings(lost)
        for slug, error in failed if not self._json else ():
            _warn(f"episode: {slug}: {error}\n  {error.hint}")
        holds = any(one.holds for _, findings in found for one in findings)
        return 1 if holds or failed else 0

    def written(self, root: Path, path: Path) -> int:
        """A new script."""
        name = path.relative_to(root).as_posix()
        if self._json:
            self._object({"script": name})
        self.say(f"{name} is written. Put in your words, and then:")
        self.say(f"  episode script {path.stem}")
        return 0

    def standing(
        self, found: Sequence[tuple[str, Plan | EpisodeError]], findings: Sequence[Finding]
    ) -> int:
        """Every episode in a row, and what was noticed about the show."""
        if self._json:
            rows = [objects.standing(*one) for one in found]
            self._object({"episodes": rows, "findings": findings})
        width = max((len(slug) for slug, _ in found), default=0)
        for slug, one in found:
            self.say(f"{slug:<{width}}  {_standing(one)}")
            self._findings(() if isinstance(one, EpisodeError) else one.findings)
        self._findings(findings)
        return max((one.exit_code for _, one in found if isinstance(one, EpisodeError)), default=0)

    def withdrawing(self, root: Path, planned: Sequence[Withdrawal]) -> None:
        """What withdrawing episodes would do."""
        for one in planned:
            if not one.files:
                self.say(f"{one.slug}: nothing of it is in public/")
                continue
            self.say(f"{one.slug}: leaves public/ ({words.count(one.bytes, 'byte')}):")
            for path in one.files:
                self.say(f"  {path.relative_to(root).as_posix()}")
            self.say("  its takes and account stay in the vault")
            if one.scripted:
                self.say("  it has a script: the next build would publish it again")

    def agreed(self) -> bool:
        """Ask; UsageError where nobody can answer."""
        if self._json or not sys.stdin.isatty():
            raise UsageError("nobody can be asked here", hint="add -y if it is to be done")
        return click.confirm("Take these files away?", err=True)

    def withdrawn(self, root: Path, planned: Sequence[Withdrawal], *, done: bool) -> int:
        """Whether episodes were withdrawn."""
        if self._json:
            rows = [objects.withdrawal(root, one, done) for one in planned]
            self._object({"episodes": rows})
        there = any(one.files for one in planned)
        if there:
            self.say("Withdrawn." if done else "Nothing was changed.")
        return 0

    def set_up(self, folder: Path, made: Sequence[Path]) -> int:
        """A new show's files."""
        for path in made:
            self.say(f"  {path.relative_to(folder).as_posix()}")
        self.say(f"A show is set up in {folder}. Build its first episode with:")
        self.say(f"  episode -C {shlex.quote(str(folder))} build")
        return 0

    def _episode(self, root: Path, one: EpisodeReport) -> None:
        if one.status in ("failed", "held"):
            self._alarm(root, one)
        else:
            self.say(words.made(one))
        if one.release and one.status in ("built", "unchanged"):
            self._release(root, one.release)
        if one.status != "held":
            self._findings(one.findings)

    def _alarm(self, root: Path, one: EpisodeReport) -> None:
        if self._json:
            return
        if one.status == "held":
            _warn(f"episode: {one.slug}: not published: a check holds it up")
            for finding in one.findings:
                if finding.severity != "note" or self._verbose:
                    _warn(f"  {words.finding(finding)}")
            candidate = _near(root / ".vault" / "held" / f"{one.slug}.mp3")
            _warn(f"  the candidate is kept as {candidate}")
            return
        _warn(f"episode: {one.slug}: {one.error}")
        if one.hint:
            _warn(f"  {one.hint}")

    def _release(self, root: Path, release: Release) -> None:
        if not self._quiet and not self._json:
            people = root / "public" / "audio" / f"{release.slug}.mp3"
            for line in words.released(release, _near(people)):
                self.say(line)

    def _findings(self, findings: Sequence[Finding]) -> None:
        findings = [one for one in findings if one not in self._noticed]
        shown = [one for one in findings if self._verbose or one.severity != "note"]
        for one in shown:
            self.say(f"  {words.finding(one)}")
        if len(shown) < len(findings):
            self.say(f"  {words.count(len(findings) - len(shown), 'note')}: see with -v")

    def _failures(self, plans: Sequence[Plan], failed: Sequence[Failed]) -> int:
        """What could not be planned; the exit code of all together."""
        for slug, error in failed if not self._json else ():
            _warn(f"episode: {slug}: {error}\n  {error.hint}")
        return _exit_code([*(0 for _ in plans), *(error.exit_code for _, error in failed)])

    def _plan(self, one: Plan) -> None:
        self.say(_todo(one))
        self._findings(one.findings)
        for planned in one.lines:
            line = planned.line
            todo = "reuse" if planned.take else "speak"
            text = line.spoken.written
            short = text if len(text) <= 48 else text[:47] + "…"
            self.say(f"  line {line.segment}.{line.number:<3} {todo}  {planned.reason}: {short}")
        for index, reel in enumerate(one.reels, 1):
            todo = "reuse" if reel.reel else "cut  "
            self.say(f"  reel {index:<5} {todo}  segment {reel.sheet.segment}: {reel.reason}")
        if not one.reels:
            why = "once every line is spoken" if one.missing else "once levels are found anew"
            self.say(f"  reels are planned {why}")

    def _object(self, value: object) -> None:
        click.echo(msgspec.json.format(msgspec.json.encode(value), indent=2).decode())


def _warn(text: str) -> None:
    click.echo(safe(text), err=True)


def _near(path: Path) -> str:
    """A path as one would type it here."""
    here = os.path.relpath(path)
    return os.path.normpath(path) if here.startswith("..") else here


def _exit_code(found: Sequence[int]) -> int:
    """One episode: the code of its error. Several: the code they share, or 1."""
    codes = set(found)
    if codes <= {0}:
        return 0
    return codes.pop() if len(codes) == 1 else 1


def _verdict(findings: Sequence[Finding]) -> str:
    wrong = sum(1 for one in findings if one.holds)
    warned = sum(1 for one in findings if not one.holds and one.severity == "warning")
    if wrong:
        return words.count(wrong, "fault")
    return f"good, {words.count(warned, 'warning')}" if warned else "good"


def _todo(one: Plan) -> str:
    """An episode's plan in a line."""
    state = "unchanged" if one.unchanged else "to be built"
    speak, cut = len(one.missing), sum(1 for reel in one.reels if reel.reel is None)
    reels = f"; {cut} of {len(one.reels)} reels to cut" if one.reels else ""
    todo = f"{speak} of {len(one.lines)} lines to speak{reels}"
    return f"{one.episode.slug}: {state}, {words.voices(one.gain_keys)} ({todo})"


def _standing(one: Plan | EpisodeError) -> str:
    """Declared and measured length, and what a build would do."""
    if isinstance(one, EpisodeError):
        return f"broken: {one}"
    declared = one.episode.declared
    release = one.account.release if one.account else None
    said = declared.written if declared else "-"
    measured = words.clock(release.audio.duration_s) if release else "-"
    return f"declared {said:>7}  measured {measured:>9}  {objects.state(one)}"
