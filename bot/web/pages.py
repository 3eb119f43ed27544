"""Pages and static files, with the headers that make them safe by default."""

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog
from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from content.library import Commune, Library
from content.phrases import Phrases

HERE = Path(__file__).parent
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors {ancestors}"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Server": "tro-ly-so-xa",
}
HTML_KEPT = "no-cache"
STATIC_KEPT = "public, max-age=31536000, immutable"
STABLE_KEPT = "public, max-age=300"

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def safe_headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Put the security headers on every answer; only the embedded chat may stand in a foreign frame."""
    try:
        response = await handler(request)
    except web.HTTPException as error:
        protect(request, error)
        raise
    except Exception as error:
        if isinstance(error, ConnectionError) or request.writer.output_size:  # nobody there, or half an answer sent
            raise
        log.exception("request failed", method=request.method, error=type(error).__name__)
        response = web.Response(status=500, text="500: Internal Server Error")
    if not response.prepared:
        protect(request, response)
    return response


def protect(request: web.Request, response: web.StreamResponse) -> None:
    """Put the security headers on an answer; one that streams needs it before it is prepared."""
    embedded = request.path.endswith("/embed")
    response.headers.update(_HEADERS)
    response.headers["Content-Security-Policy"] = _CSP.format(ancestors="*" if embedded else "'none'")
    if not embedded:
        response.headers["X-Frame-Options"] = "DENY"


@dataclass(frozen=True)
class Asset:
    """A static file in memory, plain and compressed."""

    plain: bytes
    packed: bytes
    kind: str
    tag: str


def load_assets() -> dict[str, Asset]:
    """Read the static files; there are few and they are small."""
    assets = {}
    for path in sorted((HERE / "static").iterdir()):
        data = path.read_bytes()
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        assets[path.name] = Asset(data, gzip.compress(data, 9, mtime=0), kind, hashlib.sha256(data).hexdigest()[:12])
    return assets


@dataclass(frozen=True)
class PageCommune:
    """What the templates may know of a commune."""

    slug: str
    title: str
    name: str
    province: str
    hotline: str

    @classmethod
    def of(cls, commune: Commune) -> "PageCommune":
        """Return a commune as the templates see it."""
        profile = commune.profile
        return cls(commune.slug, profile.title, profile.name, profile.province, profile.hotline)


class Pages:
    """Renders the pages from the content that serves now."""

    def __init__(self, library: Callable[[], Library]) -> None:
        self._library = library
        self._assets = load_assets()
        self._version = hashlib.sha256("".join(asset.tag for asset in self._assets.values()).encode()).hexdigest()[:10]
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, auto_reload=False
        )

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of all pages."""
        return [
            web.get("/", self.index),
            web.get("/demo", self.demo),
            web.get("/static/{name}", self.static),
            web.get("/static/{version}/{name}", self.static),
            web.get("/{slug:[a-z0-9-]+}", self.add_slash),
            web.get("/{slug:[a-z0-9-]+}/", self.chat),
            web.get("/{slug:[a-z0-9-]+}/embed", self.chat),
            web.get("/{path:.*}", self.missing),
        ]

    async def index(self, request: web.Request) -> web.Response:
        """List the communes."""
        communes = [PageCommune.of(commune) for commune in self._library().communes.values()]
        return self._html(request, "index.html", communes=communes)

    async def demo(self, request: web.Request) -> web.Response:
        """Show a pretended page of a commune with the widget on it."""
        commune = next(iter(self._library().communes.values()))
        return self._html(request, "demo.html", commune=PageCommune.of(commune), base=f"/{commune.slug}")

    async def add_slash(self, request: web.Request) -> web.Response:
        """Send /anh-son to /anh-son/."""
        self._commune(request)
        raise web.HTTPPermanentRedirect(request.rel_url.with_path(f"{request.path}/", keep_query=True))

    async def chat(self, request: web.Request) -> web.Response:
        """Show the chat of one commune."""
        commune = self._commune(request)
        return self._html(
            request,
            "chat.html",
            commune=PageCommune.of(commune),
            base=f"/{commune.slug}",
            embedded=request.path.endswith("/embed"),
            strings=self._strings(self._phrases(request)),
        )

    async def static(self, request: web.Request) -> web.Response:
        """Send a static file, compressed where the browser takes it."""
        asset = self._assets.get(request.match_info["name"])
        if asset is None:
            raise web.HTTPNotFound
        kept = STATIC_KEPT if request.match_info.get("version") == self._version else STABLE_KEPT
        headers = {"ETag": f'"{asset.tag}"', "Cache-Control": kept, "Vary": "Accept-Encoding"}
        if _knows(request.headers.get("If-None-Match", ""), asset.tag):
            return web.Response(status=304, headers=headers)
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return web.Response(body=asset.packed, content_type=asset.kind, charset="utf-8", headers=headers)
        return web.Response(body=asset.plain, content_type=asset.kind, charset="utf-8", headers=headers)

    async def missing(self, request: web.Request) -> web.Response:
        """Say that there is no such page, in words."""
        raise self._not_found(request)

    def _commune(self, request: web.Request) -> Commune:
        commune = self._library().communes.get(request.match_info["slug"])
        if commune is None:
            raise self._not_found(request)
        return commune

    def _not_found(self, request: web.Request) -> web.HTTPNotFound:
        phrases = self._phrases(request)
        text = self._templates.get_template("error.html").render(
            t=phrases.plain,
            language=phrases.language,
            static=f"/static/{self._version}",
            title="web.error.not_found_title",
            text="web.error.not_found",
        )
        return web.HTTPNotFound(text=text, content_type="text/html")

    def _phrases(self, request: web.Request) -> Phrases:
        return self._library().speak(request.query.get("lang", "vi"))

    def _strings(self, phrases: Phrases) -> Mapping[str, str]:
        prefix = "web.js."
        return {
            key.removeprefix(prefix): phrases.messages.get(key, phrases.fallback[key]) for key in phrases.keys(prefix)
        }

    def _html(self, request: web.Request, template: str, **context: object) -> web.Response:
        phrases = self._phrases(request)
        text = self._templates.get_template(template).render(
            t=phrases.plain, language=phrases.language, static=f"/static/{self._version}", **context
        )
        response = web.Response(text=text, content_type="text/html", headers={"Cache-Control": HTML_KEPT})
        response.enable_compression()
        return response


def _knows(header: str, tag: str) -> bool:
    """Tell whether an If-None-Match header names the tag; proxies that compress make it a weak one."""
    return any(one.strip().removeprefix("W/") == f'"{tag}"' for one in header.split(","))
