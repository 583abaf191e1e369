"""Signs in at ISSUER with Authlib: discovery, PKCE, the password form, the code, the ID token verified by the library,
userinfo. Prints what it got as JSON; any refusal ends it with a message and a status other than 0."""

import json
import os
import secrets

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet

from person import EMAIL, ISSUER, sign_in

CLIENT_ID, CLIENT_SECRET, REDIRECT_URI = (os.environ[name] for name in ("CLIENT_ID", "CLIENT_SECRET", "REDIRECT_URI"))
CLIENT_AUTH = os.environ.get("CLIENT_AUTH", "client_secret_basic")


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
    with requests.Session() as browser:
        _, back = sign_in(browser, start, stop_at=REDIRECT_URI)
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
