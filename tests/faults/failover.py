#!/usr/bin/env python3
"""A PostgreSQL that is slow, and one that dies while its standby takes over:
tests/support/postgres.sh tests/faults/failover.py GENKAN BENCH

Sign-ins go on meanwhile. A slow database makes them slow, and fails none. With the server gone, whoever asks is told to come
back, and as soon as the standby has taken over all is well again, by itself: nothing that was answered is lost, since
the standby was a synchronous one. Fails on anything else."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

from nodes import POSTGRES, Node, Server, drive, nothing_else_failed, nothing_is_lost, sql
from place import free_port
from relay import Relay

# Held back at each answer of the database; a sign-in waits for some ten of them.
SLOW = 0.05


class Standby:
    """A copy of the server that runs already, which answers no commit before this has it on its disk too."""

    def __init__(self):
        self.primary, self.port = Server(), free_port()
        self.data = self.primary.data.parent / "standby"
        copy = [f"--pgdata={self.data}", "--write-recovery-conf", "--checkpoint=fast", f"--dbname={POSTGRES}"]
        self.primary.run("pg_basebackup", *copy)
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(f"port = {self.port}\n")
        self.primary.control(self.data, "start")
        sql("ALTER SYSTEM SET synchronous_standby_names = '*'")
        sql("SELECT pg_reload_conf()")
        while sql("SELECT sync_state FROM pg_stat_replication") != "sync":
            time.sleep(0.05)

    def take_over(self):
        self.primary.control(self.primary.data, "--mode=immediate", "stop")
        self.primary.control(self.data, "promote")

    def stop(self):
        self.primary.control(self.data, "--mode=immediate", "stop")


def main():
    genkan, bench = map(os.path.abspath, sys.argv[1:3])
    database, port = f"genkan_failover_{os.getpid()}", free_port()
    sql(f"CREATE DATABASE {database}")
    relay = Relay(int(sql("SHOW port")))
    store = f"postgres://genkan@127.0.0.1:{relay.port}/{database}?sslmode=disable"
    standby = node = None
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        seeded = folder / "seeded"
        seeded.mkdir()
        subprocess.run([bench, "seed", seeded, "--port", str(port), "--store", store], check=True)
        try:
            standby = Standby()
            node = Node(genkan, seeded, folder / "node", port, port)

            def slow():
                relay.delay = SLOW

            def quick():
                relay.delay = 0.0

            for run in drive(bench, seeded, [(slow, quick)]):
                assert not run["all_errors"], run["all_errors"]
                print(f"{run['operations']} answered by a database that was slow, none refused")
            nothing_is_lost(bench, [node], seeded)

            def fail_over():
                standby.take_over()
                relay.turn_to(standby.port)

            for run in drive(bench, seeded, [(fail_over, lambda: None)]):
                nothing_else_failed(run)
                print(f"{run['operations']} answered, {run['errors']} refused or cut off")
            nothing_is_lost(bench, [node], seeded)
        finally:
            if node:
                node.kill()
            if standby:
                standby.stop()
    print("a slow database refuses nobody, and a standby that takes over has lost nothing")


main()
