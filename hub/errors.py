"""What can go wrong inside the hub, for whoever has to answer for it."""


class HubError(Exception):
    """Base of the hub's own errors."""


class UnavailableError(HubError):
    """The database did not do what was asked; nothing was changed, and it may be asked again.

    The cause is chained; its text may hold values and is not for the log.
    """


class FencedError(UnavailableError):
    """The other hubs hold this one for dead: its row is gone. Nothing was changed; it has to start over."""


class MovedError(HubError):
    """The installation was moved to another database; this one is not written any more."""
