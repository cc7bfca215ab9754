/** Prints the figures that docs/adr quotes: `node scripts/measure-decisions.js`. @module */

import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import express from 'express';
import { createProxyServer } from 'http-proxy';
import { defaults, seal, unseal } from 'iron-webcrypto';
import { LRUCache } from 'lru-cache';
import { Pool } from 'undici';

const REQUESTS = 16_000;
const ROUNDS = 3;

const roles = {
  measure,
  upstream,
  express: expressApp,
  undici: undiciProxy,
  'http-proxy': httpProxy,
};
await (roles[process.argv[2]] ?? measure)(process.argv[3]);

async function measure() {
  const [unsealUs, lookupUs] = await sealCosts();
  print('open a seal', unsealUs);
  print('find an opened seal in the cache', lookupUs);
  const origin = await start('upstream');
  for (const [role, what] of [
    ['upstream', 'answer a GET with node:http'],
    ['express', 'answer a GET with express'],
    ['undici', 'forward a GET with undici'],
    ['http-proxy', 'forward a GET with http-proxy'],
  ]) {
    const server = await start(role, origin.url);
    print(what, await cheapest(() => cpuPerRequest(server)));
    server.child.kill();
  }
  origin.child.kill();
}

function print(what, us) {
  console.log(`${us.toFixed(2).padStart(7)} us CPU  ${what}`);
}

/** The best of a few rounds: on a busy machine noise only ever adds. */
async function cheapest(round) {
  const all = [];
  for (let n = 0; n <= ROUNDS; n += 1) all.push(await round());
  return Math.min(...all.slice(1));
}

async function sealCosts() {
  const key = () => new Uint8Array(randomBytes(32));
  const password = { id: 'k1', encryption: key(), integrity: key() };
  const options = { ...defaults, ttl: 3_600_000 };
  const payload = {
    sid: 's'.repeat(22),
    sub: 'p'.repeat(22),
    groups: ['lab'],
    amr: ['pwd', 'otp'],
  };
  const text = await seal(payload, password, options);
  const cache = new LRUCache({ max: 10_000 });
  cache.set(text, payload);
  const keys = { k1: password };
  return [
    await cheapest(() => cpuOf(2_000, () => unseal(text, keys, options))),
    await cheapest(() => cpuOf(200_000, () => cache.get(text))),
  ];
}

async function cpuOf(times, act) {
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) {
    const result = act();
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

async function cpuPerRequest(proxy) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const before = await proxy.cpu();
  await Promise.all(Array.from({ length: 16 }, () => getMany(proxy.url, agent, REQUESTS / 16)));
  const after = await proxy.cpu();
  agent.destroy();
  return (after - before) / REQUESTS;
}

async function getMany(url, agent, times) {
  for (let n = 0; n < times; n += 1) {
    const [res] = await once(request(url, { agent }).end(), 'response');
    await once(res.resume(), 'end');
  }
}

async function start(role, argument = '') {
  const child = fork(import.meta.filename, [role, argument]);
  const [{ port }] = await once(child, 'message');
  const cpu = async () => {
    child.send('cpu');
    const [{ us }] = await once(child, 'message');
    return us;
  };
  return { child, url: `http://127.0.0.1:${port}/`, cpu };
}

function serve(handler) {
  const server = createServer(handler).listen(0, '127.0.0.1', () =>
    process.send({ port: server.address().port }),
  );
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send({ us: user + system });
  });
}

function upstream() {
  serve((_req, res) => res.end('a small page'));
}

function expressApp() {
  const app = express();
  app.use((_req, res) => res.end('a small page'));
  serve(app);
}

function httpProxy(target) {
  const agent = new Agent({ keepAlive: true });
  const proxy = createProxyServer({ agent });
  serve((req, res) => proxy.web(req, res, { target }));
}

function undiciProxy(target) {
  const pool = new Pool(new URL(target).origin);
  serve((req, res) => {
    const headers = req.rawHeaders.filter((_, n, all) => !/^connection$/i.test(all[n - (n % 2)]));
    pool.dispatch(
      { method: 'GET', path: req.url, headers },
      {
        onRequestStart() {},
        onResponseStart: (_c, status, head) => res.writeHead(status, head),
        onResponseData: (_c, chunk) => void res.write(chunk),
        onResponseEnd: () => res.end(),
        onResponseError: () => res.destroy(),
      },
    );
  });
}
