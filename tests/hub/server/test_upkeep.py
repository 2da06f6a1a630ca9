"""Who is linked and may not be any more."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from hub.protocol import CloseCode
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.running_hub import running_hub


async def test_who_may_not_stay_is_sent_away(small_network: SmallNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """A kiosk that was disabled, one that was enrolled anew (the key is another's now), and an ended sign-in."""
    monkeypatch.setattr("hub.app.SIGN_INS_S", 0.05)
    async with running_hub(small_network) as hub:
        disabled, enrolled_anew, station, other = (
            await hub.joined(1),
            await hub.joined(3),
            await hub.available("caf-1"),
            await hub.joined(2),
        )
        database = hub.hub.database
        await database.write(lambda c: c.execute(text("UPDATE kiosk SET is_enabled = false WHERE id = 'k-1'")))
        key = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        renew = text("UPDATE kiosk SET public_key = :key WHERE id = 'k-3'")
        await database.write(lambda c: c.execute(renew, {"key": key}))
        await database.write(lambda c: c.execute(text("DELETE FROM agent_session")))
        assert await disabled.closed() == CloseCode.FORBIDDEN
        assert await enrolled_anew.closed() == CloseCode.FORBIDDEN
        assert await station.closed() == CloseCode.FORBIDDEN
        assert other.close_code is None
        back = hub.kiosk(3)
        await back.send(back.hello(await back.open()))
        assert await back.closed() == CloseCode.FORBIDDEN
