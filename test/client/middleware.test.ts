import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type Client, SallyportError, type Verdict } from '../../src/client/client.ts';
import { requireService, type ServiceRequest } from '../../src/express/middleware.ts';

/** A real server behind the middleware; `verdict` stands for the door. */
async function guarded(
  verdict: Verdict | Error,
  options: { readonly realms?: readonly string[] } = {},
) {
  const errors: unknown[] = [];
  let asked = 0;
  const client: Pick<Client, 'verify'> = {
    async verify() {
      asked += 1;
      if (verdict instanceof Error) throw verdict;
      return verdict;
    },
  };
  const guard = requireService({ client, onError: (error) => errors.push(error), ...options });
  const server = createServer((req: ServiceRequest, res: ServerResponse) => {
    req.service = { name: 'forged', realm: 'forged' };
    guard(req, res, () => res.end(JSON.stringify(req.service)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const get = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const res = await fetch(`http://127.0.0.1:${port}/`, { headers });
    return { status: res.status, text: await res.text(), headers: res.headers };
  };
  return {
    ...{ get, errors, asked: () => asked },
    [Symbol.dispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

const OTP = 'OTP name="ada", realm="blue", token="123456"';
const REFUSED = { ok: false, reason: 'refused' } as const;

describe('requireService', () => {
  it('lets verified services through, and says who they are', async () => {
    using app = await guarded({ ok: true });
    expect(await app.get(OTP)).toMatchObject({
      status: 200,
      text: '{"name":"ada","realm":"blue"}',
    });
  });

  it('takes the code as the password of name@realm', async () => {
    using app = await guarded({ ok: true });
    expect((await app.get(`Basic ${btoa('ada@blue:123456')}`)).status).toBe(200);
  });

  it.each([undefined, 'Basic YTpi', 'Basic x', 'Bearer x', 'OTP name="ada"', `${OTP}, token="2"`])(
    'asks for a code where there is none: %s',
    async (authorization) => {
      using app = await guarded({ ok: true });
      const answer = await app.get(authorization);
      expect(answer.status).toBe(401);
      expect(answer.headers.get('www-authenticate')).toBe('OTP, Basic realm="services"');
      expect(app.asked()).toBe(0);
    },
  );

  it('refuses other realms without asking, so that no code is spent', async () => {
    using app = await guarded({ ok: true }, { realms: ['red', 'Blue'] });
    expect((await app.get(OTP)).status).toBe(403);
    expect(app.asked()).toBe(0);
  });

  it.each(['" ada", realm="blue"', '"ada\t", realm="blue"', '"ada", realm="blue "'])(
    'names nobody otherwise than the door has verified: %s',
    async (who) => {
      using app = await guarded({ ok: true });
      expect((await app.get(`OTP name=${who}, token="123456"`)).status).toBe(403);
      expect(app.asked()).toBe(0);
    },
  );

  it('lets nobody through that is not verified', async () => {
    using app = await guarded(REFUSED);
    expect(await app.get(OTP)).toMatchObject({ status: 403, text: '{"error":"Not verified."}' });
  });

  it('passes a wait on', async () => {
    using app = await guarded({ ok: false, reason: 'throttled', retryAfterSec: 9 });
    const answer = await app.get(OTP);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '9']);
  });

  it('attack: fails closed when the door cannot be asked', async () => {
    using app = await guarded(new SallyportError('unreachable', 'gone'));
    expect((await app.get(OTP)).status).toBe(503);
    expect(app.errors).toHaveLength(1);
    using invalid = await guarded(new SallyportError('invalid', 'too long'));
    expect((await invalid.get(OTP)).status).toBe(403);
  });
});
