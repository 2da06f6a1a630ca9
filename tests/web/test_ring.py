"""A call rings: seen and heard, without stealing the focus; answered, passed, missed, withdrawn."""

from hub.protocol import CallRinging
from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.web.agent_page import AgentPage
from tests.web.world import MOTIF, SITE, Place


async def on_post(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()


async def test_the_ring_tells_who_calls_and_leaves_the_focus_alone(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await on_post(agent, place)
    await agent.page.get_by_role("button", name="Réunion").focus()
    queued = await kiosk.place_call(place.partner_id, motif_id="logement", accompanied=True)
    await agent.rings()
    assert await agent.is_ringing()
    assert await agent.page.evaluate("document.activeElement.textContent") == "Réunion"
    words = await agent.page.locator("#ring").inner_text()
    for expected in (MOTIF, "Votre bail", "Accompagné par l'accueil", "français", "A attendu", "Encore"):
        assert expected in words
    assert "APPEL" in await agent.page.title() or "Répondre" in await agent.page.title()
    alert = agent.page.get_by_role("alert").filter(has_text="Appel de")
    assert "F2" in await alert.inner_text()
    await kiosk.hang_up(queued.call_id)
    await agent.page.locator("#ring").wait_for(state="hidden")
    assert not await agent.is_ringing()
    assert "Disponible" in await agent.page.title()
    await agent.sees("l'usager est parti")


async def test_a_priority_is_shown_and_said(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await on_post(agent, place)
    await kiosk.place_call(place.partner_id, motif_id="urgence")
    await agent.rings()
    await agent.page.locator('[data-remark="priority"]').wait_for()
    assert "Prioritaire" in await agent.page.get_by_role("alert").filter(has_text="Appel de").inner_text()


async def test_passing_a_call_leaves_the_caller_in_the_queue(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await on_post(agent, place)
    await kiosk.place_call(place.partner_id)
    await agent.rings()
    await agent.press("Passer à un collègue")
    await agent.page.locator("#ring").wait_for(state="hidden")
    await agent.sees("1 personne attend")
    await agent.page.get_by_role("cell", name="Passé à un collègue").wait_for()
    await kiosk.expect(CallRinging)


async def test_a_missed_call_pauses_with_a_big_way_back(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await on_post(agent, place)
    await agent.page.get_by_role("button", name="Réunion").focus()
    queued = await kiosk.place_call(place.partner_id)
    await agent.rings()
    heading = agent.page.get_by_role("heading", name="Appel manqué")
    await heading.wait_for()
    assert not await agent.is_ringing()
    assert "Appel manqué" in await agent.page.title()
    await agent.sees(f"L'appel de {SITE} a sonné")
    await agent.sees("L'usager n'est pas perdu")
    await agent.page.get_by_role("cell", name="Manqué").wait_for()
    # The caller gives up: nothing rings again while the way back is tried.
    await kiosk.hang_up(queued.call_id)
    box = await agent.page.locator("#resume").bounding_box()
    assert box is not None
    assert box["height"] >= 64
    await agent.page.keyboard.press("Enter")
    await agent.sees("les appels vont sonner ici")
    await heading.wait_for(state="hidden")


async def test_f2_is_a_way_back_too_and_a_reload_keeps_it(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await on_post(agent, place)
    queued = await kiosk.place_call(place.partner_id)
    await agent.page.get_by_role("heading", name="Appel manqué").wait_for()
    await kiosk.hang_up(queued.call_id)
    await agent.page.reload()
    await agent.sees("Un appel a sonné ici sans réponse")
    await agent.page.keyboard.press("F2")
    await agent.sees("les appels vont sonner ici")


async def test_what_is_only_read_makes_room_for_a_ring(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await on_post(agent, place)
    await agent.press("Raccourcis")
    await agent.page.get_by_role("dialog").wait_for()
    await kiosk.place_call(place.partner_id)
    await agent.press("Passer à un collègue")
    assert await agent.page.get_by_role("dialog").count() == 0


async def test_a_reload_while_it_rings_offers_the_call_again(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await on_post(agent, place)
    await kiosk.place_call(place.partner_id)
    await agent.rings()
    await agent.page.reload()
    await agent.rings()
