"""The commands: options in, one call, words out."""

from __future__ import annotations

import datetime
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from pipeline import __version__

from . import complete, output


@dataclass(frozen=True, slots=True)
class Call:
    """What holds for every command."""

    folder: Path | None
    """The show's folder, if it was named."""
    quiet: bool
    """Whether to say nothing but errors."""
    verbose: bool
    """Whether to say more."""
    json: bool
    """Whether to print one JSON object for programs."""

    def root(self) -> Path:
        """The show's folder: named, from EPISODE_SHOW, or the nearest upwards."""
        from pipeline import show

        named = self.folder or os.environ.get("EPISODE_SHOW")
        return Path(named).absolute() if named else show.find(Path.cwd())


def _spoken_to(command: Any) -> Any:
    """`-q`, `-v` and `--json` after the command's name mean the same as before it."""

    @functools.wraps(command)
    def call(
        context: click.Context,
        /,
        *args: Any,
        quiet: bool,
        verbose: bool,
        as_json: bool,
        **rest: Any,
    ) -> int:
        before: Call = context.obj
        quiet, verbose = quiet or before.quiet, verbose or before.verbose
        if quiet and verbose:
            raise click.UsageError("give -q or -v, not both")
        out = output.Output(quiet, verbose, as_json or before.json)
        return int(command(before, out, *args, **rest))

    call = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(call)
    call = click.option("-v", "--verbose", is_flag=True, help="Say more.")(call)
    call = click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")(call)
    return click.pass_context(call)


