/** The older code check API, row by row of what its clients expect. @module */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bearer, json, type MachineDoor, openMachineDoor } from '../e2e/services/machine-door.ts';

const APP = 'https://app.example.com';
const ON = `compat: { code_check: { origins: ["${APP}"] } }`;

let at: MachineDoor;
let token: string;
beforeEach(async () => {
  at = await openMachineDoor({ yaml: ON });
  token = await at.issue('phone', 'check:ada');
});
afterEach(() => at[Symbol.asyncDispose]());

const TRUE = '{"status":true}';
const FALSE = '{"status":false}';
const errorOf = (text: string) => {
  const body = JSON.parse(text);
  expect(Object.keys(body)).toEqual(['error']);
  return body.error as string;
};

describe('GET /check/<key>', () => {
  it('says true for the code of the person that the bearer names', async () => {
    const answer = await at.send(`/check/${at.code()}`, bearer(token));
    expect(answer).toMatchObject({ status: 200, text: TRUE });
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each(['000000', 'abcdef', '12345', '1234567', '%D9%A1%D9%A2', '1%2F2', '-1'])(
    'says false for %s',
    async (key) => {
      expect(await at.send(`/check/${key}`, bearer(token))).toMatchObject({
        status: 200,
        text: FALSE,
      });
    },
  );

  it('replay: says true once for one code, and never for an earlier one after it', async () => {
    const [earlier, now] = [at.code(-1), at.code()];
    expect((await at.send(`/check/${now}`, bearer(token))).text).toBe(TRUE);
    expect((await at.send(`/check/${now}`, bearer(token))).text).toBe(FALSE);
    expect((await at.send(`/check/${earlier}`, bearer(token))).text).toBe(FALSE);
  });

  it('race: of identical codes at once exactly one is right', async () => {
    const path = `/check/${at.code()}`;
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => at.send(path, bearer(token))),
    );
    expect(answers.filter(({ text }) => text === TRUE)).toHaveLength(1);
  });

  it('takes the step before and the step after', async () => {
    for (const offset of [-1, 1]) {
      const path = `/check/${at.code(offset)}`;
      expect((await at.send(path, bearer(token))).text).toBe(TRUE);
    }
    expect((await at.send(`/check/${at.code(2)}`, bearer(token))).text).toBe(FALSE);
  });

  it.each<[string, (token: string) => Record<string, string>]>([
    ['no credentials', () => ({})],
    ['a bare token without the scheme', (token) => ({ authorization: token })],
    ['another token', () => ({ authorization: 'Bearer sallyport_nobody' })],
    ['an empty one', () => ({ authorization: 'Bearer ' })],
    ['another scheme', (token) => ({ authorization: `Token ${token}` })],
    ['a token with something behind it', (token) => ({ authorization: `Bearer ${token} x` })],
  ])('401 for %s', async (_, headersFor) => {
    const answer = await at.send(`/check/${at.code()}`, { headers: headersFor(token) });
    expect(answer.status).toBe(401);
    expect(errorOf(answer.text)).toMatch(/bearer/i);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="sallyport"');
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('401 for one that is revoked, at once', async () => {
    await at.bearers.revoke('phone');
    expect((await at.send(`/check/${at.code()}`, bearer(token))).status).toBe(401);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('405 with Allow for %s', async (method) => {
    const answer = await at.send('/check/123456', { method, ...bearer(token) });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, OPTIONS');
  });

  it.each(['/check/', '/check//', '/check/1/2', '/check/1/'])('404 for %s', async (path) => {
    expect((await at.send(path, bearer(token))).status).toBe(404);
  });

  it('leaves its neighbours to the routes', async () => {
    for (const path of ['/checked', '/Check/1', '/x/check/1']) {
      const answer = await at.send(path, bearer(token));
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'E_FORBIDDEN' });
    }
  });
});

describe('another person', () => {
  it('is checked with ?user= where the scope allows it', async () => {
    const all = await at.issue('desk', 'check:*');
    expect((await at.send(`/check/${at.code()}?user=ADA`, bearer(all))).text).toBe(TRUE);
    expect((await at.send('/check/123456?user=nobody', bearer(all))).text).toBe(FALSE);
  });

  it('is refused beyond the scope, whoever it is', async () => {
    for (const user of ['bea', 'nobody', '*', '']) {
      const answer = await at.send(`/check/${at.code()}?user=${user}`, bearer(token));
      expect(answer.status).toBe(403);
      expect(errorOf(answer.text)).toMatch(/scope/);
    }
    const other = await at.issue('wiki', 'pass:people');
    expect((await at.send(`/check/${at.code()}`, bearer(other))).status).toBe(403);
  });

  it('has to be named where the bearer is for several', async () => {
    const all = await at.issue('desk', 'check:*');
    const answer = await at.send(`/check/${at.code()}`, bearer(all));
    expect(answer.status).toBe(400);
    expect(errorOf(answer.text)).toMatch(/user/);
  });

  it('is checked by a document, too', async () => {
    const authorization = `Bearer ${await at.issue('desk', 'check:*')}`;
    const ask = (body: unknown) => at.send('/check', json(body, authorization));
    expect(await ask({ user: 'ada', code: at.code(), more: 1 })).toMatchObject({
      status: 200,
      text: TRUE,
    });
    expect((await ask({ user: 'ada', code: '000000' })).text).toBe(FALSE);
    expect((await ask({ user: 'ada', code: 7 })).text).toBe(FALSE);
  });

  it.each<[string, unknown, number]>([
    ['no code', { user: 'ada' }, 400],
    ['a code that is a list', { code: ['123456'] }, 400],
    ['a user that is a number', { user: 7, code: '123456' }, 400],
    ['an array', ['123456'], 400],
    ['null', 'null', 400],
    ['half a document', '{"code":', 400],
    ['a prototype', '{"__proto__":{"code":"123456"}}', 400],
    ['a megabyte', JSON.stringify({ code: 'x'.repeat(1_000_000) }), 413],
  ])('a document with %s is refused', async (_, body, status) => {
    const answer = await at.send('/check', json(body, `Bearer ${token}`));
    expect(answer.status).toBe(status);
    errorOf(answer.text);
  });

  it('a document without an announced length is bounded all the same', async () => {
    const chunk = Buffer.alloc(64 * 1024, ' ');
    const chunks = Array.from({ length: 16 }, () => chunk).values();
    const body = new ReadableStream({
      pull(controller) {
        const { value, done } = chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    const init = { ...json('', `Bearer ${token}`), body, duplex: 'half' };
    expect((await at.send('/check', init)).status).toBe(413);
  });

  it('a megabyte from nobody is 401, and not a reset', async () => {
    for (let i = 0; i < 5; i += 1) {
      const answer = await at.send('/check', json('x'.repeat(1_000_000)));
      expect(answer.status).toBe(401);
    }
  });

  it('a form is no document', async () => {
    const body = new URLSearchParams({ code: at.code() });
    const answer = await at.send('/check', { method: 'POST', body, ...bearer(token) });
    expect(answer.status).toBe(415);
    errorOf(answer.text);
  });

  it('405 for other methods on the document’s address', async () => {
    const answer = await at.send('/check', bearer(token));
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, OPTIONS');
  });
});

describe('too many wrong codes', () => {
  it('429 for the person, however many bearers ask', async () => {
    let answer = await at.send('/check/000000', bearer(token));
    for (let i = 0; i < 3; i += 1) {
      const other = await at.issue(`phone${i}`, 'check:ada');
      for (let j = 0; j < 4; j += 1) answer = await at.send('/check/000000', bearer(other));
    }
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(errorOf(answer.text)).toMatch(/seconds/);
    // A right one is not even looked at.
    expect((await at.send(`/check/${at.code()}`, bearer(token))).status).toBe(429);
  });

  it('429 for the bearer, whoever it asks about', async () => {
    const all = await at.issue('desk', 'check:*');
    let status = 200;
    for (let i = 0; i < 15; i += 1) {
      status = (await at.send(`/check/000000?user=nobody${i}`, bearer(all))).status;
    }
    expect(status).toBe(429);
    const other = await at.issue('other', 'check:*');
    expect((await at.send('/check/000000?user=somebody', bearer(other))).status).toBe(200);
  });

  it('429 for a source that guesses bearers, and never for one that knows its own', async () => {
    let status = 401;
    for (let i = 0; i < 15; i += 1) {
      status = (await at.send('/check/000000', bearer(`guess${i}`))).status;
    }
    expect(status).toBe(429);
    expect((await at.send(`/check/${at.code()}`, bearer(token))).text).toBe(TRUE);
  });
});

describe('scripts of other sites', () => {
  const preflight = (origin: string, path = '/check/123456') =>
    at.send(path, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  it('may ask from a listed origin, with Authorization and Content-Type', async () => {
    const { status, headers } = await preflight(APP);
    expect(status).toBe(204);
    expect(headers.get('access-control-allow-origin')).toBe(APP);
    expect(headers.get('access-control-allow-methods')).toBe('GET');
    expect(headers.get('access-control-allow-headers')).toBe('Authorization, Content-Type');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
    expect(headers.get('vary')).toBe('Origin');
    const headersOf = { origin: APP, authorization: `Bearer ${token}` };
    const answer = await at.send(`/check/${at.code()}`, { headers: headersOf });
    expect(answer.text).toBe(TRUE);
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
    expect(answer.headers.get('access-control-expose-headers')).toBe('Retry-After');
  });

  it('read a 401 from there, too: they have to tell it from a wrong code', async () => {
    const answer = await at.send('/check/1', { headers: { origin: APP } });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP);
  });

  it.each(['https://app.example.com.evil', 'http://app.example.com', 'null', 'https://evil'])(
    'may not from %s',
    async (origin) => {
      const { headers } = await preflight(origin);
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toBe('Origin');
    },
  );
});

describe('what is left behind', () => {
  it('no log line shows a code or a bearer', async () => {
    const code = at.code();
    await at.send(`/check/${code}`, bearer(token));
    await at.send(`/check/${code}?user=ada`, bearer(token));
    await at.send('/check', json({ code }, `Bearer ${token}`));
    await at.send(`/check/${code}`, bearer('sallyport_guessed'));
    const logged = at.door.logged();
    expect(logged).toContain('"path":"/check/[secret]"');
    for (const secret of [code, token, 'guessed']) expect(logged).not.toContain(secret);
  });

  it('the audit names the person, the bearer and the outcome', async () => {
    await at.send(`/check/${at.code()}`, bearer(token));
    await at.send('/check/000000', bearer(token));
    const events = at.door
      .logged()
      .split('\n')
      .filter((line) => line.includes('"event":"code-check"'))
      .map((line) => JSON.parse(line));
    expect(events).toMatchObject([
      { outcome: 'success', name: 'Ada', voucher: 'phone', source: '127.0.0.1' },
      { outcome: 'refused', name: 'Ada', voucher: 'phone' },
    ]);
  });

  it('the audit tells a clock ten minutes off; the answer does not', async () => {
    const late = await at.send(`/check/${at.code(-20)}`, bearer(token));
    expect(late).toMatchObject({ status: 200, text: FALSE });
    expect(at.door.logged()).toContain('"clock":"valid at −20 steps"');
  });
});

it('is off unless it is configured', async () => {
  await using plain = await openMachineDoor();
  const answer = await plain.send('/check/123456');
  expect(JSON.parse(answer.text)).toMatchObject({ error: 'E_UNAUTHENTICATED' });
  expect(answer.text).toContain('login');
});
