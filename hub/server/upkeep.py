"""Who is linked and may not be any more: looked at now and then, because nobody says so to a socket."""

from hub.protocol import CloseCode
from hub.server.auth import AgentSessions, KioskKeys
from hub.server.connections import Connections


async def send_away_who_may_not_stay(
    connections: Connections, sessions: AgentSessions, keys: KioskKeys, now: float
) -> None:
    """Close the sockets of ended sign-ins, and of kiosks that were disabled or enrolled anew elsewhere.

    The other agents' sign-ins live on by it.

    Raises: whatever the database behind the doors raises; nobody is sent away because it fails.
    """
    await keys.refresh()
    for kiosk in list(connections.kiosks.values()):
        if not keys.is_current(kiosk.credential):
            kiosk.connection.close(CloseCode.FORBIDDEN)
    for link in list(connections.stations.values()):
        if link.cookie is not None and await sessions.identify(link.cookie, now) is None:
            link.connection.close(CloseCode.FORBIDDEN)
