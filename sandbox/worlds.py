"""The worlds that can be asked for: a package's front door, so that its rooms can move."""

from sandbox.world.computed import large_account, many_accounts
from sandbox.world.summer import summer
from sandbox.world.world import World

__all__ = ["World", "large_account", "many_accounts", "summer"]
