"""The paper of the simulated scanner: an A4 form in French, filled in by nobody."""

import math
import unicodedata

from PIL import Image, ImageDraw, ImageFont

_A4_MM = (210, 297)
_INK = (28, 32, 44)
_PEN = (36, 58, 140)
_SHADE = (232, 236, 242)

_FIELDS = (
    ("Nom de naissance", "EXEMPLE"),
    ("Prénoms", "Camille, Dominique"),
    ("Date de naissance", "01 / 01 / 1970"),
    ("Adresse", "3, place de la Mairie"),
    ("Code postal et commune", "00000 Ville-Exemple"),
    ("Numéro d'allocataire", "0000000"),
    ("Situation familiale", "célibataire"),
    ("Loyer mensuel (hors charges)", "412,00 euros"),
)
_LINES = (
    "Je certifie sur l'honneur l'exactitude des renseignements portés sur cette déclaration.",
    "Je m'engage à signaler tout changement de situation modifiant cette déclaration.",
    "Document d'exemple produit par le numériseur simulé : il ne concerne aucune personne.",
)


def draw_page(page_no: int, dpi: int, *, colour: bool) -> Image.Image:
    """Page `page_no` of the form, A4 at `dpi` dots per inch, mode RGB or L."""
    scale = dpi / 25.4
    image = Image.new("RGB", (round(_A4_MM[0] * scale), round(_A4_MM[1] * scale)), (252, 252, 250))
    pen = ImageDraw.Draw(image)

    def text(x_mm: float, y_mm: float, words: str, size_mm: float, ink: tuple[int, int, int] = _INK) -> None:
        _write(pen, (x_mm * scale, y_mm * scale), words, size_mm * scale, ink)

    def box(left: float, top: float, right: float, bottom: float, **style: object) -> None:
        pen.rectangle((left * scale, top * scale, right * scale, bottom * scale), **style)  # type: ignore[arg-type]

    line_px = max(1, round(0.3 * scale))
    box(15, 14, 195, 34, fill=_SHADE)
    text(20, 18, "Déclaration de ressources", 8)
    text(20, 28, "Formulaire d'exemple, à remplir en lettres capitales", 3.6)
    text(160, 28, f"page {page_no}", 3.6)
    for index, (label, value) in enumerate(_FIELDS):
        top = 46 + index * 18
        text(20, top, label, 3.8)
        box(20, top + 5, 190, top + 14, outline=_INK, width=line_px)
        text(23, top + 7, value, 5, _PEN)
    for index, line in enumerate(_LINES):
        text(20, 200 + index * 7, line, 3.6)
    text(20, 232, "Fait à Ville-Exemple, le 1er janvier", 4, _PEN)
    text(130, 232, "Signature :", 4)
    curve = [(150 + x / 5, 250 - x / 40 + 5 * math.sin(x / 7) * math.cos(x / 23)) for x in range(160)]
    pen.line([(x * scale, y * scale) for x, y in curve], fill=_PEN, width=line_px * 2, joint="curve")
    box(15, 10, 195, 285, outline=_INK, width=line_px)
    return image if colour else image.convert("L")


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], words: str, size: float, ink: tuple[int, int, int]
) -> None:
    """Text whose accents are drawn by hand: the font that Pillow carries has only ASCII."""
    font = ImageFont.load_default(size)
    bare = ""
    for character in unicodedata.normalize("NFD", words):
        if not unicodedata.combining(character):
            bare += character
            continue
        left, right = at[0] + font.getlength(bare[:-1]), at[0] + font.getlength(bare)
        middle, reach = (left + right) / 2, size * 0.13
        letter_top = pen.textbbox((0, at[1]), bare[-1], font=font)[1]
        high, low = letter_top - size * 0.22, letter_top - size * 0.08
        strokes = {
            "\u0300": [(middle - reach, high, middle + reach * 0.5, low)],
            "\u0301": [(middle - reach * 0.5, low, middle + reach, high)],
            "\u0302": [(middle - reach, low, middle, high), (middle, high, middle + reach, low)],
        }
        for stroke in strokes.get(character, []):
            pen.line(stroke, fill=ink, width=max(1, round(size * 0.08)))
    pen.text(at, bare, fill=ink, font=font)
