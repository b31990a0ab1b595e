"""The refusal of a whole file."""

from pathlib import Path

from emberlake.errors import EmberlakeError


class UnreadableExtract(EmberlakeError):
    """The file as a whole cannot become records; nothing of it may be loaded."""

    def __init__(self, path: Path, problem: str) -> None:
        """Name the file, then say what is wrong with it and what to do."""
        super().__init__(f"{path.name} {problem}")
        self.arguments = (path, problem)

    def __reduce__(self) -> tuple[type["UnreadableExtract"], tuple[Path, str]]:
        """Travel from an executor to the driver with both arguments."""
        return type(self), self.arguments
