#!/usr/bin/env python3
"""Three nodes over one PostgreSQL, behind nginx: tests/support/postgres.sh tests/faults/nodes.py GENKAN BENCH

Sign-ins go on while each node is killed and started again in turn, and then PostgreSQL. Only what was under way on a cut
connection may fail; everything that was answered is still there afterwards, and so is every session. Whoever is disabled
is out at every node at once, whichever disabled them. Fails on anything else."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

from place import Browser, free_port

NODES = 3
# How long each stays away, and how long all are well in between. Enough for some hundred sign-ins; nothing depends on it.
AWAY, WELL = 1.0, 2.0
# What a cut connection looks like from outside: nginx lost its node, or the node its database.
CUT = re.compile(r"^(502|503|504) |connection (closed|reset|error)|Connection (refused|reset)|broken pipe", re.IGNORECASE)
POSTGRES = os.environ["GENKAN_TEST_POSTGRES"]


def sql(statement, url=POSTGRES):
    told = subprocess.run(["psql", "-qAt", url, "-c", statement], check=True, stdout=subprocess.PIPE, text=True)
    return told.stdout.strip()


class Server:
    """The PostgreSQL that runs: its folder, its programs, and the user that it runs as."""

    def __init__(self):
        self.data = pathlib.Path(sql("SHOW data_directory"))
        postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        self.programs = pathlib.Path(f"/proc/{postmaster}/exe").resolve().parent
        self.owner = [] if os.getuid() else ["runuser", "-u", self.data.owner(), "--"]

    def run(self, program, *words):
        subprocess.run([*self.owner, self.programs / program, *words], check=True, cwd="/")

    def control(self, data, *words):
        self.run("pg_ctl", f"--pgdata={data}", "--wait", "--silent", f"--log={data}.log", *words)

    def restart(self):
        self.control(self.data, "--mode=fast", "restart")


class Node:
    """One process: what `bench seed` made, listening elsewhere."""

    def __init__(self, genkan, seeded, folder, issuer_port, port=None):
        self.genkan, self.folder, self.port, self.ops = genkan, folder, port or free_port(), free_port()
        folder.mkdir()
        config = (seeded / "genkan.toml").read_text()
        here = f'listen = "127.0.0.1:{self.port}"\ntrusted_proxies = ["127.0.0.1"]'
        config = config.replace(f'listen = "127.0.0.1:{issuer_port}"', here)
        config = config.replace('listen = "127.0.0.1:0"', f'listen = "127.0.0.1:{self.ops}"')
        config += f'\n[keys]\nmaster_key_file = "{seeded}/genkan.key"\n'
        (folder / "genkan.toml").write_text(config)
        self.start()

    def start(self):
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen([self.genkan, "serve"], cwd=self.folder, stderr=log)
        while not self.is_ready():
            assert self.process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.05)

    def is_ready(self):
        try:
            return Browser().ask(f"http://127.0.0.1:{self.ops}/readyz")[0] == 200
        except OSError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def run(self, *words):
        told = subprocess.run([self.genkan, *words], cwd=self.folder, check=True, stdout=subprocess.PIPE, text=True)
        return told.stdout


def start_nginx(folder, port, nodes):
    servers = "".join(f"server 127.0.0.1:{node.port} max_fails=1 fail_timeout=1s;" for node in nodes)
    temporary = "".join(f"{what}_temp_path {folder};" for what in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    # A request that has been sent to a node is never sent to another: a code must not be used twice.
    site = f"""
        upstream genkan {{ {servers} keepalive 32; }}
        server {{
            listen 127.0.0.1:{port};
            location / {{
                proxy_pass http://genkan;
                proxy_http_version 1.1;
                proxy_set_header Connection "";
                proxy_set_header Host $http_host;
                proxy_set_header X-Forwarded-For $remote_addr;
                proxy_set_header X-Forwarded-Proto $scheme;
                proxy_next_upstream error;
            }}
        }}"""
    path = folder / "nginx.conf"
    path.write_text(f"pid {folder}/nginx.pid; error_log {folder}/error; events {{}} http {{ access_log off; {temporary}{site}}}")
    proxy = subprocess.Popen(["nginx", "-c", path, "-e", folder / "error", "-g", "daemon off;"])
    while not (folder / "nginx.pid").exists():
        assert proxy.poll() is None, (folder / "error").read_text()
        time.sleep(0.05)
    return proxy


def drive(bench, seeded, restarts):
    """Drives code flows and refreshes meanwhile; what they were answered goes to the two journals."""
    seconds = str(len(restarts) * (AWAY + WELL) + WELL)
    drivers = []
    for operation in ["code-flow", "refresh"]:
        command = [bench, "drive", "--target", seeded / "target.json", "--seconds", seconds, "--concurrency", "4"]
        command += ["--journal", seeded / operation, operation]
        drivers.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    for go, come_back in restarts:
        time.sleep(WELL)
        go()
        time.sleep(AWAY)
        come_back()
    for driver in drivers:
        told, _ = driver.communicate()
        assert driver.returncode == 0, told
        yield json.loads(told)


def nothing_else_failed(run):
    other = {error: times for error, times in run["all_errors"].items() if not CUT.search(error)}
    assert not other, f"what no cut connection explains: {other}"
    assert run["operations"] > 100, run


def nothing_is_lost(bench, nodes, seeded):
    export = seeded / "export"
    export.write_text(nodes[0].run("audit", "export", "--json"))
    for journal in ["code-flow", "refresh"]:
        subprocess.run([bench, "compare", seeded, "--journal", seeded / journal, "--export", export], check=True)


def out_at_once(nodes, seeded, issuer):
    target = json.loads((seeded / "target.json").read_text())
    person = target["people"][-1]
    host = issuer.removeprefix("http://")
    browser = Browser()
    status, _ = browser.submit(f"{issuer}/login", f"{issuer}/login/password", person)
    assert status == 303, status
    cookie = "; ".join(f"{one.name}={one.value}" for one in browser.jar)

    def statuses():
        headers = {"Host": host, "Cookie": cookie}.items()
        return {Browser().ask(f"http://127.0.0.1:{node.port}/settings/sessions", headers=headers)[0] for node in nodes}

    assert statuses() == {200}, "signed in at every node"
    nodes[1].run("user", "disable", person["email"])
    assert statuses() == {303}, "and at none, as soon as the command is back"


def main():
    genkan, bench = map(os.path.abspath, sys.argv[1:3])
    database = f"genkan_nodes_{os.getpid()}"
    sql(f"CREATE DATABASE {database}")
    port = free_port()
    issuer = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        seeded = folder / "seeded"
        seeded.mkdir()
        store = POSTGRES.replace("/postgres?", f"/{database}?")
        subprocess.run([bench, "seed", seeded, "--port", str(port), "--store", store], check=True)
        nodes, proxy = [], None
        try:
            for number in range(NODES):
                nodes.append(Node(genkan, seeded, folder / f"node{number}", port))
            proxy = start_nginx(folder, port, nodes)
            restarts = [(node.kill, node.start) for node in nodes] + [(Server().restart, lambda: None)]
            for run in drive(bench, seeded, restarts):
                nothing_else_failed(run)
                print(f"{run['operations']} answered, {run['errors']} cut off")
            nothing_is_lost(bench, nodes, seeded)
            out_at_once(nodes, seeded, issuer)
        finally:
            for process in [*(node.process for node in nodes), *filter(None, [proxy])]:
                process.send_signal(signal.SIGTERM)
                process.wait()
    print("three nodes, each killed in turn, and their database started again: nothing lost, nobody signed out")


if __name__ == "__main__":
    main()
