/** Services pass the door: codes, bearers and passes, on requests and on handshakes. @module */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../client.ts';
import { codeFrom } from '../people.ts';
import {
  basic,
  bearer,
  json,
  type MachineDoor,
  openMachineDoor,
  otp,
  SEED,
} from './machine-door.ts';

const BACKUP = ['backup', 'monitoring'] as const;

let at: MachineDoor;
beforeEach(async () => {
  at = await openMachineDoor();
});
afterEach(() => at[Symbol.asyncDispose]());

const asBackup = () => otp(...BACKUP, at.code());
const authorization = (value: string, name = 'authorization') => ({ headers: { [name]: value } });
const trade = async () => {
  const answer = await at.send('/_auth/api/v1/session', {
    method: 'POST',
    ...authorization(asBackup()),
  });
  expect(answer.status).toBe(201);
  return JSON.parse(answer.text) as { token: string; expires_in: number; expires_at: string };
};

describe('a service of a realm that the route names', () => {
  it.each<[string, () => string]>([
    ['OTP', () => otp(...BACKUP, at.code())],
    ['Basic', () => basic(...BACKUP, at.code())],
  ])('passes with %s, and the upstream sees who, but not how', async (_, value) => {
    expect((await at.send('/metrics/cpu', authorization(value()))).status).toBe(200);
    expect(at.seen()).toContain('\r\nRemote-User: backup@monitoring\r\n');
    expect(at.seen()).toContain('\r\nRemote-Realm: monitoring');
    expect(at.seen()).toContain('\r\nRemote-Groups: \r\n');
    expect(at.seen()).not.toMatch(/authorization/i);
    expect(at.seen()).not.toContain(at.code());
  });

  it('leaves the application its own Authorization', async () => {
    const headers = {
      'sallyport-authorization': asBackup(),
      authorization: 'Basic YXBwOnNlY3JldA==',
    };
    expect((await at.send('/metrics', { headers })).status).toBe(200);
    expect(at.seen()).toContain('uthorization: Basic YXBwOnNlY3JldA==');
    expect(at.seen()).not.toMatch(/sallyport-authorization/i);
  });

  it('shows our own header to nobody, where nobody looked at it either', async () => {
    const headers = { 'sallyport-authorization': asBackup(), sallyport_authorization: 'x' };
    expect((await at.send('/open', { headers })).status).toBe(200);
    expect(at.seen()).not.toMatch(/sallyport.authorization/i);
    expect(at.seen()).not.toContain('Remote-User');
  });

  it('shows no token of ours to the application where nobody had to look at it', async () => {
    const { token } = await trade();
    const value = `bEARER  ${token}`;
    expect((await at.send('/open', authorization(value))).status).toBe(200);
    expect(at.seen()).not.toContain(token);
    const theirs = authorization('Bearer of-the-application');
    expect((await at.send('/open', theirs)).status).toBe(200);
    expect(at.seen()).toContain('uthorization: Bearer of-the-application');
  });

  it('replay: a code opens the door once, in whichever header', async () => {
    const value = asBackup();
    expect((await at.send('/metrics', authorization(value))).status).toBe(200);
    expect((await at.send('/metrics', authorization(value))).status).toBe(401);
    const again = authorization(basic(...BACKUP, at.code()), 'sallyport-authorization');
    expect((await at.send('/metrics', again)).status).toBe(401);
    expect(at.reached()).toBe(1);
    at.nextStep();
    expect((await at.send('/metrics', authorization(asBackup()))).status).toBe(200);
  });

  it('does not pass where only people are asked for, nor where nobody is let in', async () => {
    expect((await at.send('/', authorization(asBackup()))).status).toBe(401);
    expect((await at.send('/', authorization(asBackup(), 'sallyport-authorization'))).status).toBe(
      403,
    );
    at.nextStep();
    expect((await at.send('/crew', authorization(asBackup()))).status).toBe(403);
    at.nextStep();
    expect((await at.send('/off', authorization(asBackup()))).status).toBe(403);
    expect(at.reached()).toBe(0);
  });

  it('passes a route for a group that it is in', async () => {
    const service = (await at.services.find({ name: 'backup', realm: 'monitoring' }))!;
    await at.services.setGroups(service.id, ['crew'], { source: 'cli', by: 'cli' });
    expect((await at.send('/crew', authorization(asBackup()))).status).toBe(200);
    expect(at.seen()).toContain('\r\nRemote-Groups: crew\r\n');
  });
});

