"""One request to a tenant's server, pure: its address in one spelling, and address, headers and body as they go out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import unquote, urldefrag, urlencode, urljoin, urlsplit

from dialgate.app.call_state import Cookie
from dialgate.app.front import Pairs
from dialgate.app.queries import Tenant
from dialgate.carriers.twilio import cookies as jar
from dialgate.carriers.twilio.front.urls import is_http
from dialgate.carriers.twilio.front.webhooks import BODY_DIGEST, SIGNATURE, body_digest, signature
from dialgate.carriers.twilio.hosts import RefusedHostError, check, literal

MAX_URL_CHARS = 8_000
IDEMPOTENCY = "I-Twilio-Idempotency-Token"
_OWN_PATHS = "/twilio/"
_MOVED = frozenset({301, 302, 303, 307, 308})
_KEEPING = frozenset({307, 308})
_FORM = "application/x-www-form-urlencoded; charset=utf-8"
_JSON = "application/json"
_AUTHORITY = re.compile(r"(?:\[(?P<v6>[^\]]*)\]|(?P<name>[^:]*))(?::[0-9]{1,5})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Request:
    tenant: Tenant
    method: str
    url: str
    """Without fragment, scheme and host in lower case, with a path: as whoever is asked puts it together again."""
    host: str
    fields: Pairs
    json: bytes
    token: str
    cookies: tuple[Cookie, ...]
    headers: Pairs = ()
    """By which it is signed, in place of the carrier's."""
    redirects: bool = True
    """Whether one is followed."""


def to(request: Request, url: str, own_url: str) -> Request:
    """The same request to this address. `own_url`: `server.public_url`. Errors: `RefusedHostError`."""
    if len(url) > MAX_URL_CHARS or not is_http(url):
        raise RefusedHostError("The address is no http or https address in visible ASCII without user info.")
    host = _host(url)
    address = literal(host)
    if address is not None:
        check(address, private=request.tenant.allow_private_urls)
    if _origin(url) == _origin(own_url) and _path(url).startswith(_path(own_url).rstrip("/") + _OWN_PATHS):
        raise RefusedHostError("The address is one of the gate's own; it would ask itself.")
    return replace(request, url=_normal(url), host=host)


def redirected(request: Request, status: int, location: str, own_url: str) -> Request | None:
    """The next request, or None where an answer is no redirect. 307 and 308 keep method and body, the others become a
    GET without fields.

    As a browser would; that the carrier does so is believed (docs/carrier-facts.md). Errors: `RefusedHostError`.
    """
    if status not in _MOVED or not location or not request.redirects:
        return None
    if status not in _KEEPING or request.method == "GET":
        request = replace(request, method="GET", json=b"", fields=())
    try:
        url = urldefrag(urljoin(request.url, location.strip()))[0]
    except ValueError:
        raise RefusedHostError("The server redirects to what is no address.") from None
    return to(request, url, own_url)


def written(request: Request) -> tuple[str, dict[str, str], bytes | None]:
    """Address, headers and body, signed as the carrier signs unless it has headers of its own."""
    url, signed = request.url, request.fields
    headers = {"User-Agent": "TwilioProxy/1.1 (dialgate)", "Accept": "*/*", "Accept-Encoding": "identity"}
    body: bytes | None = None
    if request.headers:
        return url, {**headers, "User-Agent": "dialgate", "Content-Type": _JSON, **dict(request.headers)}, request.json
    if request.method == "GET":
        url, signed = _with_query(url, request.fields), ()
    elif request.json:
        url, signed, body = _with_query(url, ((BODY_DIGEST, body_digest(request.json)),)), (), request.json
        headers["Content-Type"] = _JSON
    else:
        body = urlencode(request.fields).encode()
        headers["Content-Type"] = _FORM
    headers[SIGNATURE] = signature(url, signed, request.tenant.auth_tokens[0])
    if request.token:
        headers[IDEMPOTENCY] = request.token
    if cookie := jar.header(request.cookies, request.host):
        headers["Cookie"] = cookie
    return url, headers, body


def _with_query(url: str, fields: Pairs) -> str:
    if not fields:
        return url
    return f"{url}{'&' if '?' in url else '?'}{urlencode(fields)}"


def _normal(url: str) -> str:
    head, _, query = urldefrag(url)[0].partition("?")
    scheme, _, rest = head.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme.lower()}://{authority.lower()}{slash or '/'}{path}{'?' if query else ''}{query}"


def _host(url: str) -> str:
    """As written, in lower case, IPv6 without its brackets. Errors: `RefusedHostError`."""
    found = _AUTHORITY.fullmatch(urlsplit(url).netloc)
    if found is None:
        raise RefusedHostError("The host and port of the address cannot be read.")
    return (found["v6"] if found["v6"] is not None else found["name"]).lower()


def _origin(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return (parts.hostname or "").rstrip("."), parts.port or (443 if parts.scheme == "https" else 80)


def _path(url: str) -> str:
    """As a server may read it: unescaped, in lower case, doubled slashes as one, dots resolved."""
    plain = re.sub(r"/+", "/", unquote(unquote(urlsplit(url).path)).replace("\\", "/"))
    return urlsplit(urljoin("http://x/", plain)).path.lower()
