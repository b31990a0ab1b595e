"""The one family of errors that Emberlake raises on purpose."""


class EmberlakeError(Exception):
    """Something that a person has to put right.

    The message says what is wrong, where it is wrong (file, record, line, table, column) and what to do about it, in
    words that the owner of the data or of the contract understands. Anything else that is raised is a fault of ours.
    """
