"""Papers both ways: asked for, sealed, read, put in order, kept as PDF; files sent to the printer; erased."""

import hashlib
import io
from typing import Any

import pypdfium2
from pypdf import PdfReader

from tests.fakes.aiortc_kiosk import AiortcKiosk, SealedPage
from tests.web.agent_page import AgentPage
from tests.web.test_call import call
from tests.web.world import Place, tiny_jpeg

SIZE = (827, 1169)
LOADS = """(url) => new Promise((resolve) => {
  const image = new Image();
  image.onload = () => resolve(true);
  image.onerror = () => resolve(false);
  image.src = url;
})"""


async def ask(agent: AgentPage, kiosk: AiortcKiosk) -> str:
    await agent.press("Demander un papier")
    await agent.press("Avis d'imposition")
    await agent.page.get_by_label("En couleur").check()
    await agent.page.get_by_label("Nombre de pages").fill("2")
    await agent.press("Demander à l'usager")
    request = await kiosk.told("request_scan")
    assert {**request, "scan_id": ""} == {
        "type": "request_scan",
        "scan_id": "",
        "title": "Avis d'imposition",
        "pages": 2,
        "colour": True,
    }
    return str(request["scan_id"])


async def send_page(kiosk: AiortcKiosk, scan_id: str, number: int, text: str) -> bytes:
    jpeg = tiny_jpeg(*SIZE, text)
    page = SealedPage(jpeg, scan_id, number, SIZE, dpi=100)
    kiosk.send_sealed(page)
    kiosk.tell(page.release)
    received = await kiosk.told("page_received")
    assert received == {"type": "page_received", "transfer_id": page.transfer_id, "ok": True}
    return jpeg


def moved(scan_id: str, step: str, pages: int = 0, device: str | None = None) -> dict[str, Any]:
    message = {"type": "scan_moved", "scan_id": scan_id, "step": step, "pages_sent": pages}
    return message if device is None else {**message, "device": device}