describe('nothing passes', () => {
  it.each<[string, () => Record<string, string>]>([
    ['nobody', () => ({})],
    ['a wrong code', () => ({ authorization: otp(...BACKUP, '000000') })],
    ['another realm', () => ({ authorization: otp('ada', 'blue', at.code()) })],
    ['another case', () => ({ authorization: otp('Backup', 'monitoring', at.code()) })],
    ['a name without a realm', () => ({ authorization: 'Basic YmFja3VwOjEyMzQ1Ng==' })],
    ['rubbish', () => ({ authorization: `Basic ${'%'.repeat(4000)}` })],
    [
      'a bearer that nobody issued',
      () => ({ authorization: `Bearer sallyport_${'x'.repeat(43)}` }),
    ],
    [
      'a wrong one in our header, a right one in the other',
      () => ({
        'sallyport-authorization': otp(...BACKUP, '000000'),
        authorization: otp(...BACKUP, at.code()),
      }),
    ],
    ['a person’s identity', () => ({ 'remote-user': 'backup@monitoring', 'remote-realm': 'x' })],
  ])('for %s', async (_, headersFor) => {
    const { status } = await at.send('/metrics', { headers: headersFor() });
    expect([401, 403]).toContain(status);
    expect(at.reached()).toBe(0);
  });

  it('for two Authorization lines, whichever is right', async () => {
    const socket = connect(at.door.port, '127.0.0.1');
    socket.end(
      [
        'GET /metrics HTTP/1.1',
        'Host: 127.0.0.1',
        `Authorization: ${asBackup()}`,
        'Authorization: Basic eDp5',
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
    );
    let received = '';
    for await (const chunk of socket) received += chunk;
    expect(received).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(at.reached()).toBe(0);
  });

  it('guessing ends in 429, audited under the name like a person’s', async () => {
    let answer = await at.send('/metrics', authorization(otp(...BACKUP, '000000')));
    for (let i = 0; i < 12; i += 1) {
      answer = await at.send('/metrics', authorization(otp(...BACKUP, '000000')));
    }
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(answer.headers.get('content-type')).toMatch(/json/);
    expect(at.door.logged()).toContain('"name":"backup@monitoring"');
    expect(at.reached()).toBe(0);
  });
});

it('Basic of the application’s own is not taken for a service’s where only groups pass', async () => {
  for (let i = 0; i < 15; i += 1) {
    const value = basic('bob', 'example.com', 'password');
    expect((await at.send('/crew', authorization(value))).status).toBe(401);
  }
  expect(at.door.logged()).not.toContain('"event":"service-verify"');
});

describe('a bearer', () => {
  it('opens the routes that its scopes name, people’s included, and no other', async () => {
    const token = await at.issue('ci', 'pass:people', 'pass:off');
    expect((await at.send('/', bearer(token))).status).toBe(200);
    expect(at.seen()).toContain('\r\nRemote-User: ci@bearer\r\n');
    expect(at.seen()).toContain('\r\nRemote-Realm: bearer');
    expect(at.seen()).not.toContain(token);
    expect((await at.send('/metrics', bearer(token))).status).toBe(403);
    expect((await at.send('/off', bearer(token))).status).toBe(403);
    expect(at.reached()).toBe(1);
  });

  it('is no use once it is revoked', async () => {
    const token = await at.issue('ci', 'pass:people');
    await at.bearers.revoke('ci');
    expect((await at.send('/', bearer(token))).status).toBe(401);
  });

  it('of the application’s own is left to the application', async () => {
    const person = new Client(at.door.origin);
    const uri = `otpauth://totp/x?secret=${SEED}&algorithm=SHA1&digits=6&period=30`;
    await person.submit('/_auth/login', '/_auth/login', {
      username: 'ada',
      code: codeFrom(uri, 0, at.clock.ms),
    });
    const page = await person.get('/', { authorization: 'Bearer of-the-application' });
    expect(page.status).toBe(200);
    expect(at.seen()).toContain('uthorization: Bearer of-the-application');
    expect(at.seen()).toContain('\r\nRemote-User: Ada\r\n');
    expect(at.seen()).not.toContain('Remote-Realm');
    expect(at.door.logged()).not.toContain('"event":"bearer"');
  });
});

describe('a pass for one code', () => {
  it('lets a service call as often as it likes', async () => {
    const { token, expires_in } = await trade();
    expect(expires_in).toBe(300);
    expect(token).toMatch(/^sallyport_pass_[\w-]+$/);
    for (let i = 0; i < 20; i += 1) {
      expect((await at.send('/metrics', bearer(token))).status).toBe(200);
    }
    expect(at.seen()).toContain('\r\nRemote-User: backup@monitoring\r\n');
    expect(at.seen()).not.toContain(token);
  });

  it('ends after five minutes, and cannot prolong itself', async () => {
    const { token } = await trade();
    const again = await at.send('/_auth/api/v1/session', { method: 'POST', ...bearer(token) });
    expect(again.status).toBe(403);
    at.clock.ms += 299_999;
    expect((await at.send('/metrics', bearer(token))).status).toBe(200);
    at.clock.ms += 1;
    expect((await at.send('/metrics', bearer(token))).status).toBe(401);
  });

  it('is not charged for being over: a service that notices by the 401 is no attacker', async () => {
    const { token } = await trade();
    at.clock.ms += 300_000;
    for (let i = 0; i < 40; i += 1) {
      expect((await at.send('/metrics', bearer(token))).status).toBe(401);
    }
  });

  it('dies with the service, in every process', async () => {
    const { token } = await trade();
    const service = (await at.services.find({ name: 'backup', realm: 'monitoring' }))!;
    await at.services.remove(service.id, { source: 'cli', by: 'cli' });
    // The feed is read once a second.
    await expect.poll(async () => (await at.send('/metrics', bearer(token))).status).toBe(401);
  });

  it('purposes: no cookie is a pass, and no pass is a cookie', async () => {
    const { token } = await trade();
    const seal = Buffer.from(token.slice('sallyport_pass_'.length), 'base64url').toString();
    const asCookie = await at.send('/metrics', { headers: { cookie: `sallyport=${seal}` } });
    expect(asCookie.status).toBe(401);
    const person = new Client(at.door.origin);
    const uri = `otpauth://totp/x?secret=${SEED}&algorithm=SHA1&digits=6&period=30`;
    await person.submit('/_auth/login', '/_auth/login', {
      username: 'ada',
      code: codeFrom(uri, 0, at.clock.ms),
    });
    const cookie = person.cookies.get('sallyport')!;
    const asPass = `sallyport_pass_${Buffer.from(cookie).toString('base64url')}`;
    expect((await at.send('/', bearer(asPass))).status).toBe(401);
  });

  it.each([
    ['another purpose', 'sallyport_pass_'],
    ['a flipped bit', ''],
  ])('forgery: %s opens nothing', async (_, cut) => {
    const { token } = await trade();
    const middle = Math.floor(token.length / 2);
    const other = token[middle] === 'A' ? 'B' : 'A';
    const forged =
      cut === ''
        ? token.slice(0, middle) + other + token.slice(middle + 1)
        : token.replace(cut, '');
    expect((await at.send('/metrics', bearer(forged))).status).toBe(401);
  });
});

describe('a handshake', () => {
  const handshake = async (value: string, path = '/metrics/live') => {
    const socket = connect(at.door.port, '127.0.0.1');
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
        `Authorization: ${value}`,
        '',
        '',
      ].join('\r\n'),
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    socket.destroy();
    return answer.toString('latin1').split('\r\n', 1)[0];
  };

  it('is decided by the same rule', async () => {
    expect(await handshake(otp(...BACKUP, '000000'))).toContain(' 401 ');
    expect(at.reached()).toBe(0);
    await handshake(asBackup());
    expect(at.reached()).toBe(1);
    expect(at.seen()).toContain('Remote-User: backup@monitoring');
    expect(at.seen()).not.toMatch(/\r\nauthorization/i);
    at.nextStep();
    expect(await handshake(asBackup(), '/people')).toContain(' 401 ');
  });
});

