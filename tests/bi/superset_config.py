"""What the Superset of the tests is told: one file for its own data, no page that asks the network."""

import os
from pathlib import Path

SECRET_KEY = os.environ["SUPERSET_SECRET"]
SQLALCHEMY_DATABASE_URI = f"sqlite:///{Path(os.environ['SUPERSET_HOME']) / 'superset.db'}"
# On plain HTTP and loopback these two guard nothing and refuse the login.
WTF_CSRF_ENABLED = False
TALISMAN_ENABLED = False
# Superset's released pages carry a pixel of scarf.sh that no setting removes: let the browser refuse it.
OVERRIDE_HTTP_HEADERS = {"Content-Security-Policy": "img-src 'self' data: blob:"}
