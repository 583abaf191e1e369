#!/usr/bin/env python3
"""deploy/nginx.conf as it stands, with a real nginx before Genkan: tests/faults/nginx.py target/debug/genkan

Only names, ports and files are put in. A sign-in that fails has to leave the client's address in the audit trail: not the
proxy's, and not what the client said of itself; and plain HTTP leads to the issuer."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

from place import Browser, certificate, free_port, place

SAMPLE = pathlib.Path(__file__).parent.parent.parent / "deploy/nginx.conf"


def write_config(folder, https, http, upstream):
    site = SAMPLE.read_text()
    for old, new in [
        ("listen 443 ssl", f"listen 127.0.0.1:{https} ssl"),
        ("listen 80", f"listen 127.0.0.1:{http}"),
        ("login.clinic.example", "localhost"),
        ("https://$host$request_uri", f"https://$host:{https}$request_uri"),
        ("/etc/ssl/genkan", str(folder)),
        ("127.0.0.1:8080", f"127.0.0.1:{upstream}"),
    ]:
        assert old in site, f"{old} stands no more in {SAMPLE}"
        site = site.replace(old, new)
    temporary = "".join(f"{what}_temp_path {folder};" for what in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    whole = f"pid {folder}/pid; error_log {folder}/error; events {{}} http {{ access_log off; {temporary}\n{site}}}\n"
    path = folder / "nginx.conf"
    path.write_text(whole)
    return path


def failed_sign_in(url, trust, source):
    lies = {"X-Forwarded-For": "203.0.113.7", "Forwarded": "for=203.0.113.7", "X-Real-IP": "203.0.113.7"}
    fields = {"email": "a@sakura.example", "password": "wrong"}
    status, page = Browser(trust, source).submit(f"{url}/login", f"{url}/login/password", fields, lies.items())
    assert (status, "<html" in page) == (401, True), status


def main():
    genkan = os.path.abspath(sys.argv[1])
    https, http, upstream = free_port(), free_port(), free_port()
    issuer = f"https://localhost:{https}"
    config = f'listen = "127.0.0.1:{upstream}"\ntrusted_proxies = ["127.0.0.1"]\n'
    with tempfile.TemporaryDirectory() as folder, place(genkan, issuer, config) as here:
        folder = pathlib.Path(folder)
        certificate(folder)
        nginx = [shutil.which("nginx") or "/usr/sbin/nginx", "-c", write_config(folder, https, http, upstream), "-e", folder / "error"]
        subprocess.run([*nginx, "-t", "-q"], check=True)
        proxy = subprocess.Popen([*nginx, "-g", "daemon off;"])
        try:
            # The trial of the configuration left an empty one.
            while not (folder / "pid").read_text():
                assert proxy.poll() is None, (folder / "error").read_text()
                time.sleep(0.05)
            for source in ["127.0.0.5", "127.0.0.6"]:
                failed_sign_in(issuer, folder / "chain.pem", source)
            status, _ = Browser().ask(f"http://localhost:{http}/login")
            assert status == 308, status
        finally:
            proxy.terminate()
            proxy.wait()
        events = map(json.loads, here.run("audit", "export", "--json").splitlines())
        failed = [event["ip"] for event in events if event["event"] == "auth.password"]
        assert failed == ["127.0.0.5", "127.0.0.6"], failed
    print("behind nginx the trail has the clients' own addresses")


main()
