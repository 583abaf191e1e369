#!/usr/bin/env python3
"""How big, how quick and how hungry a binary is: tests/bench/start.py target/dist/genkan

Makes a store with `genkan init` in a throw-away folder, then starts `genkan serve` on it again and again: milliseconds
from exec to the first answered discovery request, and the memory that it holds after ten of them."""

import http.client
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

STARTS = 20
DISCOVERY = "/.well-known/openid-configuration"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def init(genkan, folder, port):
    words = "--clinic-name さくらクリニック --clinic-contact 受付 --admin-email a@sakura.example --admin-name 伊藤 --admin-kana イトウ"
    issuer = f"http://localhost:{port}"
    subprocess.run([genkan, "init", "--issuer", issuer, *words.split()], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    config = folder / "genkan.toml"
    listen = f'listen = "127.0.0.1:{port}"\n[operations]\nlisten = "127.0.0.1:0"\n'
    config.write_text(config.read_text() + listen)


def connected(port):
    """Tries until somebody listens."""
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        try:
            connection.connect()
            return connection
        except ConnectionRefusedError:
            time.sleep(0.0002)


def ask(connection, port):
    connection.request("GET", DISCOVERY, headers={"host": f"localhost:{port}"})
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    answer.read()


def resident(process):
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))


def start(genkan, folder, port):
    """Milliseconds to the first answer, and kB held after ten."""
    begun = time.perf_counter()
    process = subprocess.Popen([genkan, "serve"], cwd=folder, stderr=subprocess.DEVNULL)
    try:
        connection = connected(port)
        ask(connection, port)
        took = (time.perf_counter() - begun) * 1000
        for _ in range(10):
            ask(connection, port)
        held = resident(process)
        connection.close()
        return took, held
    finally:
        process.terminate()
        process.wait()


def main():
    genkan = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        folder, port = pathlib.Path(folder), free_port()
        init(genkan, folder, port)
        start(genkan, folder, port)  # makes what a first start makes
        took, held = zip(*(start(genkan, folder, port) for _ in range(STARTS)))
    print(f"binary              {os.path.getsize(genkan) / 1e6:.1f} MB")
    print(f"first answer after  {statistics.median(took):.0f} ms (median of {STARTS}; worst {max(took):.0f} ms)")
    print(f"resident memory     {max(held) / 1e3:.1f} MB")


main()
