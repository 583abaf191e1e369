"""Somebody with a browser that knows forms, redirects and cookies, and no script: signs in with EMAIL and PASSWORD."""

import os
from html.parser import HTMLParser
from urllib.parse import urljoin

ISSUER, EMAIL, PASSWORD = (os.environ[name] for name in ("ISSUER", "EMAIL", "PASSWORD"))

# What stands between an application and its person: signing in, and agreeing.
PAGES = [({"email", "password"}, {"email": EMAIL, "password": PASSWORD}), ({"question"}, {"answer": "allow"})]


class Forms(HTMLParser):
    """The forms of a page: method, action and inputs of each."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form":
            self.found.append((attributes.get("method", "get").lower(), attributes.get("action") or "", []))
        elif tag == "input" and self.found:
            self.found[-1][2].append(attributes)


def form_with(page, fields, values):
    """The first POST form with these fields, filled in: address and values."""
    for method, action, inputs in Forms(page.text).found:
        names = {field.get("name") for field in inputs}
        if method == "post" and fields <= names:
            hidden = {f["name"]: f.get("value") or "" for f in inputs if f.get("type") == "hidden" and "name" in f}
            return urljoin(page.url, action), hidden | values
    raise SystemExit(f"no form with {fields} at {page.url} ({page.status_code}):\n{page.text}")


def follow(browser, answer, stop_at):
    """Follows redirects until there is a page, or the address at which an application would take over."""
    while answer.next is not None:
        if stop_at and answer.next.url.startswith(stop_at):
            return answer, answer.next.url
        answer = browser.send(answer.next, allow_redirects=False)
    return answer, None


def sign_in(browser, start, stop_at=None):
    """From an application's address through our pages: the last page, and where `stop_at` was reached."""
    browser.headers["accept"] = "text/html"
    page, back = follow(browser, browser.get(start, allow_redirects=False), stop_at)
    for fields, typed in PAGES:
        if back is None and page.url.startswith(ISSUER):
            address, values = form_with(page, fields, typed)
            answer = browser.post(address, data=values, headers={"origin": ISSUER}, allow_redirects=False)
            page, back = follow(browser, answer, stop_at)
    if back is None and (stop_at or page.url.startswith(ISSUER)):
        raise SystemExit(f"stranded at {page.url} ({page.status_code}):\n{page.text}")
    return page, back
