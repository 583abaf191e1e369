#!/usr/bin/env python3
"""Certificates renewed under a server that runs: tests/faults/certificate.py target/debug/genkan

A good one is served within seconds by itself, and at once after a SIGHUP, which ends nothing; what replaces it badly leaves
it where it is, and /readyz says so; what was connected stays connected all the while."""

import os
import pathlib
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import time
import urllib.request

from place import certificate, free_port, place


def connect(port):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(socket.create_connection(("127.0.0.1", port)))


def served(port):
    with connect(port) as connection:
        return ssl.DER_cert_to_PEM_cert(connection.getpeercert(binary_form=True))


def wait_for(so):
    while not so():
        time.sleep(0.05)


def ask(connection, port):
    connection.sendall(f"HEAD /oauth/jwks HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    answer = connection.recv(4096)
    assert answer.startswith(b"HTTP/1.1 200"), answer


def ready(here):
    with urllib.request.urlopen(f"http://127.0.0.1:{here.ops}/readyz") as answer:
        return answer.read().decode()


def main():
    genkan, port = os.path.abspath(sys.argv[1]), free_port()
    with tempfile.TemporaryDirectory() as folder:
        tls, new = pathlib.Path(folder) / "tls", pathlib.Path(folder) / "new"
        for made in [tls, new]:
            made.mkdir()
            certificate(made)
        files = f'[server.tls]\ncertificate = "{tls}/chain.pem"\nkey = "{tls}/key.pem"\n'
        with place(genkan, f"https://localhost:{port}", f'listen = "127.0.0.1:{port}"\n{files}') as here:
            first, second = [(made / "chain.pem").read_text() for made in [tls, new]]
            kept = connect(port)
            ask(kept, port)
            assert served(port) == first
            for name in ["key.pem", "chain.pem"]:
                shutil.copy(new / name, tls / name)
            wait_for(lambda: served(port) == second)
            (tls / "chain.pem").write_text("broken")
            wait_for(lambda: "chain.pem" in ready(here))
            assert served(port) == second
            certificate(tls)
            here.process.send_signal(signal.SIGHUP)
            third = (tls / "chain.pem").read_text()
            wait_for(lambda: served(port) == third)
            assert "chain.pem" not in ready(here)
            ask(kept, port)
            assert here.process.poll() is None
    print("certificates are renewed under the server, and broken ones refused")


main()
