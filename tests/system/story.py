"""One whole call on real parts: `python -m tests.system.story` (or `make story`).

The real hub, the real kiosk on a private display, a real Chromium as the agent, a SANE scanner, an IPP printer,
sound through PulseAudio. The kiosk is driven by touches on its window, the page by its buttons; every step is
verified by what can be seen, heard, downloaded or found on paper at the other end. Exit code 0 only if every step
truly happened.
"""

import argparse
import shutil
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from tests.fakes import sane_test
from tests.fakes.form_pdf import write_form
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, Melody, share_heard
from tests.system.agent import Agent
from tests.system.canaries import Canaries
from tests.system.printed import likeness_of_pages
from tests.system.report import Report
from tests.system.stage import HEADSET, SPEAKER, Stage

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "build" / "story"
NETWORK = ROOT / "assets" / "demo" / "network.toml"
EMAIL, PASSWORD = "martin@caf.example", "une borne et trois lampes"  # an account of this run only
SITE = "Mairie de Hambye"
PAGES = 2
HEARD = 0.4
"""Least share of the notes that must come through echo cancellation, noise suppression and a codec."""

LISTENINGS = 4


class Story:
    """The steps, in order; what one leaves, the next takes up."""

    def __init__(self, stage: Stage, report: Report) -> None:
        self.stage = stage
        self.report = report
        self.usager = stage.usager
        self.canaries = Canaries()
        self.agent: Agent

    def play(self) -> None:
        """Play every step; the first that fails raises."""
        self.kiosk_starts()
        self.agent_takes_the_station()
        self.tile_is_live()
        self.call_is_placed_and_rings()
        self.call_is_answered()
        self.pictures_pass()
        self.sounds_pass()
        self.pages_are_scanned()
        self.form_is_printed()
        self.paper_runs_out()
        self.call_is_ended()
        self.file_is_closed()
        self.everything_is_erased()

    def take_pictures(self, stem: str) -> None:
        """A picture of the kiosk, and of the page once there is one."""
        self.stage.xvfb.save_picture(self.stage.out / f"{stem}-kiosk.png")
        if hasattr(self, "agent"):
            self.agent.browser.save_picture(self.stage.out / f"{stem}-station.png")

    # ---- before the call ------------------------------------------------------------------------------------

    def kiosk_starts(self) -> None:
        with self.report.step("Kiosk shows its first screen") as step:
            step.saw(self.usager.reads("Toucher ici pour commencer", within_s=60))
            step.saw(self.usager.reads(SITE))

    def agent_takes_the_station(self) -> None:
        with self.report.step("Agent takes the station") as step:
            self.usager.wakes_the_kiosk()
            step.saw(f"the tile says « {self.usager.sees_tile('CAF', 'Personne pour le moment')} » before")
            self.agent = self.stage.seat_agent(EMAIL, PASSWORD)
            step.saw(self.agent.reads("les appels vont sonner ici"))

    def tile_is_live(self) -> None:
        with self.report.step("Tile is live") as step:
            started = time.monotonic()
            step.saw(f"the tile says « {self.usager.sees_tile('CAF', 'Libre maintenant')} »")
            step.saw(f"{time.monotonic() - started:.1f} s after the agent")

    def call_is_placed_and_rings(self) -> None:
        with self.report.step("Before the call") as step:
            self.usager.chooses("CAF", r"Aide au logement \(APL\)")
            step.saw(self.usager.reads("Rien n'est enregistré"))
            step.saw(self.usager.reads("Votre bail"))
        with self.report.step("Call is placed and rings"):
            started = time.monotonic()
            self.usager.calls()
            ring = self.agent.hears_ring(SITE)
            if not self.stage.pulse.recorders():
                raise AssertionError("the kiosk does not listen to the room: the end could not show that it stopped")
            step = self.report.steps[-1]
            step.saw(f"rings {time.monotonic() - started:.1f} s after the touch")
            step.saw(ring.replace("\n", " ")[:120])
            step.saw(self.usager.reads("Cela sonne chez le conseiller"))
            if "Aide au logement" not in ring:
                raise AssertionError("the agent is not told why the usager calls")

    def call_is_answered(self) -> None:
        with self.report.step("Call is answered") as step:
            started = time.monotonic()
            self.agent.answers()
            self.agent.kiosk_frame()
            step.saw(f"the agent sees the usager {time.monotonic() - started:.1f} s after the click")
            self.usager.agent_frame()
            step.saw(f"the usager sees the agent {time.monotonic() - started:.1f} s after the click")
            step.saw(self.usager.reads("Mme Martin"))

    # ---- the call -------------------------------------------------------------------------------------------

    def pictures_pass(self) -> None:
        with self.report.step("Kiosk's picture is seen by the agent") as step:
            step.saw(f"frame numbers {self.agent.sees_kiosk_move()}")
        with self.report.step("Agent's picture is seen on the kiosk") as step:
            step.saw(f"frame numbers {self.usager.sees_agent_move()}")

    def sounds_pass(self) -> None:
        with self.report.step("Usager is heard by the agent") as step:
            step.saw(f"{self._listen(HEADSET, KIOSK_MELODY)} of the usager's notes come out of the agent's headset")
        with self.report.step("Agent is heard by the usager") as step:
            step.saw(f"{self._listen(SPEAKER, AGENT_MELODY)} of the agent's notes come out of the kiosk's loudspeaker")

    def _listen(self, sink: str, melody: Melody) -> str:
        """What share of a party's notes comes out at the other's; listens again when the machine was too busy."""
        shares: list[float] = []
        while len(shares) < LISTENINGS and (not shares or shares[-1] < HEARD):
            shares.append(share_heard(self.stage.pulse.record(sink, 4), melody))
        heard = ", then ".join(f"{share:.0%}" for share in shares)
        if shares[-1] < HEARD:
            raise AssertionError(f"only {heard} of the notes come out")
        return heard

    def pages_are_scanned(self) -> None:
        with self.report.step("Paper is asked for") as step:
            self.agent.asks_for_paper(self.canaries.scan_title, PAGES)
            step.saw(self.usager.reads("Le conseiller vous demande un papier"))
            self.usager.reads(self.canaries.scan_title)
            step.saw(self.agent.reads("La demande est à l'écran de la borne"))
        paper = sane_test.reference_page(self.stage.sane_config)
        for number in range(1, PAGES + 1):
            with self.report.step(f"Page {number} is scanned and previewed") as step:
                step.saw(self.usager.scans(number))
                like = self.usager.sees_page(paper)
                step.saw(f"the preview is like the paper on the scanner by {like:.2f}")
                step.saw(self.agent.reads("L'usager regarde la page avant de l'envoyer"))
                count = self.agent.pages_shown()
                step.saw(f"the agent has {count} readable pages before consent")
                if count != number - 1:
                    raise AssertionError("a page was readable before the usager sent it")
            with self.report.step(f"Page {number} is sent") as step:
                started = time.monotonic()
                self.usager.touches("Envoyer")
                self.agent.waits_for_pages(number)
                step.saw(f"readable {time.monotonic() - started:.1f} s after the touch")
                # The kiosk's own word, before the picture of this step is taken.
                self.usager.sees_one_of("C'est envoyé", "^Scanner le papier$", f"Page {number + 1}.*on lit bien")
        with self.report.step("Scan is over") as step:
            self.usager.stops_scanning()
            step.saw(self.agent.reads("Terminé"))
        with self.report.step("Pages are downloaded as one PDF") as step:
            file = self.stage.out / "received.pdf"
            self.agent.downloads_all(file)
            likeness = [sane_test.likeness(page, paper) for page in sane_test.pages_of(file)]
            step.saw(f"{len(likeness)} pages, like the paper on the scanner by {[round(each, 3) for each in likeness]}")
            if len(likeness) != PAGES or min(likeness) < 0.9:
                raise AssertionError("the PDF does not hold the two scanned pages")
            self.canaries.plant_bytes_of(file)

    def form_is_printed(self) -> None:
        with self.report.step("Form arrives and is previewed") as step:
            form = self._write_form(pages=2)
            self.agent.prints(form)
            step.saw(self.usager.reads("Voulez-vous imprimer ce papier", within_s=30))
            step.saw(self.usager.reads("Page 1 sur 2"))
            step.saw(self.agent.reads("L'usager regarde le document avant de l'imprimer"))
            if self.stage.print_server.jobs_started():
                raise AssertionError("something was printed before the usager said so")
        with self.report.step("Form is printed") as step:
            self.usager.touches("Imprimer")
            step.saw(self.usager.reads("C'est imprimé", within_s=90))
            step.saw(self.agent.reads(r"Imprimé \(2 pages\)"))
            # Touched first: it goes away by itself, and pages take time to compare.
            self.usager.touches("J'ai compris")
            likeness = self._compare_last_print(form)
            step.saw(f"the printer got {len(likeness)} pages, like the form by {[round(x, 3) for x in likeness]}")

    def paper_runs_out(self) -> None:
        with self.report.step("Printer runs out of paper") as step:
            form = self._write_form(pages=1)
            self.stage.print_server.set_state("+media-empty-error")
            self.agent.prints(form)
            self.usager.touches("Imprimer", within_s=30)
            step.saw(self.usager.reads("plus de papier dans l'imprimante", within_s=60))
            step.saw(self.usager.reads("Votre document est gardé"))
            step.saw(self.agent.reads("plus de papier", within_s=30))
        with self.report.step("Paper is put in and the print goes on") as step:
            self.stage.print_server.set_state("-media-empty-error")
            step.saw(self.usager.reads("C'est imprimé", within_s=90))
            step.saw(self.agent.reads(r"Imprimé \(1 page\)"))
            self.usager.touches("J'ai compris")
            likeness = self._compare_last_print(form)
            step.saw(f"the printer got {len(likeness)} page, like the form by {[round(x, 3) for x in likeness]}")

    # ---- the end --------------------------------------------------------------------------------------------

    def call_is_ended(self) -> None:
        with self.report.step("Usager hangs up") as step:
            self.usager.ends_the_call()
            step.saw(self.usager.reads(f"{PAGES} pages envoyées"))
            step.saw(self.usager.reads("3 pages imprimées"))
            step.saw(self.agent.reads("L'usager a raccroché"))

    def file_is_closed(self) -> None:
        with self.report.step("Agent closes the file") as step:
            self.agent.wraps_up()
            step.saw(self.agent.reads("les appels vont sonner ici"))

    def everything_is_erased(self) -> None:
        with self.report.step("Usager leaves and everything is erased") as step:
            self.usager.erases_and_leaves()
            step.saw("« Tout est effacé », then the first screen")
            # The agent's browser has a file as microphone: only the kiosk could listen to the room, and must not.
            listening = self.stage.pulse.recorders()
            step.saw(f"{listening} programs listen to the room")
            if listening:
                raise AssertionError("the kiosk's microphone is still open")
        with self.report.step("Nothing of the session is left") as step:
            searched, found = self.canaries.search(self.stage)
            step.saw(f"{len(self.canaries.strings)} strings and {len(self.canaries.fragments)} fragments of pages "
                     f"searched in {searched}")  # fmt: skip
            if found:
                raise AssertionError("left behind: " + "; ".join(found))
        with self.report.step("Page has no error and asked nobody else") as step:
            step.saw(f"hosts asked: {sorted(self.agent.browser.requested_hosts)}")
            if self.agent.browser.errors:
                raise AssertionError("; ".join(self.agent.browser.errors))
            if self.agent.browser.requested_hosts != {self.stage.hub.url.split("//")[1]}:
                raise AssertionError("the page asked another host")

    def _write_form(self, pages: int) -> Path:
        folder = self.stage.private / "agent_files"
        folder.mkdir(exist_ok=True)
        file = folder / self.canaries.file_name
        write_form(file, title=self.canaries.form_text, pages=pages)
        self.canaries.plant_bytes_of(file)
        return file

    def _compare_last_print(self, form: Path) -> list[float]:
        files = self.stage.print_server.received_files()
        if not files:
            raise AssertionError("the printer got nothing")
        kept = self.stage.out / f"printed-{len(files)}{files[-1].suffix}"
        shutil.copyfile(files[-1], kept)
        likeness = likeness_of_pages(kept, form)
        if not likeness or min(likeness) < 0.8:
            raise AssertionError(f"what came out is not the form: {likeness}")
        return likeness


