"""Everything that can go wrong, as one tree: each error knows its exit code and what to do next.

EpisodeError                     exit code
├── UsageError                    2   the command was called wrongly
├── InputError                   65   a script, voice, show or music file is wrong
├── MissingError                 66   a file or episode that was asked for is not there
├── ServiceError                 69   a voice service or engine refuses us
├── BugError                     70   our own fault
├── CannotWriteError             73   a file cannot be created
├── StorageError                 74   reading or writing failed (disk full, device error)
├── TryLaterError                75   locked, busy or spent: the same call may work later
│   └── RejectedError            75   the gate refused every speech an engine gave for a line
└── ConfigurationError           78   this installation or vault does not fit
"""

from __future__ import annotations


class EpisodeError(Exception):
    """What happened, where, and what to do next; the one root of all our errors."""

    exit_code = 70

    def __init__(self, message: str, *, hint: str = "", where: str = "") -> None:
        super().__init__(message)
        self.message = message
        """One sentence: what is wrong."""
        self.hint = hint
        """One sentence: what to do next; empty when there is nothing to advise."""
        self.where = where
        """`file`, or `file:line`; empty when no file is to blame."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}" if self.where else self.message


class UsageError(EpisodeError):
    exit_code = 2


class InputError(EpisodeError):
    exit_code = 65


class MissingError(EpisodeError):
    exit_code = 66


class ServiceError(EpisodeError):
    exit_code = 69


class BugError(EpisodeError):
    exit_code = 70


class CannotWriteError(EpisodeError):
    exit_code = 73


class StorageError(EpisodeError):
    exit_code = 74


class TryLaterError(EpisodeError):
    exit_code = 75


class RejectedError(TryLaterError):
    """Nothing an engine gave for a line could be accepted; never replaced by silence."""


class ConfigurationError(EpisodeError):
    exit_code = 78
