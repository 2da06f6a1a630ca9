"""Passing a call on: to a colleague who is told first, to another service, and everything that can go otherwise."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Route

from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.web.agent_page import AgentPage, seat
from tests.web.test_call import call
from tests.web.test_papers import ask, send_page
from tests.web.world import MOTIF, Place, World

TARGETS = "**/api/station/transfer-targets*"


@pytest.fixture
def place(world: World) -> Place:
    return world.place(patient=True)


@pytest_asyncio.fixture
async def colleague(agent: AgentPage, world: World, place: Place) -> AsyncIterator[AgentPage]:
    """M. Leroy at « Poste 2 » of the same service, not yet on post."""
    browser = agent.context.browser
    assert browser is not None
    colleague = await seat(browser, world.url)
    yield colleague
    colleague.check()


async def on_post(colleague: AgentPage, place: Place) -> None:
    await colleague.sign_in(place.colleague_email)
    await colleague.page.get_by_label("Poste", exact=True).select_option(label="Poste 2")
    await colleague.take_post()


async def choose(agent: AgentPage, name: str) -> None:
    """Open the panel and choose, by keyboard alone."""
    await agent.page.locator("#transfer-open").focus()
    await agent.page.keyboard.press("Enter")
    await agent.page.get_by_label(name).wait_for()
    await agent.page.wait_for_function("() => document.activeElement.type === 'radio'")
    await agent.page.get_by_label(name).focus()
    await agent.page.keyboard.press("Space")


async def focused(agent: AgentPage) -> str:
    return str(await agent.page.evaluate("document.activeElement.id"))


async def test_an_announced_call_moves_when_the_colleague_answers(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await choose(agent, "M. Leroy (Poste 2)")
    await agent.press("Attendre qu'on réponde")
    await agent.sees("Ça sonne chez")
    await colleague.rings()
    ring = await colleague.page.locator("#ring").inner_text()
    assert "Transmis par Mme Martin" in ring
    assert "votre collègue est encore avec l'usager" in ring.lower()
    # The caller stays with the first agent, over a reload too, and cannot be cut off in a hurry.
    await agent.page.reload()
    await agent.sees_usager()
    await agent.sees("Ça sonne chez")
    await agent.press("Raccrocher")
    await agent.sees("Raccrocher maintenant coupe l'usager")
    await agent.page.keyboard.press("Enter")
    await agent.sees_usager()
    await colleague.page.keyboard.press("F2")
    await colleague.sees_usager()
    await agent.sees("Vous avez transmis l'appel")
    assert (await kiosk.told("call_transferred"))["partner_id"] == place.partner_id
    facts = await colleague.page.locator(".call").inner_text()
    assert "Transmis par Mme Martin" in facts
    await agent.press("Réglé")
    await agent.page.get_by_role("cell", name="Transmis").wait_for()


async def test_a_colleague_who_declines_leaves_the_caller_with_the_agent(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await choose(agent, "M. Leroy (Poste 2)")
    await agent.press("Attendre qu'on réponde")
    await colleague.rings()
    await colleague.press("Passer à un collègue")
    await agent.sees("n'a pas pris l'appel. L'usager est toujours avec vous")
    await agent.sees_usager()
    assert kiosk.peers == 1
    await agent.page.locator("#transfer-notice").get_by_role("button", name="Fermer").click()
    await agent.page.locator("#transfer-words").filter(has_text="n'a pas pris").wait_for(state="detached")


async def test_an_announced_transfer_is_taken_back(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await choose(agent, "M. Leroy (Poste 2)")
    await agent.press("Attendre qu'on réponde")
    await colleague.rings()
    await agent.press("Annuler le transfert")
    await agent.sees("Transfert annulé. L'usager est toujours avec vous")
    assert await focused(agent) == "transfer-words"
    await colleague.page.locator("#ring").wait_for(state="hidden")
    await colleague.sees("l'usager est resté avec le collègue")
    await agent.sees_usager()


async def test_another_service_gets_the_call_at_once_with_its_motif(
    agent: AgentPage, colleague: AgentPage, world: World, place: Place, kiosk: AiortcKiosk
) -> None:
    other = world.place(patient=True)
    await call(agent, place, kiosk)
    await colleague.sign_in(other.email)
    await colleague.take_post()
    name = f"CAF {other.partner_id[1:]}"
    await choose(agent, f"{name} (Caisse")
    await agent.page.get_by_label("Motif (facultatif)").select_option(label=MOTIF)
    await agent.press("Transmettre tout de suite")
    await agent.sees("Vous avez transmis l'appel")
    await colleague.rings()
    ring = await colleague.page.locator("#ring").inner_text()
    assert f"Transmis par Mme Martin (CAF {place.partner_id[1:]})" in ring
    assert MOTIF in ring
    await colleague.page.keyboard.press("F2")
    await colleague.sees_usager()
    assert (await kiosk.told("call_transferred"))["partner_id"] == other.partner_id


async def test_a_pool_gets_the_call_and_says_that_it_comes_from_elsewhere(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await choose(agent, "Agence d’Aubenas")
    await agent.sees("1 poste disponible")
    await agent.press("Transmettre tout de suite")
    await colleague.rings()
    ring = await colleague.page.locator("#ring").inner_text()
    assert "Appel d'un autre secteur" in ring
    assert "Transmis par Mme Martin" in ring
    await colleague.page.keyboard.press("F2")
    await colleague.sees_usager()


async def test_papers_stay_here_and_what_is_under_way_is_called_off(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await send_page(kiosk, await ask(agent, kiosk), 1, "page")
    await agent.page.locator("#thumbnails li").first.wait_for()
    await choose(agent, "M. Leroy (Poste 2)")
    await agent.sees("La page reçue reste sur ce poste")
    await agent.sees("1 papier est encore en cours")
    await agent.press("Transmettre tout de suite")
    await agent.sees("Vous avez transmis l'appel")
    assert await agent.page.locator("#thumbnails li").count() == 1
    await agent.sees("1 page sera effacée")
    await colleague.page.keyboard.press("F2")
    await colleague.sees_usager()
    assert await colleague.page.locator("#thumbnails li").count() == 0


async def test_a_colleague_who_left_meanwhile_is_said_in_words(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await choose(agent, "M. Leroy (Poste 2)")
    # The page does not learn in time that the colleague has gone.
    known = await agent.page.evaluate(
        "async (id) => (await fetch(`/api/station/transfer-targets?station_id=${id}`)).json()", f"{place.partner_id}-1"
    )
    await agent.page.route(TARGETS, lambda route: route.fulfill(json=known))
    await colleague.press("Réunion")
    await colleague.sees("aucun appel ne vous est proposé")
    await agent.press("Transmettre tout de suite")
    await agent.sees("rien n'a été transféré. L'usager est toujours avec vous")
    await agent.sees_usager()
    await agent.press("Choisir quelqu'un d'autre")
    await agent.page.locator("#transfer").wait_for()


async def test_nobody_to_pass_it_to_and_a_hub_that_does_not_answer(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)

    async def nobody(route: Route) -> None:
        await route.fulfill(json={"stations": [], "pools": [], "partners": []})

    await agent.page.route(TARGETS, nobody)
    await agent.press("Transférer")
    await agent.sees("Personne d'autre ne peut prendre l'appel")
    await agent.page.keyboard.press("Escape")
    assert await focused(agent) == "transfer-open"
    await agent.page.unroute(TARGETS)
    await agent.page.route(TARGETS, lambda route: route.abort())
    agent.expected.append("ERR_FAILED")
    await agent.page.keyboard.press("Enter")
    await agent.sees("La liste n'a pas pu être lue")
    await agent.page.unroute(TARGETS)
    await agent.press("Réessayer maintenant")
    await agent.page.get_by_text("La liste n'a pas pu être lue").wait_for(state="hidden")
    await agent.page.keyboard.press("Escape")
    assert await agent.page.locator("#transfer").is_hidden()


async def test_the_panel_says_what_is_missing_and_follows_who_comes(
    agent: AgentPage, colleague: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    await on_post(colleague, place)
    await agent.press("Transférer")
    await agent.page.get_by_label("M. Leroy (Poste 2)").wait_for()
    await agent.press("Transmettre tout de suite")
    await agent.sees("Choisissez d'abord à qui transférer")
    row = agent.page.locator(".choice").filter(has_text="M. Leroy")
    assert "disponible" in await row.inner_text()
    await agent.page.get_by_label("M. Leroy (Poste 2)").check()
    await colleague.press("Réunion")
    await agent.sees("M. Leroy ne peut plus prendre l'appel")
    assert await agent.page.get_by_label("M. Leroy (Poste 2)").is_disabled()
