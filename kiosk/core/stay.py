"""The one door to the session: `step` hands each event to the part that knows what it means."""

from dataclasses import replace

from kiosk.core import hub_news, peer_news
from kiosk.core.commands import SetVolume
from kiosk.core.events import (
    AgentSeen,
    DeviceChanged,
    ErasureDone,
    Event,
    FileArrived,
    FileRefused,
    FileRendered,
    FileTravelled,
    HeadsetUnplugged,
    HubLost,
    HubRefused,
    HubSaid,
    OwnPicturePaused,
    PageTravelled,
    PeerMoved,
    PeerOpened,
    PeerSaid,
    PrintReported,
    ScanReported,
    Ticked,
    Touched,
)
from kiosk.core.papers import print_news, scan_news
from kiosk.core.session import Result, Session, settle, with_call
from kiosk.core.timers import ticked
from kiosk.core.touches import touched


def step(session: Session, event: Event, now: float, fresh_id: str) -> Result:
    """What `event` changes, and what is to be done about it.

    Args:
        now: monotonic seconds, never going back from one call to the next.
        fresh_id: 32 hexadecimal digits never given before; names a request or a page that this event makes.
    """
    match event:
        case Touched(touch):
            return touched(session, touch, now, fresh_id)
        case Ticked():
            return ticked(session, now)
        case HubSaid(message):
            return hub_news.heard(session, message, now)
        case HubLost():
            return replace(session, hub_up=False, hub_lost_at=now), []
        case HubRefused():
            return settle(replace(session, hub_refused=True, hub_up=False), now)
        case DeviceChanged(device, status):
            return settle(replace(session, devices={**session.devices, device: status}), now)
        case HeadsetUnplugged():
            # As loud as one likes in one's own ear, but not for the room.
            volume = min(session.volume, session.rules.volume)
            return replace(session, volume=volume), [SetVolume(volume)]
        case PeerMoved():
            return peer_news.peer_moved(session, event, now)
        case PeerOpened():
            return peer_news.peer_opened(session, event)
        case OwnPicturePaused():
            return peer_news.own_picture_paused(session, event)
        case PeerSaid(message):
            return peer_news.heard(session, message, now)
        case AgentSeen():
            return with_call(session, agent_seen=True), []
        case ErasureDone():
            return session, []
        case ScanReported() | PageTravelled():
            return scan_news(session, event, now, fresh_id)
        case FileTravelled() | FileArrived() | FileRefused() | FileRendered() | PrintReported():
            return print_news(session, event, now)
