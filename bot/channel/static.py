"""What a browser loads beside the API: the page at /, how to embed the chat at /embed, and the widget itself.

The widget is served under two names: /widget.js, which embedders write and browsers ask for anew every few minutes,
and /widget.<hash>.js, which never changes and is kept for good.
"""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, html, raw

from bot.practice import Practice

PAGES = Path(__file__).parent / "page"
WIDGET = Path(__file__).parents[2] / "widget" / "dist" / "widget.js"
TAG = '<script src="/widget.js" defer>'  # at /?test the chat is the practice's own try: see docs/widget.md
PAGE_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
    "require-trusted-types-for 'script'", "trusted-types 'none'",
))  # fmt: skip
SHORT, FOR_GOOD = "public, max-age=300", "public, max-age=31536000, immutable"


class Asset:
    """A file that is compressed once, at start."""

    def __init__(self, path: Path, content_type: str) -> None:
        self._plain = path.read_bytes()
        self._gzip = gzip.compress(self._plain, 9, mtime=0)
        self._type = content_type
        self.hash = hashlib.sha256(self._plain).hexdigest()[:12]

    def answer(self, request: Request, cache: str) -> HTTPResponse:
        """200, or 304 when the browser has it already."""
        headers = {
            "ETag": f'W/"{self.hash}"',
            "Cache-Control": cache,
            "Vary": "Accept-Encoding",
            "Cross-Origin-Resource-Policy": "cross-origin",  # sites that isolate themselves may embed it too
        }
        if headers["ETag"] in request.headers.get("if-none-match", ""):
            return HTTPResponse(status=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return raw(self._plain, headers=headers, content_type=self._type)
        return raw(self._gzip, headers={**headers, "Content-Encoding": "gzip"}, content_type=self._type)


def render_page(practice: Practice, emergency: str) -> str:
    """The page at /, with the facts the practice tells; every fact is escaped. emergency: whom to call in danger."""
    environment = Environment(loader=FileSystemLoader(PAGES), autoescape=True, undefined=StrictUndefined)
    services = practice.facts()["services"]
    return environment.get_template("page.html").render(practice=practice, services=services, emergency=emergency)


def add_pages(app: Sanic, page: str) -> None:
    """The routes of the pages and the widget. page: the HTML at /."""
    widget = Asset(WIDGET, "text/javascript; charset=utf-8")
    embed = (PAGES / "embed.html").read_text(encoding="utf-8")

    def serve_page(path: str, name: str, content: str) -> None:
        trial = content.replace(TAG, TAG.replace(" defer", " data-test defer"))

        async def handler(request: Request) -> HTTPResponse:
            headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
            asked = [part.partition("=")[0] for part in request.query_string.split("&")]
            return html(trial if "test" in asked else content, headers=headers)

        app.add_route(handler, path, methods=["GET", "HEAD"], name=name)

    def serve_asset(path: str, name: str, asset: Asset, cache: str) -> None:
        async def handler(request: Request) -> HTTPResponse:
            return asset.answer(request, cache)

        app.add_route(handler, path, methods=["GET", "HEAD"], name=name)

    serve_page("/", "page", page)
    serve_page("/embed", "embed", embed)
    serve_asset("/widget.js", "widget", widget, SHORT)
    serve_asset(f"/widget.{widget.hash}.js", "widget_for_good", widget, FOR_GOOD)
    for file, content_type in (
        ("page.css", "text/css; charset=utf-8"),
        ("page.js", "text/javascript; charset=utf-8"),
        ("embed.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ):
        serve_asset(f"/{file}", file.replace(".", "_"), Asset(PAGES / file, content_type), SHORT)
