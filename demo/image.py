"""An image for the demo: the garden pond at dusk."""

from io import BytesIO
from PIL import Image
from PIL import ImageDraw


SIZE = (1200, 800)
SHORE = 458


def pond() -> bytes:
    """Return the PNG data, the same on every call."""
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    _gradient(draw, 0, SHORE, (120, 170, 210), (255, 214, 165))
    draw.ellipse((810, 250, 930, 370), fill=(255, 236, 190))
    draw.ellipse((-200, 330, 560, 700), fill=(86, 122, 84))
    draw.ellipse((420, 370, 1400, 760), fill=(104, 140, 92))
    _gradient(draw, SHORE, SIZE[1], (92, 132, 158), (46, 84, 108))
    draw.rectangle((0, SHORE - 14, SIZE[0], SHORE), fill=(72, 92, 60))
    for number in range(9):
        half = 70 - number * 5
        y = SHORE + 26 + number * 34
        draw.line([(870 - half, y), (870 + half, y)], fill=(214, 206, 180), width=5)
    for number in range(26):
        x = 40 + number * 17
        tip = SHORE - 74 - (number * 37) % 70
        draw.line([(x, 610), (x + 12, tip)], fill=(58, 82, 48), width=5)
        if number % 4 == 0:
            draw.ellipse((x + 6, tip - 26, x + 20, tip + 22), fill=(98, 70, 46))
    for x, y in ((640, 600), (760, 660), (560, 700)):
        draw.ellipse((x, y, x + 110, y + 34), fill=(96, 138, 84))
        draw.pieslice((x, y, x + 110, y + 34), 300, 335, fill=(60, 98, 122))
    data = BytesIO()
    image.resize((900, 600), Image.Resampling.LANCZOS).save(data, "PNG")
    return data.getvalue()


def _gradient(draw, top: int, bottom: int, above: tuple, below: tuple) -> None:
    for y in range(top, bottom):
        share = (y - top) / (bottom - top)
        pairs = zip(above, below, strict=True)
        colour = tuple(round(a + (b - a) * share) for a, b in pairs)
        draw.line([(0, y), (SIZE[0], y)], fill=colour)
