"""A station's day, read for its page."""

from sqlalchemy.exc import SQLAlchemyError

from hub.core.network import Network
from hub.core.story_words import Happened, Names
from hub.errors import UnavailableError
from hub.store import stories
from hub.store.database import Database


class History:
    """The event log for the server, without blocking its loop."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_station(self, network: Network, station_id: str, since: float) -> tuple[list[Happened], Names]:
        """What happened at a station since an instant (UTC seconds), in order, and how people call what it names.

        Raises: UnavailableError.
        """
        try:
            events = await self._database.read(lambda connection: stories.station_events(connection, station_id, since))
        except SQLAlchemyError as error:
            raise UnavailableError from error
        return events, stories.names(network)
