"""What ends a command with one line, without a traceback."""


class UserError(Exception):
    """Something is wrong with what a user gave; shown as it is, exit code 2."""


class Fault(Exception):
    """The machine or the installation is not up to it, which costs nobody points; shown as it is, exit code 3."""
