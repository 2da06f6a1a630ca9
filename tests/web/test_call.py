"""A call with a real aiortc at the other end: picture, switches, reload, lost line, end."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from playwright.async_api import TimeoutError as NotInTime

from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.web.agent_page import AgentPage, chromium, seat
from tests.web.world import Place, World


async def call(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> str:
    """From the sign-in to the usager's picture; the call's id."""
    await agent.sign_in(place.email)
    await agent.take_post()
    queued = await kiosk.place_call(place.partner_id, motif_id="logement")
    await kiosk.serve(queued.call_id)
    await agent.rings()
    await agent.page.keyboard.press("F2")
    await agent.sees_usager()
    return queued.call_id


async def test_both_see_and_hear_each_other(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    first = await agent.picture()
    assert first is not None
    assert first["green"] > 100
    await kiosk.until(lambda: kiosk.remote["video"] > 20 and kiosk.remote["audio"] > 20, 15)
    second = await agent.picture()
    assert second is not None
    assert second["digest"] != first["digest"]
    hello = await kiosk.told("hello")
    assert hello["received"] == {}
    await agent.page.get_by_text("Chiffres").click()
    await agent.sees("aller-retour")
    assert await agent.page.locator("#quality").inner_text() in ("bon", "moyen")


async def test_switches_are_told_to_the_kiosk(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    await agent.page.keyboard.press("F8")
    await agent.sees("Micro coupé")
    await kiosk.until(lambda: any(m.get("microphone") and not m.get("camera") for m in kiosk.heard))
    await agent.page.keyboard.press("F9")
    await agent.sees("Caméra coupée")
    await kiosk.until(lambda: any(m.get("microphone") and m.get("camera") for m in kiosk.heard))
    kiosk.tell({"type": "media_muted", "camera": True, "microphone": True})
    await agent.sees("L'usager a coupé sa caméra")
    await agent.sees("L'usager a coupé son micro")


async def test_a_picture_that_the_link_cannot_carry_is_not_taken_for_a_camera_switched_off(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    kiosk.tell({"type": "picture_paused", "paused": True})
    words = agent.page.get_by_text("La liaison est faible : le son continue")
    await words.wait_for()
    assert await agent.page.locator("#usager-picture[data-still]").count() == 1
    assert await agent.page.get_by_text("L'usager a coupé sa caméra").count() == 0
    kiosk.tell({"type": "media_muted", "camera": True, "microphone": False})
    await agent.sees("L'usager a coupé sa caméra")
    await words.wait_for(state="hidden")
    kiosk.tell({"type": "media_muted", "camera": False, "microphone": False})
    await words.wait_for()
    kiosk.tell({"type": "picture_paused", "paused": False})
    await words.wait_for(state="hidden")
    assert await agent.page.locator("#usager-picture[data-still]").count() == 0


async def test_a_reload_brings_the_same_call_back_within_five_seconds(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    started = asyncio.get_running_loop().time()
    await agent.page.reload()
    await agent.sees_usager()
    assert asyncio.get_running_loop().time() - started < 5
    assert kiosk.peers == 2
    await agent.sees("La page a été rechargée")
    await kiosk.until(lambda: kiosk.remote["audio"] > 0)


async def test_a_dead_line_is_replaced_in_the_same_call(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    await kiosk.drop_peer()
    await kiosk.until(lambda: kiosk.peers == 2, 30, "no second connection")
    await agent.page.get_by_text("Liaison coupée").wait_for(state="hidden")
    await agent.sees_usager()


async def test_hang_up_wrap_up_and_back(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    await agent.press("Raccrocher")
    await agent.sees("Vous avez raccroché")
    assert (await kiosk.told("hang_up"))["type"] == "hang_up"
    assert (await kiosk.told("call_ended"))["cause"] == "agent_hung_up"
    page = agent.page
    before = await page.locator("#wrap-up-remaining").inner_text()
    await agent.press("Prolonger")
    await page.wait_for_function(
        "(before) => document.getElementById('wrap-up-remaining').textContent > before", arg=before
    )
    await page.get_by_label("Motif réel de l'appel").select_option(label="Autre question")
    await page.get_by_label("Ensuite").select_option(label="Réunion")
    await agent.press("À suivre")
    await page.get_by_text("Absent : réunion").first.wait_for()
    await agent.sees("Tous les papiers ont été effacés")
    await page.get_by_role("cell", name="Répondu").wait_for()


async def test_f4_must_be_pressed_twice(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    await agent.page.keyboard.press("F4")
    await agent.sees("Appuyez encore sur F4 pour raccrocher")
    # The question goes away by itself: on a busy machine the second press may come too late, and asks again.
    ended = agent.page.get_by_text("Vous avez raccroché").locator("visible=true").first
    for _ in range(4):
        await agent.page.keyboard.press("F4")
        try:
            await ended.wait_for(timeout=5_000)
            break
        except NotInTime:
            continue
    await ended.wait_for()


async def test_the_usager_hangs_up(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    call_id = await call(agent, place, kiosk)
    await agent.page.get_by_label("Après l'appel").select_option(label="Pause")
    await kiosk.hang_up(call_id)
    await agent.sees("L'usager a raccroché")
    await agent.sees("vous serez absent (pause)")
    await agent.press("Réglé")
    await agent.page.get_by_text("Absent : pause").first.wait_for()


async def test_what_comes_after_the_call_is_kept_over_a_reload_and_may_still_change(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    call_id = await call(agent, place, kiosk)
    await agent.page.get_by_label("Après l'appel").select_option(label="Déjeuner")
    await agent.page.reload()
    await agent.sees_usager()
    assert await agent.page.locator("#after-call").input_value() == "lunch"
    await kiosk.hang_up(call_id)
    await agent.sees("vous serez absent (déjeuner)")
    await agent.page.get_by_label("Ensuite").select_option(label="Disponible")
    await agent.sees("vous redeviendrez disponible")
    # Told to the hub at once: it holds when nobody closes the file.
    await agent.page.reload()
    await agent.sees("vous redeviendrez disponible")


async def test_the_call_goes_on_and_ends_while_the_hub_is_away(tmp_path: Path, free_port: Callable[[], int]) -> None:
    world = World(tmp_path, free_port())
    world.hub.start()
    place = world.place()
    kiosk = AiortcKiosk(world.websocket_url, place.kiosk_id, place.kiosk_key)
    try:
        async with chromium() as browser:
            agent = await seat(browser, world.url)
            await kiosk.join()
            await call(agent, place, kiosk)
            await asyncio.to_thread(world.hub.end)
            await agent.sees("Un appel en cours continue")
            first = await agent.picture()
            await agent.page.wait_for_timeout(700)
            assert await agent.picture() != first
            await agent.press("Raccrocher")
            await kiosk.told("hang_up")
            await agent.sees("Le service n'est pas joignable")
            assert await agent.page.get_by_role("button", name="Réglé").is_disabled()
            await asyncio.to_thread(world.hub.start)
            await agent.page.locator('[data-resolution="resolved"]:not([disabled])').wait_for(timeout=30_000)
            await agent.press("Réglé")
            await agent.sees("les appels vont sonner ici")
            agent.expected += ["WebSocket connection", "ERR_CONNECTION_REFUSED"]
            agent.check()
    finally:
        await kiosk.leave()
        world.hub.end()
