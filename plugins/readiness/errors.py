"""Errors whose message is fit for a user: they name the thing and the way out, and never a person's value."""


class ReadinessError(Exception):
    """Something a person can put right. The message says what, where, and what to do."""


class WarehouseBusy(ReadinessError):
    """The warehouse stayed locked by another process for longer than we wait; trying again later may work."""
