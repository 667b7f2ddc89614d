"""The command line: the only room that prints, asks or exits."""

from __future__ import annotations

import gc
import os
import sys

from pipeline.errors import BugError, EpisodeError

from .terminal import safe

INTERRUPTED = 130
_COLLECT_AFTER = 30_000  # a short run leaves little to collect: 2 % of an unchanged build


def main() -> None:
    """Run the command; every error becomes one line and an exit code here."""
    gc.set_threshold(_COLLECT_AFTER)

    import click

    from .commands import episode

    try:
        code = episode.main(standalone_mode=False)
    except click.exceptions.Abort:
        _say("interrupted; what was published is untouched", "", INTERRUPTED)
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # lanes may still be at work: nothing waits for them
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except EpisodeError as error:
        code = _say(str(error), error.hint, error.exit_code)
    except BrokenPipeError:
        code = _quietly_closed()
    except Exception as error:
        if os.environ.get("EPISODE_DEBUG"):
            raise
        hint = "set EPISODE_DEBUG=1, run it again and report what it prints"
        text = f"our own fault: {type(error).__name__}: {error}"
        code = _say(text, hint, BugError.exit_code)
    sys.exit(code or 0)


def _say(text: str, hint: str, code: int) -> int:
    sys.stderr.write(safe(f"episode: {text}\n"))
    if hint:
        sys.stderr.write(safe(f"  {hint}\n"))
    return code


def _quietly_closed() -> int:
    """Whoever read our output has gone; not a fault worth a word."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
