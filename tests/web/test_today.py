"""« Mon poste aujourd'hui »: the hub's own words on what happened at this station."""

import re

from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.web.agent_page import AgentPage
from tests.web.world import Place

HISTORY = "**/api/station/history*"


async def test_the_day_is_told_in_sentences_and_read_again_when_it_is_opened(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()
    page = agent.page
    await page.get_by_role("heading", name="Mon poste aujourd'hui").click()
    first = page.locator("#today-events li").first
    await first.wait_for()
    assert re.fullmatch(r"\d\d:\d\d", await first.locator("time").inner_text())
    before = await page.locator("#today-events li").count()
    await page.get_by_role("heading", name="Mon poste aujourd'hui").click()
    await kiosk.place_call(place.partner_id)
    await agent.press("Passer à un collègue")
    await page.locator("#ring").wait_for(state="hidden")
    await page.get_by_role("heading", name="Mon poste aujourd'hui").click()
    # What was read before goes first, then what is read anew comes.
    await page.wait_for_function(
        "(before) => document.querySelectorAll('#today-events li').length > before", arg=before
    )


async def test_an_empty_day_and_a_hub_that_does_not_answer(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()
    page = agent.page
    await page.route(HISTORY, lambda route: route.abort())
    agent.expected.append("ERR_FAILED")
    await page.get_by_role("heading", name="Mon poste aujourd'hui").click()
    await agent.sees("Le journal n'a pas pu être lu")
    again = page.locator("#today-again")
    assert await again.inner_text() == "Réessayer"
    await page.unroute(HISTORY)
    await page.route(HISTORY, lambda route: route.fulfill(json={"events": []}))
    await again.focus()
    await page.keyboard.press("Enter")
    await agent.sees("Rien à raconter pour l'instant")
    assert await page.evaluate("document.activeElement.id") == "today-again"
    assert await again.inner_text() == "Actualiser"
