import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { openTestDoor } from '../e2e/test-door.ts';
import { json, NO_PERMISSION, OK, openRealmsDoor } from './realms-door.ts';

describe('the policy of a realm', () => {
  it('spends a code where it counts once, for the subject alone', async () => {
    await using door = await openRealmsDoor({ realms: ', reuse: { once: [blue] }' });
    await door.add('bob', 'red');
    expect(await door.post('/verify/', door.question())).toEqual(OK);
    expect(await door.post('/verify/', door.question())).toEqual(NO_PERMISSION);
    for (let n = 0; n < 2; n += 1) {
      const over = { verifyname: 'bob', verifyrealm: 'red' };
      expect(await door.post('/verify/', door.question(over))).toEqual(OK);
    }
  });

  it('takes the reserved realms, the path, the window and the lengths from the settings', async () => {
    await using door = await openRealmsDoor({
      realms: ', admin_realm: boss, auth_realm: ask, prefix: /otp/v1, window: 1, max_length: 14',
    });
    await door.add('web', 'ask');
    const send = async (over: Record<string, unknown>) => {
      const body = door.question({ realm: 'ask', ...over });
      const res = await fetch(`${door.door.origin}/otp/v1/verify`, json('POST', body));
      return { status: res.status, text: await res.text() };
    };
    expect(await send({})).toEqual(OK);
    expect(await send({ verifytoken: door.code(1) })).toEqual(OK);
    expect(await send({ verifytoken: door.code(2) })).toEqual(NO_PERMISSION);
    expect(await send({ realm: 'ungleich-auth' })).toEqual(NO_PERMISSION);
    expect(await send({ verifyname: 'a'.repeat(15) })).toEqual({
      status: 400,
      text: '{"verifyname":["Ensure this field has no more than 14 characters."]}',
    });
    expect((await door.send('/verify/', json('POST', {}))).status).toBe(401);
  });

  it.each(['/ungleichotpx/verify', '/Ungleichotp/verify', '/x/ungleichotp/verify', '/'])(
    'is at its exact path alone: %s is the upstream’s',
    async (path) => {
      await using door = await openRealmsDoor();
      const res = await fetch(door.door.origin + path, json('POST', door.question()));
      expect(res.status).toBe(401);
    },
  );

  it('is not there unless it is enabled', async () => {
    await using door = await openTestDoor({ yaml: 'upstream: http://127.0.0.1:9' });
    const res = await fetch(`${door.origin}/ungleichotp/verify/`, json('POST', {}));
    expect(res.status).toBe(401);
  });
});

describe('wrong codes', () => {
  const throttle = `
auth:
  throttle:
    source: { free: 2, per_day: 300 }
    account: { free: 2, per_day: 60 }
    device: { free: 2, per_day: 40 }`;

  it('of a caller lead to 429 as JSON with Retry-After, whatever the code', async () => {
    await using door = await openRealmsDoor({ more: throttle });
    const wrong = { token: '000000' };
    for (let n = 0; n < 3; n += 1) await door.post('/verify/', door.question(wrong));
    const answer = await door.send('/verify/', json('POST', door.question()));
    expect(answer).toMatchObject({
      status: 429,
      text: '{"detail":"Request was throttled. Expected available in 1 second."}',
    });
    expect(answer.headers.get('retry-after')).toBe('1');
    door.clock.ms += 1_000;
    expect(await door.post('/verify/', door.question())).toEqual(OK);
  });

  it('about subjects lead to 429 for the service that asks', async () => {
    await using door = await openRealmsDoor({ more: throttle });
    for (let n = 0; n < 3; n += 1) {
      const over = { verifyname: `guess${n}` };
      expect(await door.post('/verify/', door.question(over))).toEqual(NO_PERMISSION);
    }
    expect((await door.post('/verify/', door.question())).status).toBe(429);
  });

  it('of a clock ten minutes off say so in the log, not in the answer, and no code or seed', async () => {
    await using door = await openRealmsDoor();
    const verifytoken = door.code(-20);
    expect(await door.post('/verify/', door.question({ verifytoken }))).toEqual(NO_PERMISSION);
    const logged = door.door.logged();
    expect(logged).toContain('valid at −20 steps');
    expect(logged).toContain('"voucher":"web@ungleich-auth"');
    for (const secret of [verifytoken, door.code(), 'JBSWY3DP']) {
      expect(logged.replace(/"time":"[^"]*"/g, '')).not.toContain(secret);
    }
  });
});

describe('a dead database', () => {
  it('verifies nobody, and says no more than that', async () => {
    await using door = await openRealmsDoor();
    await door.door.store.close();
    for (const answer of [
      await door.send('/verify/', json('POST', door.question())),
      await door.send('/', { headers: door.otp() }),
    ]) {
      expect(answer).toMatchObject({
        status: 503,
        text: '{"detail":"The service is not available."}',
      });
    }
    expect(door.door.logged()).toContain('the API for services failed');
  });
});

describe('a connection', () => {
  it('holds a body back until the door wants it', async () => {
    await using door = await openRealmsDoor();
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', expect: '100-continue' };
      const req = request(`${door.url}/verify`, { method: 'POST', headers }, (res) => {
        res.resume();
        resolve(res.statusCode);
      });
      req.on('continue', () => req.end(JSON.stringify(door.question())));
      req.on('error', reject);
      req.flushHeaders();
    });
    expect(status).toBe(200);
  });
});
