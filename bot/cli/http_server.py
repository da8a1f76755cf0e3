"""The HTTP server of `feisu run`: waitress, held against strangers."""

from typing import Any

import waitress
from waitress.parser import HTTPRequestParser

from bot.errors import ConfigError
from bot.web.console.guard import MAX_FORM_BYTES

THREADS = 16

# Whoever sends a byte a minute must not keep the others out: waitress reads a request whole
# before it costs a thread, so that idle connections need only be many and end soon.
MAX_CONNECTIONS = 500
IDLE_SECONDS = 20


def open_server(app: Any, host: str, port: int) -> Any:
    """Listen; `run()` of what comes back serves until SystemExit.

    Raises:
        ConfigError: another program has the port, or the host is not this machine.
    """
    # waitress 3.0.2 logs the path of whoever hangs up while being refused, but what is refused
    # half-read was given none: a traceback in the log, and a channel that stays open.
    HTTPRequestParser.path = ""
    try:
        return waitress.create_server(
            app,
            host=host,
            port=port,
            threads=THREADS,
            max_request_body_size=MAX_FORM_BYTES,
            connection_limit=MAX_CONNECTIONS,
            channel_timeout=IDLE_SECONDS,
            cleanup_interval=5,
            asyncore_use_poll=True,
            ident="feisu",
        )
    except OSError as error:
        raise ConfigError(f"端口 {port} 用不了（{error.strerror}），换一个：--port 8001") from None
    except ValueError:
        raise ConfigError(f"server.host：“{host}”不是这台机器的地址，一般填 127.0.0.1") from None
