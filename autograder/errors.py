"""What is wrong with what a user gave, in words for that user."""


class UserError(Exception):
    """Shown as it is, without a traceback; commands end with exit code 2."""
