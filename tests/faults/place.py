"""A throw-away installation for a script that wants a whole process: `genkan init` in a folder, then `genkan serve`."""

import contextlib
import http.client
import http.cookiejar
import pathlib
import re
import socket
import ssl
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

CAST = "--clinic-name さくらクリニック --clinic-contact 受付 --admin-email a@sakura.example --admin-name 伊藤 --admin-kana イトウ"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def certificate(folder):
    """For `localhost`, signed by itself: key.pem and chain.pem."""
    openssl = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    files = ["-keyout", folder / "key.pem", "-out", folder / "chain.pem"]
    subprocess.run(["openssl", *openssl.split(), *files], check=True, stderr=subprocess.DEVNULL)


class Place:
    def __init__(self, genkan, folder, issuer, config):
        self.genkan, self.folder, self.issuer = genkan, folder, issuer
        self.ops = free_port()
        printed = self.run("init", "--issuer", issuer, *CAST.split())
        self.invitation = re.search(r"https?://\S+/invite/\S+", printed)[0]
        text = folder.joinpath("genkan.toml").read_text()
        text += f'{config}\n[operations]\nlisten = "127.0.0.1:{self.ops}"\n'
        folder.joinpath("genkan.toml").write_text(text)
        log = folder.joinpath("log").open("w")
        self.process = subprocess.Popen([genkan, "serve"], cwd=folder, stderr=log)
        while True:
            with contextlib.suppress(OSError):
                return self.wait_until_alive()
            assert self.process.poll() is None, folder.joinpath("log").read_text()

    def wait_until_alive(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.ops}/livez") as answer:
            assert answer.status == 200

    def run(self, *words):
        return subprocess.run([self.genkan, *words], cwd=self.folder, check=True, stdout=subprocess.PIPE, text=True).stdout

    def resident(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1000


@contextlib.contextmanager
def place(genkan, issuer, config):
    """Configuration goes on in `[server]`."""
    with tempfile.TemporaryDirectory() as folder:
        made = Place(genkan, pathlib.Path(folder), issuer, config)
        try:
            yield made
        finally:
            made.process.terminate()
            made.process.wait()


class Browser:
    """Cookies, and no redirects. `trust`: a file of certificates; `source`: which of our addresses it comes from, by https."""

    def __init__(self, trust=None, source="127.0.0.1"):
        context = ssl.create_default_context(cafile=trust)

        class FromSource(urllib.request.HTTPSHandler):
            def https_open(self, request):
                def connection(host, **more):
                    return http.client.HTTPSConnection(host, context=context, source_address=(source, 0), **more)

                return self.do_open(connection, request)

        class Stay(urllib.request.HTTPRedirectHandler):
            def redirect_request(self, *_):
                return None

        self.jar = http.cookiejar.CookieJar()
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        self.opener = urllib.request.build_opener(cookies, Stay(), FromSource())

    def ask(self, url, fields=None, headers=()):
        body = urllib.parse.urlencode(fields).encode() if fields else None
        request = urllib.request.Request(url, body, dict(headers))
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def submit(self, page, action, fields, headers=()):
        """A form, with the token that its page gives."""
        token = re.search(r'name="form_token" value="([^"]+)"', self.ask(page)[1])[1]
        return self.ask(action, {"form_token": token, **fields}, headers)
