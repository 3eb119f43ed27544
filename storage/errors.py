"""What can go wrong while remembering."""


class StorageError(Exception):
    """The database refused what was asked of it."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Conflict(StorageError):
    """Another replica was faster with the same row; run the whole turn again."""
