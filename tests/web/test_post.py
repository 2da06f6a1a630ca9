"""« Prendre mon poste », one tab, sound that is blocked, leaving and coming back."""

from tests.web.agent_page import AgentPage, chromium, seat
from tests.web.world import Place, World


async def test_one_click_and_one_answer_make_the_station_available(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()
    assert await agent.page.locator("#station-state").inner_text() == "Disponible"
    assert await agent.page.title() == "Disponible – Visio-relais"


async def test_each_check_is_told_in_words(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.press("Prendre mon poste")
    for name in ("microphone", "camera", "notifications", "network"):
        await agent.page.locator(f'#check-{name}[data-state="ok"]').wait_for()
    sound = agent.page.locator("#check-sound")
    assert "Entendue" in await sound.inner_text()
    await agent.press("Non, rien")
    await agent.sees("Montez le volume")
    await agent.press("Rejouer")
    await agent.press("Oui, je l'entends")
    await agent.sees("les appels vont sonner ici")


async def test_refused_devices_say_the_remedy_and_no_camera_is_a_choice(world: World, place: Place) -> None:
    async with chromium(devices_allowed=False) as browser:
        agent = await seat(browser, world.url, permissions=["microphone"])
        await agent.sign_in(place.email)
        await agent.press("Prendre mon poste")
        await agent.page.locator('#check-camera[data-state="fail"]').wait_for()
        await agent.page.locator('#check-microphone[data-state="ok"]').wait_for()
        await agent.sees("La caméra est refusée à cette page")
        await agent.page.locator('#check-notifications[data-state="warn"]').wait_for()
        await agent.press("Oui, je l'entends")
        await agent.sees("Encore à régler : caméra.")
        await agent.page.get_by_label("Je n'ai pas de caméra").click()
        await agent.sees("les appels vont sonner ici")
        agent.check()


async def test_without_a_microphone_there_is_no_post(world: World, place: Place) -> None:
    async with chromium(devices_allowed=False) as browser:
        agent = await seat(browser, world.url, permissions=[])
        await agent.sign_in(place.email)
        await agent.press("Prendre mon poste")
        await agent.sees("Le micro est refusé à cette page")
        await agent.press("Oui, je l'entends")
        await agent.sees("Encore à régler : micro, caméra.")
        assert await agent.page.locator("#board-state").count() == 0
        agent.check()


async def test_a_second_tab_asks_before_it_takes_over(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()
    second = await agent.context.new_page()
    agent.watch(second)
    await second.goto(f"{agent.url}/station")
    await second.get_by_text("déjà ouvert dans un autre onglet").wait_for()
    await second.get_by_role("button", name="Reprendre ici").click()
    await second.get_by_text("les appels vont sonner ici").wait_for()
    await agent.sees("Votre poste a été repris ailleurs")
    await agent.press("Reprendre ici")
    await agent.sees("les appels vont sonner ici")
    await second.get_by_text("Votre poste a été repris ailleurs").wait_for()


async def test_another_computer_takes_the_station_over(world: World, place: Place) -> None:
    async with chromium() as browser:
        first, second = await seat(browser, world.url), await seat(browser, world.url)
        for agent in (first, second):
            await agent.sign_in(place.email)
        await first.take_post()
        await second.press("Prendre mon poste")
        await second.sees("Ce poste est déjà occupé")
        await second.press("C'est moi : reprendre ce poste ici")
        await first.sees("Votre poste a été repris ailleurs")
        await second.press("Oui, je l'entends")
        await second.sees("les appels vont sonner ici")
        first.check()
        second.check()


async def test_a_colleague_s_station_cannot_be_chosen(world: World, place: Place) -> None:
    async with chromium() as browser:
        first, second = await seat(browser, world.url), await seat(browser, world.url)
        await first.sign_in(place.email)
        await first.take_post()
        await second.sign_in(place.colleague_email)
        await second.sees("Bonjour M. Leroy")
        options = second.page.locator("#station option")
        assert await options.all_inner_texts() == ["Poste 1 (occupé par un collègue)", "Poste 2"]
        assert await second.page.locator("#station").input_value() == f"{place.partner_id}-2"
        await second.take_post()


async def test_a_reload_without_sound_puts_the_station_away_until_a_click(world: World, place: Place) -> None:
    async with chromium(sound_allowed=False) as browser:
        agent = await seat(browser, world.url)
        await agent.sign_in(place.email)
        await agent.take_post()
        # Looking into the page counts as a gesture in it: first let the browser say that it holds the sound back.
        async with agent.page.expect_console_message(lambda message: "AudioContext" in message.text):
            await agent.page.reload()
        await agent.sees("Le navigateur bloque le son")
        await agent.page.get_by_text("Absent : problème technique").first.wait_for()
        await agent.press("Rétablir le son et me rendre disponible")
        await agent.sees("les appels vont sonner ici")
        await agent.page.locator("#sound-banner").wait_for(state="hidden")
        # The browser itself warns that the sound was asked for without a gesture.
        agent.expected.append("AudioContext")
        agent.check()


async def test_away_with_a_reason_survives_a_reload(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()
    await agent.press("Déjeuner")
    await agent.page.get_by_text("Absent : déjeuner").first.wait_for()
    await agent.page.reload()
    await agent.page.get_by_text("Absent : déjeuner").first.wait_for()
    await agent.press("Me rendre disponible")
    await agent.sees("les appels vont sonner ici")


async def test_leaving_the_post(agent: AgentPage, place: Place) -> None:
    await agent.sign_in(place.email)
    await agent.take_post()
    await agent.press("Quitter le poste")
    await agent.sees("Bonjour Mme Martin")
    await agent.page.reload()
    await agent.sees("Bonjour Mme Martin")
