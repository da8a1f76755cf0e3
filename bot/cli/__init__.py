"""`feisu`: every task of staff and contractor that starts in a terminal."""

from bot.cli.main import main

__all__ = ["main"]
