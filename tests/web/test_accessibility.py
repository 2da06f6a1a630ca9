"""axe-core on every scene, reflow at 320 CSS pixels, and the whole way by keyboard."""

from pathlib import Path

from playwright.async_api import Page

from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.web.agent_page import AgentPage
from tests.web.node_program import HERE
from tests.web.test_papers import ask, send_page
from tests.web.world import PASSWORD, Place

AXE = Path(HERE) / "node_modules" / "axe-core" / "axe.min.js"
TARGETS = "**/api/station/transfer-targets*"
EVERYBODY = {
    "stations": [
        {"id": "s2", "name": "Poste 2", "agent_name": "M. Leroy", "state": "available"},
        {"id": "s3", "name": "Poste 3", "agent_name": "Mme Dubois", "state": "in_call"},
        {"id": "s4", "name": "Poste 4", "agent_name": "", "state": "offline"},
    ],
    "pools": [{"id": "privas", "name": "Agence de Privas", "available": 2}],
    "partners": [
        {
            "id": "nowhere",
            "name": "MSA",
            "full_name": "Mutualité sociale agricole",
            "state": "free",
            "motifs": [{"id": "retraite", "label": "Retraite"}],
        }
    ],
}
"""A list with every kind of line in it; the hub of the test knows none of them."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


async def faults(page: Page) -> list[str]:
    """Serious and critical violations in the page as it is now."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text(encoding="utf-8"))
    found = await page.evaluate("(tags) => axe.run(document, { runOnly: tags })", RULES)
    return [
        f"{violation['id']}: {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


async def is_too_wide(page: Page) -> bool:
    """At 320 CSS pixels nothing may ask for a sideways scroll of the page."""
    await page.set_viewport_size({"width": 320, "height": 640})
    wide: bool = await page.evaluate("document.documentElement.scrollWidth > 320")
    await page.set_viewport_size({"width": 1366, "height": 768})
    return wide


async def test_every_scene_is_accessible_and_narrow(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    page = agent.page
    found: dict[str, list[str]] = {}

    async def look(scene: str) -> None:
        found[scene] = await faults(page)
        if await is_too_wide(page):
            found[scene].append("wider than 320 pixels")

    await agent.open()
    await page.get_by_label("Adresse électronique").wait_for()
    await look("sign in")
    await agent.sign_in(place.email)
    await agent.sees("Bonjour")
    await agent.press("Prendre mon poste")
    await page.locator('#check-network[data-state="ok"]').wait_for()
    await look("post")
    await agent.press("Oui, je l'entends")
    await agent.sees("les appels vont sonner ici")
    await page.get_by_role("heading", name="Mon poste aujourd'hui").click()
    await page.locator("#today-events li").first.wait_for()
    await look("board")
    missed = await kiosk.place_call(place.partner_id, motif_id="logement")
    await agent.rings()
    await look("ring")
    await page.get_by_role("heading", name="Appel manqué").wait_for()
    await look("missed")
    await kiosk.hang_up(missed.call_id)
    await page.keyboard.press("F2")
    await agent.sees("les appels vont sonner ici")
    queued = await kiosk.place_call(place.partner_id, motif_id="logement")
    await kiosk.serve(queued.call_id)
    await agent.rings()
    await agent.press("Répondre")
    await agent.sees_usager()
    await agent.press("Demander un papier")
    await look("call")
    await page.keyboard.press("Escape")
    await send_page(kiosk, await ask(agent, kiosk), 1, "page")
    await page.locator("#thumbnails li").first.wait_for()
    await look("papers")
    await page.route(TARGETS, lambda route: route.fulfill(json=EVERYBODY))
    await agent.press("Transférer")
    await page.get_by_label("MSA").check()
    await look("transfer")
    await agent.press("Transmettre tout de suite")
    await agent.sees("rien n'a été transféré")
    await look("transfer refused")
    await agent.press("Raccrocher")
    await agent.sees("Vous avez raccroché")
    await look("wrap-up")
    assert {scene: list_ for scene, list_ in found.items() if list_} == {}


async def test_the_whole_way_by_keyboard(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    page = agent.page
    await agent.open()
    await page.get_by_label("Adresse électronique").wait_for()
    # The page puts the focus where the next thing is to be done.
    await page.keyboard.type(place.email)
    await page.keyboard.press("Tab")
    await page.keyboard.type(PASSWORD)
    await page.keyboard.press("Enter")
    await agent.sees("Bonjour")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Oui, je l'entends").wait_for()
    await page.wait_for_function("() => document.activeElement.textContent.startsWith('Oui')")
    await page.locator('#check-network[data-state="ok"]').wait_for()
    await page.keyboard.press("Enter")
    await agent.sees("les appels vont sonner ici")
    queued = await kiosk.place_call(place.partner_id)
    await kiosk.serve(queued.call_id)
    await agent.rings()
    await page.keyboard.press("F2")
    await agent.sees_usager()
    await page.keyboard.press("F4")
    await page.keyboard.press("F4")
    await agent.sees("Vous avez raccroché")
    assert await page.evaluate("document.activeElement.textContent") == "Clôture de l'appel"
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.dataset.resolution") == "resolved":
            break
    await page.keyboard.press("Enter")
    await agent.sees("les appels vont sonner ici")
