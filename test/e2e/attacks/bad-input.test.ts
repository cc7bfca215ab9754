/** Every way to be refused for the request alone: its status, its reason, its end, its log line. @module */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bodyOf, exchange, head, RawClient, statusOf } from '../../proxy/raw-client.ts';
import { type RecordingUpstream, startRecordingUpstream } from '../../proxy/recording-upstream.ts';
import { openTestDoor, type TestDoor } from '../test-door.ts';

let upstream: RecordingUpstream;
let door: TestDoor;

beforeAll(async () => {
  upstream = await startRecordingUpstream();
  door = await openTestDoor({
    publicUrl: 'http://app.example.com',
    yaml: `
max_header: 32KB
log: { requests: refused }
routes:
  - host: app.example.com
    access: public
    max_body: 1000B
    upstream: ${upstream.upstream.origin}`,
  });
});

afterAll(async () => {
  await door[Symbol.asyncDispose]();
  await upstream[Symbol.asyncDispose]();
});

const HOST = 'Host: app.example.com';
const LENGTH = 'Content-Length: 5';
const CONTINUE = 'Expect: 100-continue';
const UPGRADE = ['Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'];

/** The reason that each is given, and the bytes; none of them asks for the connection's end. */
const ENDING: readonly [number, string, string, string][] = [
  [400, 'E_FRAMING', 'no HTTP', 'this is not HTTP\r\n\r\n'],
  [400, 'E_FRAMING', 'length and chunks', head('POST /', LENGTH, 'Transfer-Encoding: chunked')],
  [400, 'E_FRAMING', 'two lengths', head('POST /', LENGTH, LENGTH)],
  [400, 'E_FRAMING', 'another coding', head('POST /', 'Transfer-Encoding: gzip, chunked')],
  [400, 'E_FRAMING', 'a folded line', head('GET /', 'X-Folded: a\r\n b')],
  [400, 'E_TARGET_MALFORMED', 'a fragment', head('GET /a#b')],
  [400, 'E_TARGET_MALFORMED', 'no path', head('OPTIONS *')],
  [400, 'E_HOST_INVALID', 'a user in the host', head('GET /', 'Host: ada@app.example.com')],
  [400, 'E_HOST_INVALID', 'two hosts', head('GET /', HOST, HOST)],
  [405, 'E_METHOD_REFUSED', 'CONNECT', head('CONNECT app.example.com:443')],
  [405, 'E_METHOD_REFUSED', 'TRACE', head('TRACE /')],
  [413, 'E_BODY_TOO_LARGE', 'announced', head('POST /', CONTINUE, 'Content-Length: 1001')],
  [413, 'E_BODY_TOO_LARGE', 'sent', head('POST /', 'Content-Length: 1001') + 'x'.repeat(1_001)],
  [414, 'E_TARGET_TOO_LONG', 'a long path', head(`GET /${'x'.repeat(17_000)}`)],
  [417, 'E_EXPECTATION', 'another Expect', head('POST /', 'Expect: 200-ok', LENGTH)],
  [431, 'E_HEADERS_TOO_LARGE', 'a long line', head('GET /', `X-Long: ${'x'.repeat(40_000)}`)],
  [501, 'E_UPGRADE_UNSUPPORTED', 'h2c', head('GET /', ...UPGRADE)],
];

/** Where the request ends is clear: the connection goes on. */
const GOING_ON: readonly [number, string, string, string][] = [
  [400, 'E_TARGET_AMBIGUOUS', 'an encoded slash', head('GET /a%2Fb')],
  [421, 'E_HOST_UNKNOWN', 'another host', head('GET /', 'Host: elsewhere.example.com')],
];

/** Log lines of refusals so far, by reason. */
function refusals(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const line of door.logged().split('\n').filter(Boolean)) {
    const { msg, outcome } = JSON.parse(line) as { msg: string; outcome: string };
    if (msg === 'refused') counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

/** Asks, and looks at everything that holds for every refusal. */
async function expectRefusal(code: string, status: number, ask: () => Promise<string>) {
  const seen = upstream.requestLines().length;
  const before = refusals()[code] ?? 0;
  const answer = await ask();
  expect(statusOf(answer)).toBe(status);
  expect(answer).not.toContain('100 Continue');
  expect(answer).toMatch(/^cache-control: no-store\r$/im);
  expect(bodyOf(answer).trim()).toMatch(/^.{10,}$/);
  expect(refusals()[code]).toBe(before + 1);
  expect(upstream.requestLines()).toHaveLength(seen);
  // Nothing is lost for others.
  expect(statusOf(await exchange(door.port, head('GET /', 'Connection: close')))).toBe(200);
  return answer;
}

describe('a request that leaves the connection in doubt is refused and ends it', () => {
  it.each(ENDING)('%i %s: %s', async (status, code, _name, request) => {
    const answer = await expectRefusal(code, status, () => exchange(door.port, request));
    expect(answer).toMatch(/^connection: close\r$/im);
  });
});

describe('a request that is clear but wrong is refused, and the next one answered', () => {
  it.each(GOING_ON)('%i %s: %s', async (status, code, _name, request) => {
    await using client = await RawClient.open(door.port);
    const isAnswered = (received: string) => {
      const length = /^content-length: (\d+)\r$/im.exec(received)?.[1];
      return length !== undefined && bodyOf(received).length >= Number(length);
    };
    await expectRefusal(code, status, () => {
      client.write(request);
      return client.until(isAnswered);
    });
    client.write(head('GET /after', 'Connection: close'));
    expect(await client.toEnd()).toMatch(/HTTP\/1\.1 200 OK/);
  });
});
