"""Somebody in front of the kiosk: sees the screen, reads the words, touches the buttons. Knows no code."""

import re
import time
from typing import Any

import numpy as np
from PIL import Image

from tests.fakes.accessible_screen import TOUCHABLE, AccessibleScreen, NotOnScreenError
from tests.fakes.agent_picture import FRAMES, advanced, read_number
from tests.fakes.sane_test import likeness
from tests.fakes.xvfb import Xvfb

START_S = 40.0
POLL_S = 0.05
SAME_PAGE = 0.7
CARD_EDGE = 12
"""Grey levels between a card's ground and the page on it."""
REACTION_S = 0.6
"""From seeing a button to touching it."""


class Usager:
    """Sentences are those of the screens, in French; each method waits for what it needs and fails if it never comes."""

    def __init__(self, screen: AccessibleScreen, xvfb: Xvfb) -> None:
        self.screen = screen
        self.xvfb = xvfb

    def reads(self, words: str, *, within_s: float = 20.0) -> str:
        """Wait until words matching the regular expression are on the screen, and give them whole."""
        return self.screen.find(words, within_s=within_s).name

    def touches(self, name: str, *, within_s: float = 20.0) -> str:
        """Touch the button whose whole name matches `name`, and give its name."""
        self.screen.find(f"^{name}$", role=TOUCHABLE, within_s=within_s, enabled=True)
        # A person sees, then moves the hand; the kiosk rightly ignores what is faster (a second tap, a new screen).
        time.sleep(REACTION_S)
        return self.screen.touch(f"^{name}$", within_s=within_s).name

    def wakes_the_kiosk(self) -> None:
        """From the first screen to the choice of a partner."""
        self.touches("Toucher ici pour commencer", within_s=START_S)
        self.reads("Avec quel service voulez-vous parler")

    def sees_tile(self, partner: str, state: str, *, within_s: float = 20.0) -> str:
        """Wait until the tile of a partner says `state`; gives what it says. Other tiles are not looked at."""
        deadline = time.monotonic() + within_s
        tile = self.screen.find(f"^{re.escape(partner)}$", role="push button", within_s=within_s)
        while True:
            inside = [
                node.name
                for node in self.screen.shown()
                if tile.x <= node.centre[0] < tile.x + tile.width and tile.y <= node.centre[1] < tile.y + tile.height
            ]
            said = [name for name in inside if re.search(state, name, re.IGNORECASE)]
            if said:
                return said[0]
            if time.monotonic() > deadline:
                raise NotOnScreenError(f"the tile « {partner} » does not say « {state} » but: {'; '.join(inside)}")
            time.sleep(POLL_S)

    def chooses(self, partner: str, motif: str) -> None:
        """From the choice of a partner to the screen before the call."""
        self.touches(re.escape(partner))
        self.reads("vous appelez pour quoi")
        self.touches(motif)
        self.reads("avant l'appel")

    def calls(self) -> None:
        """Say « seul », and call."""
        self.touches(r"Je suis seul\(e\)")
        self.touches("Appeler")

    def agent_frame(self, *, within_s: float = 30.0) -> int:
        """The frame number of the agent's picture, read on the screen."""
        deadline = time.monotonic() + within_s
        while True:
            number = read_number(self.xvfb.pixels())
            if number is not None:
                return number
            if time.monotonic() > deadline:
                raise NotOnScreenError("no frame number of the agent's camera can be read on the screen")
            time.sleep(POLL_S)

    def sees_agent_move(self, *, different: int = 4, within_s: float = 20.0) -> list[int]:
        """Look until the agent's frame number has been seen to rise `different` times; gives the numbers.

        Raises:
            NotOnScreenError: the picture stands still, or goes back.
        """
        numbers = [self.agent_frame()]
        deadline = time.monotonic() + within_s
        while len(numbers) < different:
            number = self.agent_frame()
            # The file of the agent's camera is a loop: less than half of it forward is forward.
            step = advanced(numbers[-1], number)
            if step > FRAMES // 2 or time.monotonic() > deadline:
                raise NotOnScreenError(f"the agent's picture does not advance: {numbers}, then {number}")
            if step:
                numbers.append(number)
        return numbers

    def scans(self, page_no: int) -> str:
        """Have page `page_no` read and look at it; a feeder may have read it already. Gives the question asked."""
        question = f"Page {page_no}.*on lit bien"
        if self.sees_one_of(question, "^Scanner le papier$") != question:
            self.touches("Scanner le papier")
        return self.reads(question, within_s=60)

    def sees_page(self, paper: Any, *, within_s: float = 20.0) -> float:
        """Wait until the picture on the card is like `paper` (uint8 array, 297 x 210, grey); gives how like.

        Raises:
            NotOnScreenError: the card shows something else.
        """
        deadline = time.monotonic() + within_s
        while True:
            frame = self.screen.find("^Image de la page$", role="graphic", within_s=within_s)
            inside = Image.fromarray(self.xvfb.pixels()).convert("L")
            inside = inside.crop((frame.x, frame.y, frame.x + frame.width, frame.y + frame.height))
            like = likeness(_sheet(np.asarray(inside)), paper)
            if like > SAME_PAGE:
                return like
            if time.monotonic() > deadline:
                raise NotOnScreenError(f"the page on the card is not the paper on the scanner ({like:.2f})")
            time.sleep(POLL_S)

    def stops_scanning(self) -> None:
        """Send nothing more; ends when the kiosk says that the pages are sent."""
        done = "C'est envoyé"
        if self.sees_one_of(done, "on lit bien") != done:
            self.touches("Annuler")
        self.reads(done)

    def sees_one_of(self, *words: str, within_s: float = 30.0) -> str:
        """Wait until one of several things is on the screen, and say which."""
        deadline = time.monotonic() + within_s
        while True:
            for each in words:
                if self.screen.is_shown(each):
                    return each
            if time.monotonic() > deadline:
                raise NotOnScreenError(f"none of {words} is shown")
            time.sleep(POLL_S)

    def gives_up_waiting(self) -> None:
        """« Annuler l'appel », from the queue or while it rings."""
        self.touches("Annuler l'appel")
        self.reads("Vous avez quitté la file")

    def ends_the_call(self) -> None:
        """Hang up, and confirm."""
        self.touches("Terminer l'appel")
        self.touches("Oui, terminer l'appel")
        self.reads("L'appel est terminé")

    def erases_and_leaves(self) -> None:
        """From the end screen to the first one."""
        self.touches("Effacer et quitter")
        self.reads("Tout est effacé")
        self.reads("Toucher ici pour commencer", within_s=20)


def _sheet(card: Any) -> Any:
    """The part of a card (grey) that the page covers, at one pixel per millimetre; the card where there is none."""
    ground = int(card[2, card.shape[1] // 2])
    differs = np.abs(card.astype(np.int16) - ground) > CARD_EDGE
    # A fifth of a line at least: the card's own round corners are no page.
    rows, columns = (np.flatnonzero(differs.mean(axis=axis) > 0.2) for axis in (1, 0))
    if len(rows) and len(columns):
        card = card[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(Image.fromarray(card).resize((210, 297), Image.Resampling.BOX))
