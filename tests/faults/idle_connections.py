#!/usr/bin/env python3
"""10,000 idle connections, or as many as are named, keep nobody out: tests/faults/idle_connections.py target/debug/genkan

First with room for all of them, held at the same time: a person enters by an invitation all the same, and the memory
stays bounded. Then with the limits as they are by default: the oldest are closed, and a person enters too."""

import os
import resource
import socket
import sys

from place import Browser, free_port, place

COUNT = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
# What the listener lets a connection buffer at most (src/web/listener/connection.rs): more than that each is a leak.
MOST_KB_EACH = 64


def connect(port):
    connection = socket.socket()
    connection.connect(("127.0.0.1", port))
    return connection


def is_open(connection):
    connection.setblocking(False)
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def enters(here):
    """By the invitation, which opens a session."""
    status, _ = Browser().submit(here.invitation, here.invitation, {})
    assert status == 303, f"the invitation was answered {status}"


def try_with(genkan, what, limits, expected):
    port = free_port()
    config = f'listen = "127.0.0.1:{port}"\n{limits}'
    with place(genkan, f"http://localhost:{port}", config) as here:
        before = here.resident()
        idle = [connect(port) for _ in range(COUNT)]
        half_a_request = b"GET /login HTTP/1.1\r\nHost: local"
        for connection in idle[::2]:
            try:
                connection.send(half_a_request)
            except OSError:
                pass
        enters(here)
        held, after = sum(map(is_open, idle)), here.resident()
        each = (after - before) * 1024 / COUNT
        print(f"{what}: {held} of {COUNT} held, {before:.0f} MB before and {after:.0f} MB with them, {each:.0f} KB each")
        assert expected(held), held
        assert each < MOST_KB_EACH, each
        for connection in idle:
            connection.close()


def main():
    genkan = os.path.abspath(sys.argv[1])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most >= COUNT + 1000, f"{COUNT} connections want as many file descriptors: ulimit -n is {most} at most"
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    enough = COUNT + 1000
    room = f"[limits]\nconnections = {enough}\nconnections_per_address = {enough}\nhead = \"5 min\"\n"
    try_with(genkan, "room for all", room, lambda held: held == COUNT)
    try_with(genkan, "default limits", "", lambda held: held <= 1024)


main()
