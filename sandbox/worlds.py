"""The worlds that can be asked for: a package's front door, so that its rooms can move."""

from sandbox.world.computed import large_account, many_accounts
from sandbox.world.summer import summer
from sandbox.world.world import World

__all__ = ["INVENTED", "World", "large_account", "many_accounts", "summer"]

INVENTED = "A demonstration: every account, follower and post here is invented, and so is the money; X was never asked."
"""What is said before everything that is told of these worlds."""
