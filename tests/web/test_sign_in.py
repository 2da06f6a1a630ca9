"""Signing in and out."""

from collections.abc import Callable
from pathlib import Path

from tests.web.agent_page import AgentPage, chromium, seat
from tests.web.world import Place, World

UNAUTHORISED = "status of 401"
LIMITED = "status of 429"


async def test_a_wrong_password_is_told_and_the_address_is_kept(agent: AgentPage, place: Place) -> None:
    agent.expected.append(UNAUTHORISED)
    await agent.sign_in(place.email, "pas le bon")
    await agent.sees("Adresse ou mot de passe incorrect")
    page = agent.page
    assert await page.get_by_label("Adresse électronique").input_value() == place.email
    assert await page.get_by_label("Mot de passe", exact=True).input_value() == ""
    assert await page.evaluate("document.activeElement.id") == "password"


async def test_an_empty_form_says_what_is_missing(agent: AgentPage) -> None:
    await agent.open()
    await agent.press("Se connecter")
    await agent.sees("Indiquez votre adresse électronique")
    assert await agent.page.evaluate("document.activeElement.id") == "email"


async def test_in_and_out(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.sees("Bonjour Mme Martin")
    await agent.page.reload()
    await agent.sees("Bonjour Mme Martin")
    await agent.press("Se déconnecter")
    await agent.page.get_by_label("Adresse électronique").wait_for()
    await agent.page.reload()
    await agent.page.get_by_label("Adresse électronique").wait_for()


async def test_too_many_tries_say_how_long_to_wait(tmp_path: Path, free_port: Callable[[], int]) -> None:
    world = World(tmp_path, free_port(), sign_in_per_minute=2)
    world.hub.start()
    try:
        async with chromium() as browser:
            agent = await seat(browser, world.url)
            agent.expected += [UNAUTHORISED, LIMITED]
            place = world.place()
            for _ in range(3):
                await agent.sign_in(place.email, "pas le bon")
                await agent.page.locator("#sign-in-error:not([hidden])").wait_for()
            await agent.sees("Trop d'essais")
            agent.check()
    finally:
        world.hub.end()
