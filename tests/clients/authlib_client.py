"""Signs in at ISSUER with Authlib: discovery, PKCE, the password form, the code, the ID token verified by the library,
userinfo. Prints what it got as JSON; any refusal ends it with a message and a status other than 0."""

import json
import os
import secrets
from html.parser import HTMLParser
from urllib.parse import urljoin

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet

ISSUER, CLIENT_ID, CLIENT_SECRET = (os.environ[name] for name in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET"))
EMAIL, PASSWORD, REDIRECT_URI = (os.environ[name] for name in ("EMAIL", "PASSWORD", "REDIRECT_URI"))
CLIENT_AUTH = os.environ.get("CLIENT_AUTH", "client_secret_basic")


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


def follow(browser, answer):
    """Follows redirects until there is a page, or the application's own address, where nobody needs to answer."""
    while answer.next is not None:
        if answer.next.url.startswith(REDIRECT_URI):
            return answer, answer.next.url
        answer = browser.send(answer.next, allow_redirects=False)
    return answer, None


def sign_in(start):
    with requests.Session() as browser:
        browser.headers["accept"] = "text/html"
        page, back = follow(browser, browser.get(start, allow_redirects=False))
        for fields, typed in PAGES:
            if back is None:
                address, values = form_with(page, fields, typed)
                answer = browser.post(address, data=values, headers={"origin": ISSUER}, allow_redirects=False)
                page, back = follow(browser, answer)
        if back is None:
            raise SystemExit(f"stranded at {page.url} ({page.status_code}):\n{page.text}")
        return back


def get(address, session=requests):
    answer = session.get(address)
    answer.raise_for_status()
    return answer.json()


def main():
    metadata = get(f"{ISSUER}/.well-known/openid-configuration")
    assert metadata["issuer"] == ISSUER, metadata["issuer"]
    client = OAuth2Session(
        CLIENT_ID,
        CLIENT_SECRET,
        scope="openid profile email",
        redirect_uri=REDIRECT_URI,
        token_endpoint_auth_method=CLIENT_AUTH,
        code_challenge_method="S256",
    )
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
    start, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    back = sign_in(start)
    token = client.fetch_token(
        metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier
    )

    keys = KeySet.import_key_set(get(metadata["jwks_uri"]))
    decoded = jwt.decode(token["id_token"], keys, algorithms=["RS256", "ES256"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={"iss": {"essential": True, "value": ISSUER}, "aud": {"essential": True, "value": CLIENT_ID}},
        params={"nonce": nonce, "client_id": CLIENT_ID, "access_token": token["access_token"]},
    )
    claims.validate()

    userinfo = UserInfo(get(metadata["userinfo_endpoint"], client))
    assert userinfo["sub"] == claims["sub"], userinfo
    assert userinfo["email"] == EMAIL, userinfo
    print(json.dumps({"id_token": dict(claims), "userinfo": dict(userinfo)}, indent=2, ensure_ascii=False))


main()
