"""What can go wrong in a pipeline, named for who must act.

    PipelineError
    +-- WiringError      the stages given cannot be chained           (who composes the pipeline)
    +-- ContractError    a stage or source broke its promise          (who wrote the stage)
    +-- StageError       a stage failed during a turn                 (see its cause)
    +-- InputError       the material handed in cannot be used        (the user)
    +-- SetupError       a program, voice, model or device is missing (who installs)

Every message says what is wrong and what to do next.
"""

from __future__ import annotations


class PipelineError(Exception):
    """Root of the errors of this package."""


class WiringError(PipelineError):
    """The stages cannot be chained as given."""


class ContractError(PipelineError):
    """A stage or a source did what it had not declared."""


class StageError(PipelineError):
    """A stage failed, and with it the turn. `__cause__` is what it raised."""

    def __init__(self, stage: str, cause: BaseException) -> None:
        super().__init__(f"stage '{stage}' failed: {str(cause) or type(cause).__name__}")
        self.stage = stage
        """The stage's name."""
        self.cause = cause
        """The exception that the stage raised."""


class InputError(PipelineError):
    """A file, sound or text that cannot be used: its message names it, the fault and what would be accepted."""


class SetupError(PipelineError):
    """Something that must be installed or configured is missing: its message says what and how."""
