"""What uvicorn must be told, so that what it does itself keeps the same promises."""

from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from service.middleware.bounds import HEAD_BYTES
from service.middleware.security import completed
from service.settings import Settings

REFUSED = b"The request is no HTTP, or its head is too long.\n"


class Protocol(H11Protocol):
    """Bounds the head of a request, which httptools does not; its own refusals are guarded too."""

    def send_400_response(self, msg: str) -> None:
        del msg
        own = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", str(len(REFUSED)).encode()),
            (b"connection", b"close"),
        ]
        headers = completed(own, tls=self.scheme == "https")
        for event in (
            h11.Response(status_code=400, headers=headers, reason=b"Bad Request"),
            h11.Data(data=REFUSED),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()


def server_options(settings: Settings) -> dict[str, Any]:
    """Arguments for ``uvicorn.Config``; forwarded addresses count from trusted proxies only."""
    return {
        "http": Protocol,
        "ws": "none",
        "h11_max_incomplete_event_size": HEAD_BYTES,
        "proxy_headers": bool(settings.trusted_proxies),
        "forwarded_allow_ips": [str(network) for network in settings.trusted_proxies],
        "server_header": False,
        "log_config": None,
        "log_level": "warning",
        "access_log": False,
    }
