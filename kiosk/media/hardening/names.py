"""The loud failure: a private name of aiortc or aioice that we rely on has moved."""


class UpstreamMoved(RuntimeError):
    """A private name that this package relies on is gone: pin the old version or adapt this package."""


def require(target: object, *names: str) -> None:
    """Raises UpstreamMoved when `target` lacks one of `names`."""
    missing = [name for name in names if not hasattr(target, name)]
    if missing:
        where = target.__name__ if isinstance(target, type) else type(target).__name__
        raise UpstreamMoved(f"{where} has no {', '.join(missing)}")
