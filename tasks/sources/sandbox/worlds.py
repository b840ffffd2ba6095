"""The worlds that can be asked for."""

from tasks.sources.sandbox.world.summer import summer
from tasks.sources.sandbox.world.world import World

__all__ = ["World", "summer"]
