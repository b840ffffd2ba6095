"""The scripts of the page, and the policy that lets these run and nothing else."""

import base64
import hashlib
from collections.abc import Sequence
from functools import cache

import vl_convert


@cache
def drawing_library() -> str:
    """Vega, Vega-Lite and their embedding as one script that offers `window.drawChart`; takes two seconds."""
    return str(vl_convert.javascript_bundle("window.drawChart = vegaEmbed;")).replace("</script", "<\\/script")


def content_policy(scripts: Sequence[str]) -> str:
    """A Content-Security-Policy under which these scripts run, styles apply, and no request leaves.

    Charts place their tooltip by a style attribute, hence `unsafe-inline` for styles alone.
    """
    digests = " ".join(f"'sha256-{_digest(script)}'" for script in scripts)
    return f"default-src 'none'; script-src {digests}; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
