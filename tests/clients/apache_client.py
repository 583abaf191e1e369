"""What somebody finds at BASE, where Apache with mod_auth_openidc stands before Orthanc: nothing without signing in, their images
with it, only what a claim of theirs opens, and nothing again after signing out."""

import os
import time

import requests

from person import ISSUER, sign_in

BASE = os.environ["BASE"]


def wait_for(address):
    """Both servers take a moment to listen."""
    for _ in range(300):
        try:
            return requests.get(address, allow_redirects=False)
        except requests.ConnectionError:
            time.sleep(0.1)
    raise SystemExit(f"nobody listens at {address}")


closed = wait_for(f"{BASE}/system")
assert closed.status_code == 302 and closed.headers["location"].startswith(f"{ISSUER}/oauth/authorize?"), closed.headers
assert "code_challenge_method=S256" in closed.headers["location"], closed.headers["location"]

with requests.Session() as browser:
    page, _ = sign_in(browser, f"{BASE}/system")
    assert page.url == f"{BASE}/system" and page.status_code == 200, (page.url, page.status_code, page.text)
    print("Orthanc", page.json()["Version"])

    allowed, denied = (browser.get(f"{BASE}/{path}", allow_redirects=False) for path in ("patients", "studies"))
    assert allowed.status_code == 200 and allowed.json() == [], (allowed.status_code, allowed.text)
    assert denied.status_code in (401, 403), (denied.status_code, denied.text)

    out = browser.get(f"{BASE}/redirect_uri?logout={BASE}/system")
    assert out.url.startswith(f"{ISSUER}/login"), (out.url, [step.headers.get("location") for step in out.history])
    assert any(step.url.startswith(f"{ISSUER}/oauth/logout") for step in out.history), out.history
