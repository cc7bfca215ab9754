import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, it } from 'vitest';
import { createFlowSession } from '../../src/auth/flow-session.ts';
import { createLiveKeySet, type KeySet } from '../../src/core/key-set.ts';
import { systemClock as clock, systemRandom as random } from '../../src/core/ports.ts';
import { openStore } from '../../src/store/open.ts';

const [first, second] = [random.bytes(32), random.bytes(32)];
const BEFORE: KeySet = { currentId: 'k1', keys: new Map([['k1', first]]) };
const AFTER: KeySet = {
  currentId: 'k2',
  keys: new Map([
    ['k1', first],
    ['k2', second],
  ]),
};

/** A process that answers with the id of the flow which it takes a request for. */
async function serve(keys: KeySet) {
  const flows = await openStore({ address: { kind: 'sqlite', path: ':memory:' }, clock, random });
  const deps = { flows, keys, clock, random, isSecure: false, cookieName: 'sallyport' };
  const app = express().use(createFlowSession(deps));
  app.get('/', (req, res) => void res.send(req.sessionID));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    async ask(cookie = '') {
      const answer = await fetch(url, { headers: { cookie } });
      const set = answer.headers.get('set-cookie')?.split(';')[0];
      return { id: await answer.text(), cookie: set ?? cookie };
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await flows.close();
    },
  };
}

it('knows a flow that a process with the next key has begun', async () => {
  const live = createLiveKeySet(BEFORE);
  await using here = await serve(live);
  await using there = await serve(AFTER);
  live.replace(AFTER);
  const begun = await there.ask();
  expect((await here.ask(begun.cookie)).id).toBe(begun.id);
});

it('no longer knows a flow whose key is retired', async () => {
  const live = createLiveKeySet(BEFORE);
  await using here = await serve(live);
  const begun = await here.ask();
  expect((await here.ask(begun.cookie)).id).toBe(begun.id);
  live.replace({ currentId: 'k2', keys: new Map([['k2', second]]) });
  expect((await here.ask(begun.cookie)).id).not.toBe(begun.id);
});
