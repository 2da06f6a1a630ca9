"""An agent at a desk: finds what is on the station page by its role and name, as with a screen reader."""

import re
import time
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Locator, Page, expect

from kiosk.devices import frame_number
from tests.fakes.agent_browser import AgentBrowser

PATIENCE_MS = 30_000
POLL_S = 0.1


class NotSeenError(AssertionError):
    """The agent did not see or hear what was expected."""


class Agent:
    """Sentences are those of hub/web/shared/fr.js; each method waits for what it needs."""

    def __init__(self, browser: AgentBrowser, hub_url: str) -> None:
        self.browser = browser
        self.page: Page = browser.page
        self.page.set_default_timeout(PATIENCE_MS)
        self._hub_url = hub_url

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=re.compile(f"^{name}", re.IGNORECASE)).first

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto(f"{self._hub_url}/station")
        self.page.get_by_label("Adresse électronique").fill(email)
        self.page.get_by_label("Mot de passe", exact=True).fill(password)
        self.button("Se connecter").click()

    def take_station(self, station: str | None = None) -> None:
        """« Prendre mon poste », the checks, the sound heard; ends when calls may ring."""
        if station is not None:
            self.page.get_by_label("Poste", exact=True).select_option(label=station)
        self.button("Prendre mon poste").click()
        self.button("Oui, je l'entends").click()
        self.reads("les appels vont sonner ici")

    def reads(self, words: str, *, within_s: float = 30.0) -> str:
        """Wait until words matching the regular expression are shown, and give the text of their element."""
        place = self.page.get_by_text(re.compile(words, re.IGNORECASE)).locator("visible=true").first
        place.wait_for(state="visible", timeout=within_s * 1000)
        return place.inner_text().strip()

    def hears_ring(self, site: str) -> str:
        """Wait for the ring; gives what the agent is told of the call."""
        self.page.get_by_role("heading", name=f"Appel de {site}").wait_for(timeout=30_000)
        return self.page.locator("#ring").inner_text()

    def is_ringing(self) -> bool:
        return self.page.locator("#ring").is_visible()

    def answers(self) -> None:
        self.button("Répondre").click()

    def passes(self) -> None:
        """« Passer à un collègue »."""
        self.button("Passer à un collègue").click()

    def kiosk_frame(self, *, within_s: float = 30.0) -> int:
        """The frame number of the kiosk's picture, read in the page's <video>."""
        video = self.page.get_by_label("Image de l'usager")
        deadline = time.monotonic() + within_s
        while True:
            picture = self.browser.picture(video)
            number = None if picture is None else frame_number.read(_luma(picture))
            if number is not None:
                return number
            if time.monotonic() > deadline:
                raise NotSeenError("no frame number of the kiosk's camera can be read in the page")
            time.sleep(POLL_S)

    def sees_kiosk_move(self, *, different: int = 4, within_s: float = 20.0) -> list[int]:
        """Look until the kiosk's frame number has been seen to rise `different` times; gives the numbers.

        Raises:
            NotSeenError: the picture stands still, or goes back.
        """
        numbers = [self.kiosk_frame()]
        deadline = time.monotonic() + within_s
        while len(numbers) < different:
            number = self.kiosk_frame()
            if number < numbers[-1] or time.monotonic() > deadline:
                raise NotSeenError(f"the kiosk's picture does not advance: {numbers}, then {number}")
            if number > numbers[-1]:
                numbers.append(number)
        return numbers

    def asks_for_paper(self, what: str, pages: int) -> None:
        """« Demander un papier », with a name of the agent's own."""
        self.button("Demander un papier").click()
        self.page.get_by_label("Autre papier").fill(what)
        self.page.get_by_label("Nombre de pages").fill(str(pages))
        self.button("Demander à l'usager").click()

    def pages_shown(self) -> int:
        """How many pages can be read now."""
        return self._pages().count()

    def waits_for_pages(self, count: int) -> None:
        """Wait until so many pages have been received and can be read."""
        expect(self._pages()).to_have_count(count, timeout=30_000)

    def _pages(self) -> Locator:
        return self.page.get_by_role("list", name="Liste des pages").get_by_role("listitem")

    def downloads_all(self, file: Path) -> None:
        """« Tout télécharger (PDF) »."""
        with self.page.expect_download(timeout=30_000) as download:
            self.button("Tout télécharger").click()
        download.value.save_as(file)

    def prints(self, file: Path) -> None:
        """« Imprimer à la borne », with a file of the agent's computer."""
        with self.page.expect_file_chooser() as chooser:
            self.button("Imprimer à la borne").click()
        chooser.value.set_files(file)

    def hangs_up(self) -> None:
        self.button("Raccrocher").click()

    def leaves_the_post(self) -> None:
        """« Quitter le poste »: calls no longer ring here."""
        self.button("Quitter le poste").click()
        self.button("Prendre mon poste").wait_for()

    def wraps_up(self, resolution: str = "Réglé") -> None:
        """One click closes the call; ends when the next one may ring."""
        self.reads("Clôture de l'appel")
        self.button(resolution).click()
        self.reads("les appels vont sonner ici")


def _luma(picture: Any) -> Any:
    return (picture @ np.array([0.299, 0.587, 0.114])).astype(np.uint8)
