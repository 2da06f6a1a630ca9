"""Make the papers of the demonstration: `python assets/demo/make_pages.py` writes them to `papers/` beside this script.

All is invented: `identity-1.jpg` and `identity-2.jpg` are what a simulated scanner may read, `form.pdf` (two pages) is
what an agent may send to print. Every page says that it is an example without value.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

HERE = Path(__file__).parent
FONTS = HERE.parent / "fonts"
DPI = 100
A4 = (827, 1169)
INK, PALE, BLUE = "#1A1A1A", "#9AA3A8", "#0B4A60"


def font(size: int, weight: int = 400) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / f"atkinson-hyperlegible-next-latin-{weight}-normal.woff"), size)


def page(title: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    """A white page with its title and the words that say it is only an example."""
    image = Image.new("RGB", A4, "#FFFFFF")
    draw = ImageDraw.Draw(image)
    draw.text((80, 80), title, fill=INK, font=font(40, 700))
    draw.text((80, 138), "Exemple pour la démonstration, sans valeur", fill="#4A4A4A", font=font(22))
    draw.line((80, 182, 747, 182), fill=BLUE, width=4)
    return image, draw


def identity(side: int) -> Image.Image:
    """One side of an invented card, as it lies on the glass."""
    image, draw = page(f"Carte d'exemple, côté {side}")
    draw.rounded_rectangle((110, 260, 717, 650), 26, fill="#EAF1F3", outline=INK, width=3)
    if side == 1:
        draw.rounded_rectangle((145, 310, 325, 545), 10, fill="#FFFFFF", outline=PALE, width=2)
        draw.ellipse((195, 340, 275, 430), fill=PALE)
        draw.pieslice((165, 440, 305, 640), 180, 360, fill=PALE)
        lines = (
            "Nom : MARTINEAU",
            "Prénom : Camille",
            "Née le : 1er janvier 1950",
            "à : Saint-Hilaire",
            "N° : 0000 0000 0000",
        )
        for row, text in enumerate(lines):
            draw.text((360, 315 + row * 48), text, fill=INK, font=font(27))
    else:
        lines = ("Adresse :", "1, place de l'Église", "00000 SAINT-HILAIRE", "Valable jusqu'au : jamais")
        for row, text in enumerate(lines):
            draw.text((160, 320 + row * 50), text, fill=INK, font=font(28))
        draw.text((160, 570), "<<EXEMPLE<<SANS<<VALEUR<<<<<<", fill=INK, font=font(24))
    return image


def form(number: int) -> Image.Image:
    """One page of an invented form, with lines to fill in."""
    image, draw = page("Demande d'aide au logement")
    questions = (
        (
            "Nom et prénom",
            "Adresse",
            "Téléphone",
            "Nombre de personnes au foyer",
            "Loyer mensuel",
            "Depuis quelle date ?",
        )
        if number == 1
        else ("Votre situation", "Vos ressources du mois dernier", "Fait à", "Le", "Signature")
    )
    for row, question in enumerate(questions):
        top = 230 + row * 130
        draw.text((80, top), question, fill=INK, font=font(26, 700))
        draw.line((80, top + 90, 747, top + 90), fill=PALE, width=2)
    draw.text((680, 1100), f"{number} / 2", fill=INK, font=font(22))
    return image


def main() -> None:
    papers = HERE / "papers"
    papers.mkdir(exist_ok=True)
    for side in (1, 2):
        identity(side).save(papers / f"identity-{side}.jpg", dpi=(DPI, DPI), quality=88)
    first, second = form(1), form(2)
    first.save(papers / "form.pdf", save_all=True, append_images=[second], resolution=DPI, title="Exemple")


if __name__ == "__main__":
    main()
