"""The open connections of the server, so that one can be cut off as a failing network would."""

from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol


class Lines:
    """The open connections, so that one can be cut off as a failing network would."""

    def __init__(self) -> None:
        """Begin without connections."""
        self._open: dict[tuple[str, int], Any] = {}

    def protocol(self) -> type[H11Protocol]:
        """An HTTP protocol that notes its connections here."""
        lines = self._open

        class Noted(H11Protocol):
            def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvicorn's own signature
                lines[tuple(transport.get_extra_info("peername"))] = transport
                super().connection_made(transport)

            def connection_lost(self, exc: Exception | None) -> None:
                lines.pop(tuple(self.transport.get_extra_info("peername")), None)
                super().connection_lost(exc)

        return Noted

    def hangup(self, client: tuple[str, int]) -> None:
        """Cut a client off at once."""
        if client in self._open:
            self._open[client].abort()