def play(out: Path = OUT) -> bool:
    """Play the story into `out`; True when every step is ok and no process was left behind."""
    stage = Stage(out, network=NETWORK)
    report: Report | None = None
    try:
        print("    setting the stage: screen, sound, printer, scanner, hub, kiosk", flush=True)
        with stage:
            report = Report(out)
            story = Story(stage, report)
            report.take_pictures = story.take_pictures
            story.play()
    except Exception:  # noqa: BLE001 - whatever went wrong is told, and the story is not true
        traceback.print_exc()
        print(f"The story stopped. Logs: {stage.logs}", file=sys.stderr)
        return False
    if stage.left_behind:
        print(f"Processes left behind, ended by force: {', '.join(stage.left_behind)}", file=sys.stderr)
        return False
    print(f"{len(report.steps)} steps, all true: {out / 'story.json'}")
    return report.ok


def main(argv: Sequence[str] | None = None) -> int:
    """Play the story; exit code 0 only if all of it happened."""
    parser = argparse.ArgumentParser(prog="story", description="One whole call on real parts.")
    parser.add_argument("--out", type=Path, default=OUT, help="where to write story.json and pictures")
    parser.add_argument("--screenshots", type=Path, help="copy the chosen pictures to this folder")
    arguments = parser.parse_args(argv)
    if not play(arguments.out):
        return 1
    if arguments.screenshots is not None:
        from tests.system.screenshots import keep

        print("kept: " + ", ".join(keep(arguments.out, arguments.screenshots)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
