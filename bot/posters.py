"""`python -m bot survey-poster`: where to print the QR sheets of the counters, and the codes as pictures."""

from pathlib import Path

import segno

from bot.command_data import commune_in
from bot.settings import Settings
from bot.web.posters import addresses, counters
from content.library import load
from content.phrases import MAIN_LANGUAGE


def write_posters(settings: Settings, slug: str, place: str | None, out: Path | None) -> str:
    """Return the addresses as text to print; with a folder, also write each code there as an SVG picture."""
    library = load(settings.content)
    commune, phrases = commune_in(library, slug), library.speak(MAIN_LANGUAGE)
    places = counters(commune, place)
    if not places:
        known = ", ".join(one.id for one in counters(commune))
        raise SystemExit(f"no counter «{place}» in {slug}; there are: {known}")
    site = settings.public_url or f"http://{settings.listen}"
    bots = {name: telegram.username for name, telegram in settings.telegram.items()}
    lines = [phrases.plain("poster.print", address=f"{site}/{slug}/ma-qr")]
    for one in places:
        lines.append(f"\n{one.name}")
        for channel, address in addresses(commune, one, site, bots).items():
            lines.append(f"  {channel}: {address}")
            if out is not None:
                out.mkdir(parents=True, exist_ok=True)
                path = out / f"danh-gia-{slug}-{one.id}-{channel}.svg"
                segno.make(address, error="m", micro=False).save(str(path), border=4, scale=10)
                lines.append(f"  {path}")
    if not site.startswith("https://"):
        lines.append(f"\n{phrases.plain('poster.unreachable', site=site)}")
    return "\n".join(lines)
