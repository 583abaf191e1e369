#!/usr/bin/env -S node --experimental-websocket
// What a page costs on a bad day's network (150 ms there and back, 1.6 Mbit/s) until it can be used: its scripts have run.
//
//     tests/bench/page.mjs http://localhost:8080/login
//
// The browser is `chromium`, or what CHROMIUM names. Five visits, each by a browser that was never there.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LATENCY = 150; // ms
const THROUGHPUT = 1_600_000 / 8; // bytes a second
const VISITS = 5;

const [address] = process.argv.slice(2);
if (!address) {
  console.error("Name a page: tests/bench/page.mjs http://localhost:8080/login");
  process.exit(2);
}

const profile = await mkdtemp(join(tmpdir(), "genkan-page-"));
const browser = spawn(process.env.CHROMIUM ?? "chromium", [
  "--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", `--user-data-dir=${profile}`,
]);

const endpoint = await new Promise((found) => {
  browser.stderr.on("data", (said) => {
    const line = /DevTools listening on (\S+)/.exec(said);
    if (line) found(line[1]);
  });
});
const socket = new WebSocket(endpoint);
await new Promise((open) => socket.addEventListener("open", open));

const answers = new Map();
const listeners = new Set();
socket.addEventListener("message", ({ data }) => {
  const message = JSON.parse(data);
  if (message.id) answers.get(message.id)(message.result);
  else for (const listener of listeners) listener(message);
});

let asked = 0;
const ask = (method, params = {}, sessionId) =>
  new Promise((answer) => {
    asked += 1;
    answers.set(asked, answer);
    socket.send(JSON.stringify({ id: asked, method, params, sessionId }));
  });

async function visit() {
  const { browserContextId } = await ask("Target.createBrowserContext");
  const { targetId } = await ask("Target.createTarget", { url: "about:blank", browserContextId });
  const { sessionId } = await ask("Target.attachToTarget", { targetId, flatten: true });
  const network = { offline: false, latency: LATENCY, downloadThroughput: THROUGHPUT, uploadThroughput: THROUGHPUT };
  await ask("Network.enable", {}, sessionId);
  await ask("Network.emulateNetworkConditions", network, sessionId);
  await ask("Page.enable", {}, sessionId);

  const cost = { requests: 0, bytes: 0 };
  const usable = new Promise((done) => {
    listeners.add((message) => {
      if (message.sessionId !== sessionId) return;
      if (message.method === "Network.loadingFinished") {
        cost.requests += 1;
        cost.bytes += message.params.encodedDataLength;
      }
      if (message.method === "Page.domContentEventFired") done();
    });
  });
  const began = performance.now();
  await ask("Page.navigate", { url: address }, sessionId);
  await usable;
  const visited = { ...cost, ms: performance.now() - began };
  listeners.clear();
  await ask("Target.disposeBrowserContext", { browserContextId });
  return visited;
}

const visits = [];
for (let n = 0; n < VISITS; n += 1) visits.push(await visit());
const median = (of) => visits.map((visited) => visited[of]).sort((a, b) => a - b)[Math.floor(VISITS / 2)];
console.log(`${median("requests")} requests, ${(median("bytes") / 1024).toFixed(1)} KB, usable after ${median("ms").toFixed(0)} ms`);

browser.kill();
await new Promise((gone) => browser.on("exit", gone));
await rm(profile, { recursive: true, force: true });
