// Measures the program in CLIENTELE_BIN on a database of its own: sizes, how soon it starts, how fast pages come.

import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { administrators, prepare, program } from "../end2end/support/server.js";

const CLIENTS = Number(process.env.BENCH_CLIENTS ?? 100_000);
const REQUESTS = 200;
const AT_ONCE = 8;

function line(name, value) {
  console.log(`${name.padEnd(52)} ${value}`);
}

async function seconds(work) {
  const began = performance.now();
  const result = await work();
  return [(performance.now() - began) / 1000, result];
}

function printSizes() {
  const kilobytes = (path) => `${(statSync(path).size / 1000).toFixed(1)} kB`;
  line("program, with everything inside", kilobytes(program));
  for (const name of readdirSync("target/site/pkg").filter((name) => name.endsWith(".br"))) {
    line(`what the browser loads once: ${name}`, kilobytes(join("target/site/pkg", name)));
  }
}

/// The session cookie of an administrator.
async function signIn(url) {
  const { login, password } = administrators.owner;
  const response = await fetch(`${url}/login`, {
    method: "POST",
    headers: { origin: url },
    body: new URLSearchParams({ login, password }),
    redirect: "manual",
  });
  const cookies = response.headers.getSetCookie();
  if (cookies.length === 0) throw new Error(`Signing in answered ${response.status} without a session.`);
  return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
}

/// The address of the first client in the table.
async function firstClient(url, headers) {
  const table = await (await fetch(`${url}/clients`, { headers })).text();
  return table.match(/\/clients\/\d+/)[0];
}

/// Milliseconds until the last byte, in rising order.
async function times(address, headers, requests) {
  const found = [];
  for (let i = 0; i < requests; i++) {
    const [took] = await seconds(async () => {
      const response = await fetch(address, { headers });
      await response.arrayBuffer();
      if (!response.ok) throw new Error(`${address} answered ${response.status}`);
    });
    found.push(took * 1000);
  }
  return found.sort((a, b) => a - b);
}

async function printPage(url, headers, path, requests = REQUESTS) {
  await times(url + path, headers, 3); // The first ones fill caches.
  const all = await times(url + path, headers, requests);
  const at = (share) => all[Math.min(all.length - 1, Math.floor(all.length * share))].toFixed(1).padStart(8);
  line(path, `median ${at(0.5)} ms   95 % ${at(0.95)} ms`);
}

printSizes();
const clientele = await prepare();
try {
  const [filled] = await seconds(() => clientele.run(["demo", "--clients", String(CLIENTS), "--seed", "1"]));
  line(`demo data of ${CLIENTS} clients`, `${filled.toFixed(1)} s`);
  const { login, password, role } = administrators.owner;
  await clientele.run(["admin", "create", "--login", login, "--role", role], `${password}\n`);
  const [started] = await seconds(() => clientele.serve());
  line("start until ready", `${started.toFixed(2)} s`);

  const headers = { cookie: await signIn(clientele.url) };
  const page = (path, requests) => printPage(clientele.url, headers, path, requests);
  await page("/clients");
  await page("/clients?sort=company");
  await page("/clients?sort=balance&dir=desc&per_page=100");
  await page("/clients?q=an");
  await page(`/clients?page=${Math.floor(CLIENTS / 10)}`);
  await page(`${await firstClient(clientele.url, headers)}/general`);
  await page("/clients/export.csv", 5);
  await page("/clients/export.xlsx", 5);

  const each = REQUESTS / 2;
  const [took] = await seconds(() =>
    Promise.all(Array.from({ length: AT_ONCE }, () => times(`${clientele.url}/clients`, headers, each))),
  );
  line(`/clients, ${AT_ONCE} at once`, `${((AT_ONCE * each) / took).toFixed(0)} pages/s`);
} finally {
  await clientele.stop();
}