async def test_a_page_is_unreadable_until_it_is_released(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    scan_id = await ask(agent, kiosk)
    kiosk.tell(moved(scan_id, "seen"))
    await agent.sees("La demande est à l'écran de la borne")
    kiosk.tell(moved(scan_id, "scanning"))
    page = SealedPage(tiny_jpeg(*SIZE, "secret"), scan_id, 1, SIZE)
    kiosk.send_sealed(page)
    acknowledged = await kiosk.told("chunks_received")
    assert acknowledged["transfer_id"] == page.transfer_id
    kiosk.tell(moved(scan_id, "previewing"))
    await agent.sees("L'usager regarde la page")
    thumbnails = agent.page.locator("#thumbnails li")
    assert await thumbnails.count() == 0
    kiosk.tell({"type": "page_discarded", "transfer_id": page.transfer_id})
    kiosk.tell(page.release)
    assert (await kiosk.told("page_received"))["ok"] is False
    assert await thumbnails.count() == 0
    await send_page(kiosk, scan_id, 1, "bonne page")
    await thumbnails.first.wait_for()
    kiosk.tell(moved(scan_id, "problem", 1, "jammed"))
    await agent.sees("Problème de scanner : le papier est coincé")
    kiosk.tell(moved(scan_id, "done", 1))
    await agent.sees("Terminé : 1 page reçue")


async def test_a_page_with_a_wrong_hash_is_never_shown(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    scan_id = await ask(agent, kiosk)
    page = SealedPage(tiny_jpeg(*SIZE, "altérée"), scan_id, 1, SIZE)
    kiosk.send_sealed(page)
    kiosk.tell({**page.release, "sha256": "0" * 64})
    assert (await kiosk.told("page_received"))["ok"] is False
    await agent.sees("Une page est arrivée abîmée")
    assert await agent.page.locator("#thumbnails li").count() == 0


async def test_pages_are_turned_ordered_deleted_and_kept_as_one_pdf(
    agent: AgentPage, place: Place, kiosk: AiortcKiosk
) -> None:
    await call(agent, place, kiosk)
    scan_id = await ask(agent, kiosk)
    texts = ["premier", "deuxieme", "troisieme"]
    jpegs = [await send_page(kiosk, scan_id, number, text) for number, text in enumerate(texts, start=1)]
    page = agent.page
    thumbnails = page.locator("#thumbnails li")
    await thumbnails.nth(2).wait_for()
    await agent.press("Tourner à droite")
    # By keyboard: the first page goes after the second.
    await thumbnails.nth(0).get_by_role("button").focus()
    await page.keyboard.press("Alt+ArrowDown")
    await thumbnails.nth(2).get_by_role("button").click()
    await agent.press("Supprimer la page")
    await page.get_by_role("dialog").get_by_role("button", name="Supprimer la page").click()
    await thumbnails.nth(2).wait_for(state="detached")
    async with page.expect_download() as download:
        await agent.press("Tout télécharger (PDF)")
    file = await (await download.value).path()
    reader = PdfReader(file)
    kept = [sheet["/Resources"]["/XObject"]["/P"].get_data() for sheet in reader.pages]  # type: ignore[index]
    assert kept == [jpegs[1], jpegs[0]]
    assert [sheet.rotation for sheet in reader.pages] == [0, 90]
    document = pypdfium2.PdfDocument(io.BytesIO(file.read_bytes()))
    assert [round(side) for side in document[0].get_size()] == [595, 842]
    document.close()
    assert (await download.value).suggested_filename.startswith("papiers-")


async def test_zoom_goes_from_a_quarter_to_four_times(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    await send_page(kiosk, await ask(agent, kiosk), 1, "zoom")
    page, zoom = agent.page, agent.page.locator("#zoom")
    area = page.locator("#paper-area")
    await area.focus()
    for _ in range(12):
        await page.keyboard.press("+")
    assert (await zoom.inner_text()).split() == ["400", "%"]
    width = await page.locator(".paper-box").evaluate("(box) => box.getBoundingClientRect().width")
    assert abs(width - 4 * SIZE[0] / 100 * 96) < 2
    await page.keyboard.press("ArrowDown")
    assert await area.evaluate("(area) => area.scrollTop") > 0
    for _ in range(14):
        await page.keyboard.press("-")
    assert (await zoom.inner_text()).split() == ["25", "%"]
    await agent.press("Largeur")
    fits = await area.evaluate("(area) => area.scrollWidth <= area.clientWidth && area.clientWidth")
    assert fits
    await page.keyboard.press("r")
    assert (await page.locator(".paper").evaluate("(paper) => paper.style.transform")) == "rotate(0deg)"
    await area.focus()
    await page.keyboard.press("r")
    assert (await page.locator(".paper").evaluate("(paper) => paper.style.transform")) == "rotate(90deg)"


async def test_a_file_goes_to_the_printer_whole(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    content = b"%PDF-1.7\n" + bytes(range(256)) * 8192
    page = agent.page
    await page.set_input_files(
        "#print-file", {"name": "Attestation 2026.pdf", "mimeType": "application/pdf", "buffer": content}
    )
    offer = await kiosk.told("offer_print")
    assert (offer["title"], offer["mime"], offer["size"]) == ("Attestation 2026", "application/pdf", len(content))
    await kiosk.until(lambda: len(kiosk.files.get(offer["transfer_id"], b"")) == len(content), 60)
    received = bytes(kiosk.files[offer["transfer_id"]])
    assert hashlib.sha256(received).hexdigest() == offer["sha256"] == hashlib.sha256(content).hexdigest()
    steps: list[tuple[dict[str, Any], str]] = [
        ({"step": "checking"}, "La borne vérifie le fichier"),
        ({"step": "previewing", "pages": 2}, "L'usager regarde le document"),
        ({"step": "printing", "page": 1, "pages": 2}, "page 1 sur 2"),
        ({"step": "problem", "page": 1, "pages": 2, "device": "no_paper"}, "il n'y a plus de papier"),
        ({"step": "printed", "pages": 2}, "Imprimé (2 pages)"),
    ]
    for step, words in steps:
        kiosk.tell({"type": "print_moved", "print_id": offer["print_id"], **step})
        await agent.sees(words)


async def test_files_that_cannot_be_printed_never_leave(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    page = agent.page
    cases = [
        ("lettre.pdf", b"PK\x03\x04 en fait un autre format", "Seuls les fichiers PDF, JPEG et PNG"),
        ("vide.pdf", b"", "Ce fichier est vide"),
        ("lourd.pdf", b"%PDF-1.7\n" + bytes(20 * 1024 * 1024), "la limite est de 20 Mo"),
    ]
    for name, content, words in cases:
        await page.set_input_files("#print-file", {"name": name, "mimeType": "application/pdf", "buffer": content})
        await agent.sees(words)
    assert not any(message["type"] == "offer_print" for message in kiosk.heard)


async def test_a_print_can_be_taken_back(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    png = b"\x89PNG\r\n\x1a\n" + bytes(1000)
    await agent.page.set_input_files("#print-file", {"name": "plan.png", "mimeType": "image/png", "buffer": png})
    offer = await kiosk.told("offer_print")
    await agent.press("Annuler l'impression")
    assert (await kiosk.told("cancel_print"))["print_id"] == offer["print_id"]
    kiosk.tell({"type": "print_moved", "print_id": offer["print_id"], "step": "cancelled"})
    await agent.page.get_by_text("Annulé", exact=True).wait_for()


async def test_papers_are_announced_then_erased(agent: AgentPage, place: Place, kiosk: AiortcKiosk) -> None:
    await call(agent, place, kiosk)
    await send_page(kiosk, await ask(agent, kiosk), 1, "à effacer")
    page = agent.page
    await page.locator("#thumbnails li").first.wait_for()
    url = await page.locator(".paper").get_attribute("src")
    assert await page.evaluate(LOADS, url) is True
    await agent.press("Raccrocher")
    await agent.sees("1 page sera effacée de cet ordinateur")
    await agent.press("Réglé")
    await agent.sees("1 page n'a pas été téléchargée")
    async with page.expect_download():
        await agent.press("Télécharger et terminer")
    await agent.sees("Tous les papiers ont été effacés")
    assert await page.evaluate(LOADS, url) is False
    assert await page.evaluate("[localStorage, sessionStorage].every((s) => !JSON.stringify(s).includes('jpeg'))")
    # The browser tells in its console that the erased picture is no longer there: that is the point.
    agent.expected.append("ERR_FILE_NOT_FOUND")
