"""The free exports that X gives to the owner of an account, as the sandbox's world would have them."""

from tests.sandbox.exports.files import account_analytics_name, analytics_csv, content_csv, content_name

__all__ = ["account_analytics_name", "analytics_csv", "content_csv", "content_name"]
