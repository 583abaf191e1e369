"""What stands between a node and its database: it passes everything on, late if it is told to, and can turn to another server."""

import asyncio
import contextlib
import threading


class Relay:
    """On loopback, in a thread of its own. `delay`: seconds for which each answer of the server is held back."""

    def __init__(self, port):
        self.target, self.delay, self.writers = port, 0.0, set()
        self.loop, ready = asyncio.new_event_loop(), threading.Event()

        async def listen():
            server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
            self.port = server.sockets[0].getsockname()[1]
            ready.set()

        def run():
            self.loop.create_task(listen())
            self.loop.run_forever()

        threading.Thread(target=run, daemon=True).start()
        ready.wait()

    def turn_to(self, port):
        """Whoever is connected is cut off."""
        self.target = port
        self.loop.call_soon_threadsafe(lambda: [writer.transport.abort() for writer in self.writers])

    async def _visit(self, reader, writer):
        self.writers.add(writer)
        with contextlib.suppress(OSError):
            server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
            self.writers.add(server_writer)
            await asyncio.gather(self._pass(reader, server_writer), self._pass(server_reader, writer, late=True))
            self.writers.discard(server_writer)
        writer.close()
        self.writers.discard(writer)

    async def _pass(self, source, sink, late=False):
        with contextlib.suppress(OSError):
            while some := await source.read(65536):
                if late and self.delay:
                    await asyncio.sleep(self.delay)
                sink.write(some)
                await sink.drain()
        sink.close()