_EPISODES = click.argument(
    "episodes", nargs=-1, metavar="[EPISODE]...", shell_complete=complete.episodes
)
_ALL = click.option("--all", "everything", is_flag=True, help="Every script of the show.")
_VOICE = click.option(
    "--voice",
    default="",
    metavar="NAME",
    shell_complete=complete.voices,
    help="Speak with this voice of voices/.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", type=click.Path(path_type=Path), metavar="DIR", help="The show's folder."
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say more.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object for programs.")
@click.version_option(__version__, prog_name="episode")
@click.pass_context
def episode(
    context: click.Context, folder: Path | None, quiet: bool, verbose: bool, as_json: bool
) -> None:
    """Turn the text of podcast episodes into finished MP3s.

    The show's folder is the nearest one upwards with a show.toml; -C DIR or EPISODE_SHOW name
    another. An episode is a path, else its slug (the file's name), else its id.

    \b
    Examples:
      episode init my-show
      episode -C my-show build
      episode script episode-12

    \b
    Exit codes: 0 done; 1 several episodes and not all for one cause, or a check that holds up
    publication; 2 wrong usage; 65 bad script, voice or show file; 66 no such input; 69 a voice
    service refuses us; 70 our own fault; 73, 74 cannot write; 75 try again later; 78 bad
    configuration or newer vault.
    """
    context.obj = Call(folder, quiet, verbose, as_json)


@episode.command(short_help="Make episodes and publish them under public/.")
@_EPISODES
@_ALL
@_VOICE
@click.option(
    "--listen", type=click.Path(path_type=Path), metavar="FILE", help="Write an MP3; no release."
)
@click.option(
    "--segment",
    default="",
    metavar="SEGMENT",
    help="For --listen: a number, words of a title, opening or closing.",
)
@click.option("-y", "--yes", is_flag=True, help="For --listen: replace FILE if it is there.")
@_spoken_to
def build(
    call: Call,
    out: output.Output,
    episodes: tuple[str, ...],
    everything: bool,
    voice: str,
    listen: Path | None,
    segment: str,
    yes: bool,
) -> int:
    """Make episodes: speak what is new, cut what changed, publish under public/.

    Without an EPISODE it is the newest by date. What did not change is reused. A segment that names
    its own voice keeps it.

    \b
    Examples:
      episode build
      episode build episode-12 --voice bell
      episode build episode-12 --segment 3 --listen third.mp3
      episode -q build --all
    """
    from pipeline import build as building

    if segment and not listen:
        raise click.UsageError(
            "--segment needs --listen FILE: a build makes only what changed anyway"
        )
    if listen and everything:
        raise click.UsageError("--listen is for one episode, not --all")
    root = call.root()
    if not episodes and not everything:
        from pipeline.studio import newest_script, open_studio

        studio = open_studio(root)
        newest = newest_script(studio)
        out.say(f"The newest episode is {newest.relative_to(root).as_posix()}.")
    if listen:
        with out.progress() as progress:
            heard = building.listen(
                root, episodes, segment, listen, progress, voice=voice, replace_file=yes
            )
        return out.heard(heard)
    with out.progress() as progress:
        report = building.build(
            root, episodes, progress, everything=everything, voice=voice, notice=out.notice
        )
    return out.built(root, report)


@episode.command(short_help="Say what a build would reuse or make, and why.")
@_EPISODES
@_ALL
@_VOICE
@_spoken_to
def plan(
    call: Call, out: output.Output, episodes: tuple[str, ...], everything: bool, voice: str
) -> int:
    """Say for every line and reel what a build would reuse or make, and why.

    Without an EPISODE it is the newest by date. Nothing is written.

    \b
    Examples:
      episode plan
      episode plan episode-12 --json
    """
    from pipeline import lineage
    from pipeline.build import plans
    from pipeline.studio import open_studio

    studio = open_studio(call.root())
    with studio.cast:
        drawn, failed = plans(studio, episodes, everything=everything, voice=voice)
    return out.planned(drawn, failed, lineage.without_script(studio) if everything else ())


@episode.command(short_help="Show what will be said beside what was written.")
@_EPISODES
@_ALL
@_VOICE
@_spoken_to
def script(
    call: Call, out: output.Output, episodes: tuple[str, ...], everything: bool, voice: str
) -> int:
    """Show what will be said beside what was written, with lines of the file and times.

    For proof-reading before anything is spoken. Without an EPISODE it is the newest by date. On a
    terminal what differs is coloured, unless NO_COLOR is set. Nothing is written.

    \b
    Examples:
      episode script
      episode script episode-12 --voice bell
    """
    from pipeline.build import plans
    from pipeline.studio import open_studio

    studio = open_studio(call.root())
    with studio.cast:
        return out.proof(*plans(studio, episodes, everything=everything, voice=voice))


@episode.command(short_help="Speak a few words, to try how they sound.")
@click.argument("words", nargs=-1, required=True)
@_VOICE
@click.option("--as", "pronunciation", metavar="WORDS", help="Say these in place of the words.")
@click.option("--to", type=click.Path(path_type=Path), metavar="FILE", help="Write this MP3.")
@click.option("-y", "--yes", is_flag=True, help="Replace FILE if it is there.")
@_spoken_to
def say(
    call: Call,
    out: output.Output,
    words: tuple[str, ...],
    voice: str,
    pronunciation: str | None,
    to: Path | None,
    yes: bool,
) -> int:
    """Speak a few words as a build would, to listen to them, and print what was said.

    With --as they are said like that, and the line to put into voices/lexicon.toml is printed.
    Without --to the MP3 is kept under .vault/samples/, the newest 50.

    \b
    Examples:
      episode say kubectl
      episode say kubectl --as "cube cuddle"
      episode say "Is nginx 2.0 out?" --voice bell --to nginx.mp3
    """
    from pipeline import samples
    from pipeline.studio import open_studio

    studio = open_studio(call.root())
    with studio.cast:
        sample = samples.say(
            studio,
            " ".join(words),
            voice_name=voice,
            pronunciation=pronunciation,
            to=to,
            replace=yes,
        )
    return out.sampled(sample)


@episode.command(short_help="Read finished files back and find what is wrong.")
@_EPISODES
@_ALL
@_spoken_to
def check(call: Call, out: output.Output, episodes: tuple[str, ...], everything: bool) -> int:
    """Read finished files back: hash, length, loudness, peak, silences, chapters, tags, segments.

    Without an EPISODE it is the newest by date. Exit code 1 if anything is wrong that would
    hold up publication.

    \b
    Examples:
      episode check
      episode check --all
    """
    from pipeline import lineage
    from pipeline.build import chosen
    from pipeline.studio import open_studio
    from pipeline.verify import verify_all

    studio = open_studio(call.root())
    with studio.cast:
        paths = chosen(studio, episodes, everything=everything)
        lost = lineage.without_script(studio) if everything else ()
        return out.checked(studio.root, *verify_all(studio, paths), lost)


@episode.command(short_help="Write the script of a new episode.")
@click.argument("title")
@_spoken_to
def new(call: Call, out: output.Output, title: str) -> int:
    """Write the script of a new episode: next id, today's date, two empty stories.

    The file is named like its neighbours; nothing is overwritten.

    \b
    Example:
      episode new "Leap Seconds & a Teapot"
    """
    from pipeline import skeleton
    from pipeline.studio import open_studio

    studio = open_studio(call.root())
    return out.written(
        studio.root, skeleton.write(studio, title, datetime.datetime.now(datetime.UTC))
    )


@episode.command(short_help="List every episode and where it stands.")
@_spoken_to
def status(call: Call, out: output.Output) -> int:
    """List every episode: declared and measured length, and what a build would do.

    Nothing is written. Exit code 65 if a script is wrong, with what is wrong in its row.

    \b
    Example:
      episode status
    """
    from pipeline import build, lineage
    from pipeline.studio import open_studio

    studio = open_studio(call.root())
    with studio.cast:
        return out.standing(build.standing(studio), lineage.without_script(studio))


@episode.command(short_help="Take an episode's files from public/.")
@click.argument(
    "episodes", nargs=-1, required=True, metavar="EPISODE...", shell_complete=complete.published
)
@click.option("-n", "--dry-run", is_flag=True, help="Only say what would leave public/.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@_spoken_to
def withdraw(
    call: Call, out: output.Output, episodes: tuple[str, ...], dry_run: bool, yes: bool
) -> int:
    """Take an episode's files from public/, at once; its script may be gone already.

    Takes and accounts stay in the vault: with its script in place, the next build publishes it
    again, with the same guid, and speaks nothing anew. Asks before it does anything; where nobody
    can answer, -y must be given.

    \b
    Examples:
      episode withdraw episode-3 -n
      episode withdraw episode-3 --yes
    """
    from pipeline import withdrawal
    from pipeline.studio import open_studio

    studio = open_studio(call.root())
    planned = withdrawal.plan(studio, episodes)
    out.withdrawing(studio.root, planned)
    agreed = not dry_run and any(one.files for one in planned) and (yes or out.agreed())
    for one in planned if agreed else ():
        withdrawal.carry_out(studio, one)
    return out.withdrawn(studio.root, planned, done=agreed)


@episode.command(short_help="Set up a show that builds at once.")
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@_spoken_to
def init(_: Call, out: output.Output, folder: Path) -> int:
    """Set up a show in DIR that builds at once with the embedded voice.

    \b
    Example:
      episode init my-show && cd my-show && episode build
    """
    from pipeline import starter

    made = starter.copy_to(folder, datetime.date.today())
    return out.set_up(folder, made)
