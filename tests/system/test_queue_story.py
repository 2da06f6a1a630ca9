"""A ring that nobody answers, a call passed to a colleague, and an usager who leaves the queue: on real parts."""

import json
from pathlib import Path

import pytest

from tests.system.agent import Agent
from tests.system.report import Report
from tests.system.stage import Stage
from tests.system.story import ROOT, SITE

pytestmark = [pytest.mark.serial, pytest.mark.timeout(600)]

OUT = ROOT / "build" / "queue-story"
NETWORK = Path(__file__).with_name("queue_network.toml")
PASSWORD = "une borne et trois lampes"


class QueueStory:
    """Mme Martin sits first, so the first call rings at her station; M. Leroy is the colleague."""

    def __init__(self, stage: Stage, report: Report) -> None:
        self.stage = stage
        self.report = report
        self.usager = stage.usager
        self.martin: Agent
        self.leroy: Agent

    def play(self) -> None:
        self.agents_sit_down()
        self.unanswered_ring_goes_to_the_colleague()
        self.declined_call_goes_to_the_colleague()
        self.usager_leaves_the_queue()

    def agents_sit_down(self) -> None:
        with self.report.step("Two agents sit down") as step:
            self.usager.wakes_the_kiosk()
            self.martin = self.stage.seat_agent("martin@caf.example", PASSWORD, name="agent", station="Poste 1")
            self.leroy = self.stage.seat_agent("leroy@caf.example", PASSWORD, name="agent-2", station="Poste 2")
            step.saw(self.usager.sees_tile("CAF", "Libre maintenant"))

    def unanswered_ring_goes_to_the_colleague(self) -> None:
        with self.report.step("Nobody answers the first ring") as step:
            self._call()
            self.martin.hears_ring(SITE)
            step.saw(self.martin.reads("^Manqué$", within_s=20))
        with self.report.step("Colleague is rung and answers") as step:
            self.leroy.hears_ring(SITE)
            step.saw(self.usager.reads("Nous essayons un autre conseiller"))
            self.leroy.answers()
            self.usager.agent_frame(within_s=30)
            step.saw(self.usager.reads("M. Leroy"))
        with self.report.step("Agent hangs up") as step:
            self.leroy.hangs_up()
            step.saw(self.usager.reads("Le conseiller a terminé l'appel", within_s=20))
            step.saw(self.leroy.reads("Vous avez raccroché"))
            self.leroy.wraps_up()
            self.usager.touches("Appeler un autre service")

    def declined_call_goes_to_the_colleague(self) -> None:
        with self.report.step("Agent passes the call to a colleague") as step:
            self._call()
            self.martin.hears_ring(SITE)
            self.martin.passes()
            step.saw(self.martin.reads("^Passé à un collègue$"))
            self.leroy.hears_ring(SITE)
            step.saw(self.usager.reads("Nous essayons un autre conseiller"))
            self.leroy.answers()
            self.usager.agent_frame(within_s=30)
            step.saw(self.usager.reads("M. Leroy"))
        with self.report.step("Usager hangs up") as step:
            self.usager.ends_the_call()
            step.saw(self.leroy.reads("L'usager a raccroché"))
            self.usager.touches("Appeler un autre service")

    def usager_leaves_the_queue(self) -> None:
        with self.report.step("Usager waits in the queue") as step:
            # M. Leroy is still closing the file of the last call, and Mme Martin goes.
            self.martin.leaves_the_post()
            step.saw(self.usager.sees_tile("CAF", "Occupé|attend"))
            self._call()
            step.saw(self.usager.reads("Vous êtes dans la file"))
            step.saw(self.usager.reads("Vous êtes la prochaine personne"))
        with self.report.step("Usager leaves the queue") as step:
            self.usager.gives_up_waiting()
            step.saw(self.usager.reads("Vous avez quitté la file"))
            self.usager.erases_and_leaves()
        with self.report.step("Nothing rings for somebody who left") as step:
            self.leroy.wraps_up()
            step.saw(self.leroy.reads("Personne n'attend"))
            if self.leroy.is_ringing():
                raise AssertionError("a call rings although nobody waits")

    def take_pictures(self, stem: str) -> None:
        """A picture of the kiosk, and of each agent's page once there is one."""
        self.stage.xvfb.save_picture(OUT / f"{stem}-kiosk.png")
        for name in ("martin", "leroy"):
            if hasattr(self, name):
                getattr(self, name).browser.save_picture(OUT / f"{stem}-{name}.png")

    def _call(self) -> None:
        self.usager.chooses("CAF", "Aide au logement")
        self.usager.calls()


def test_decline_time_out_and_a_caller_who_leaves() -> None:
    stage = Stage(OUT, network=NETWORK)
    with stage:
        report = Report(OUT)
        story = QueueStory(stage, report)
        report.take_pictures = story.take_pictures
        story.play()
    assert stage.left_behind == []
    assert json.loads((OUT / "story.json").read_text())["ok"]