describe('the trade', () => {
  it('takes name, realm and code in a document as well', async () => {
    const [name, realm] = BACKUP;
    const body = { name, realm, code: at.code() };
    expect((await at.send('/_auth/api/v1/session', json(body))).status).toBe(201);
    expect((await at.send('/_auth/api/v1/session', json(body))).status).toBe(401);
  });

  it('gives nothing for a bearer, which needs no trade', async () => {
    const token = await at.issue('ci', 'pass:people');
    const answer = await at.send('/_auth/api/v1/session', { method: 'POST', ...bearer(token) });
    expect(answer.status).toBe(403);
  });
});

it('no log line shows a code, a bearer or a pass', async () => {
  const code = at.code();
  const token = await at.issue('ci', 'pass:people');
  const pass = (await trade()).token;
  for (const value of [otp(...BACKUP, code), basic(...BACKUP, code), `Bearer ${token}`]) {
    await at.send('/metrics', authorization(value));
    await at.send('/', authorization(value));
  }
  await at.send('/metrics', bearer(pass));
  const logged = at.door.logged();
  for (const secret of [code, token, pass]) expect(logged).not.toContain(secret);
});

it('outage: a dead store is 503 with Retry-After, and nobody passes', async () => {
  const token = await at.issue('ci', 'pass:people', 'check:ada');
  await at.door.store.close();
  const answers = [
    await at.send('/', bearer(token)),
    await at.send('/metrics', authorization(asBackup())),
    await at.send('/_auth/api/v1/me', bearer(token)),
  ];
  for (const { status, headers, text } of answers) {
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(JSON.parse(text)).toMatchObject({ error: 'E_STORE_DOWN' });
  }
  expect(at.reached()).toBe(0);
});

it('a person does not pass where only services are let in', async () => {
  const person = new Client(at.door.origin);
  const uri = `otpauth://totp/x?secret=${SEED}&algorithm=SHA1&digits=6&period=30`;
  await person.submit('/_auth/login', '/_auth/login', {
    username: 'ada',
    code: codeFrom(uri, 0, at.clock.ms),
  });
  const page = await person.get('/metrics');
  expect(page.status).toBe(403);
  expect(at.reached()).toBe(0);
});
