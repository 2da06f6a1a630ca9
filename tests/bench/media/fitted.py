"""A profile of a link made to fit into the seconds that a run may take."""

from dataclasses import replace

from tests.links.profiles import Profile, Schedule


def fitted(profile: Profile, seconds: float) -> Profile:
    """The profile with its changes brought closer together, so that all of them happen within `seconds`.

    How long a cut lasts stays as it is; profiles that are short enough stay as they are.

    Raises:
        ValueError: the profile's cuts alone take as long.
    """
    if seconds >= profile.duration_s:
        return profile
    fixed_s = sum(getattr(event, "for_s", 0.0) for event in profile.events)
    share = (seconds - fixed_s) / (profile.duration_s - fixed_s)
    if share <= 0:
        raise ValueError(f"{profile.name} does not fit into {seconds:.0f} s")
    return replace(
        profile,
        up=_closer(profile.up, share),
        down=_closer(profile.down, share),
        duration_s=seconds,
        events=tuple(replace(event, at_s=event.at_s * share) for event in profile.events),
    )


def _closer(schedule: Schedule, share: float) -> Schedule:
    return tuple((at_s * share, each) for at_s, each in schedule)
