import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { RawClient } from './raw-client.ts';
import { EMPTY_200 } from './recording-upstream.ts';

const MUTATIONS = Number(process.env.TEST_FUZZ ?? 20_000);
const AT_ONCE = 64;
/** How long a request that waits for bytes that never come is watched. */
const QUIET_MS = 20;

const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);

/** Ordinary values nine times in ten, so that most requests are odd in one way only. */
const mostly = (ordinary: readonly string[], odd: readonly string[]) =>
  fc.oneof({ weight: 9, arbitrary: pick(...ordinary) }, { weight: 1, arbitrary: pick(...odd) });

const line = (names: readonly string[], values: readonly string[], oddValues: readonly string[]) =>
  fc
    .tuple(
      mostly(names, [
        'Transfer_Encoding',
        'Content_Length',
        ' Content-Length',
        'Transfer-Encoding\0',
      ]),
      mostly([': ', ':'], [' : ', ':\t', ': \x0b', ':\r\n ', ':\n']),
      mostly(values, oddValues),
    )
    .map((parts) => parts.join(''));

const framingLine = fc.oneof(
  line(
    ['Content-Length', 'content-length'],
    ['0', '5', '40'],
    ['+5', '0x5', '5, 5', '05', '-1', '5 ', ''],
  ),
  line(
    ['Transfer-Encoding', 'TRANSFER-ENCODING'],
    ['chunked', 'Chunked'],
    [
      ' chunked',
      'chunked, chunked',
      'gzip, chunked',
      'chunked, gzip',
      'xchunked',
      '"chunked"',
      '\x80',
    ],
  ),
  line(
    ['Connection', 'Trailer', 'TE', 'X-Plain'],
    ['keep-alive', 'close'],
    ['keep-alive, Transfer-Encoding', 'content-length', 'chunked', 'upgrade'],
  ),
);

const request = fc.record({
  method: mostly(
    ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'PROPFIND'],
    ['get', 'G\tT', 'CONNECT'],
  ),
  version: mostly(['HTTP/1.1'], ['HTTP/1.0', 'HTTP/1.2', 'HTTP/0.9', 'http/1.1']),
  lines: fc.array(framingLine, { maxLength: 2 }),
  eol: mostly(['\r\n'], ['\n', '\r', '\r\r\n', '\n\r\n']),
  chunkSize: mostly(['exact'], ['0', '0;a=b', 'ffffffffffffffffff', '-1', '0x5', ' 5', '5 ']),
  body: pick('none', 'plain', 'chunked', 'chunked-open', 'trailer'),
  at: fc.nat({ max: 400 }),
  edit: mostly(['none'], ['drop', 'double', 'flip']),
});

/** A request whose body is another request; both carry the number of the case. */
function build(one: typeof request extends fc.Arbitrary<infer T> ? T : never, n: number): string {
  const inner = `GET /inner-${n} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
  const size = one.chunkSize === 'exact' ? inner.length.toString(16) : one.chunkSize;
  const body = {
    none: inner,
    plain: `hello${inner}`,
    chunked: `${size}\r\n${inner}\r\n0\r\n\r\n${inner}`,
    'chunked-open': `${size}\r\n${inner}`,
    trailer: `${size}\r\n${inner}\r\n0\r\nX: 1\r\nContent-Length: 5\r\n\r\n${inner}`,
  }[one.body] as string;
  const head = [`${one.method} /outer-${n} ${one.version}`, 'Host: a', ...one.lines].join(one.eol);
  const text = `${head}${one.eol}${one.eol}${body}`;
  const at = one.at % text.length;
  switch (one.edit) {
    case 'drop':
      return text.slice(0, at) + text.slice(at + 1);
    case 'double':
      return text.slice(0, at) + text[at] + text.slice(at);
    case 'flip':
      return (
        text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 0x20) + text.slice(at + 1)
      );
    default:
      return text;
  }
}

/** An upstream that reads by the letter of RFC 9112 and complains about everything else. */
async function startStrictUpstream() {
  const seen = new Map<string, number>();
  const complaints: string[] = [];
  const server = createServer((socket) => {
    let rest = '';
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      rest += chunk.toString('latin1');
      for (
        let end = endOfRequest(rest, complaints);
        end > 0;
        end = endOfRequest(rest, complaints)
      ) {
        const target = rest.split(' ')[1] ?? '';
        seen.set(target, (seen.get(target) ?? 0) + 1);
        rest = rest.slice(end);
        socket.write(EMPTY_200);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { seen, complaints, server, upstream: { origin: `http://127.0.0.1:${port}` } };
}

const HEAD = /^[A-Z]+ \/[!-~]* HTTP\/1\.1\r\n(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+: [^\0\r\n]*\r\n)+\r\n/;
const CHUNKS = /^(?:([1-9a-f][0-9a-f]*)\r\n)/;

/** The length of the first complete request, or 0 while it is incomplete. */
function endOfRequest(text: string, complaints: string[]): number {
  const headEnd = text.indexOf('\r\n\r\n') + 4;
  if (headEnd === 3) return 0;
  const head = HEAD.exec(text)?.[0];
  const framing = head?.match(/^(?:content.length|transfer.encoding): .*$/gim) ?? [];
  if (head === undefined || framing.length > 1) {
    complaints.push(text.slice(0, headEnd));
    return 0;
  }
  const [line = ''] = framing;
  const length = /^content-length: (\d+)$/.exec(line)?.[1];
  if (line === '') return head.length;
  if (length !== undefined) {
    const end = head.length + Number(length);
    return text.length >= end ? end : 0;
  }
  if (line !== 'transfer-encoding: chunked') complaints.push(head);
  let at = head.length;
  for (;;) {
    if (text.startsWith('0\r\n\r\n', at)) return at + 5;
    const size = CHUNKS.exec(text.slice(at, at + 20))?.[1];
    if (size === undefined) return 0;
    at += size.length + 2 + Number.parseInt(size, 16) + 2;
    if (at > text.length) return 0;
  }
}

/** Sends one mutation and waits until the door has closed, or has nothing more to say. */
async function send(port: number, bytes: string): Promise<void> {
  await using client = await RawClient.open(port, bytes);
  for (let last = -1; last !== client.received.length && client.ending === undefined; ) {
    last = client.received.length;
    await Promise.race([client.closed, new Promise((resolve) => setTimeout(resolve, QUIET_MS))]);
  }
}

it(`${MUTATIONS} mutated requests never become more requests at the upstream than at the door`, {
  timeout: 60_000 + MUTATIONS * 10,
}, async () => {
  const strict = await startStrictUpstream();
  await using door = await startDoor(strict.upstream);
  const atDoor = new Map<string, number>();
  door.server.prependListener('request', (req) => {
    const target = req.url ?? '';
    atDoor.set(target, (atDoor.get(target) ?? 0) + 1);
  });
  const seed = Number(process.env.TEST_FUZZ_SEED ?? 1);
  const mutations = fc.sample(request, { numRuns: MUTATIONS, seed });
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < mutations.length) {
      const n = next++;
      await send(door.port, build(mutations[n]!, n));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const excess = [...strict.seen].filter(([target, count]) => count > (atDoor.get(target) ?? 0));
  expect(excess).toEqual([]);
  expect(strict.complaints).toEqual([]);
  // The generator is worth something only if much of it gets through.
  expect(strict.seen.size).toBeGreaterThan(MUTATIONS / 20);
  strict.server.close();
});
