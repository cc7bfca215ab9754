import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldHeaderName, isVouchedName, VOUCHED_HEADERS } from '../../src/core/header-name.ts';
import type { SiteNames } from '../../src/core/upstream.ts';
import { FieldNames } from '../../src/proxy/field-names.ts';
import {
  alsoVouched,
  namedByConnection,
  passHeaders,
  requestPasses,
  responsePasses,
  trailerPasses,
} from '../../src/proxy/header-passes.ts';
import { OWN_COOKIES } from './door.ts';

const names = new FieldNames(64);
const SITE = { outside: 'https://tools.example.com', inside: 'http://10.0.0.7:8888' };

const passRequest = (raw: readonly string[], also: readonly string[] = [], site?: SiteNames) =>
  passHeaders(
    raw,
    requestPasses,
    {
      ownCookieNames: OWN_COOKIES,
      named: namedByConnection(raw),
      alsoVouched: alsoVouched(
        also.map((name) => [name, 'x'] as const),
        names,
      ),
      site,
    },
    names,
  );

const passResponse = (raw: readonly string[], status = 200, mayTrail = false) =>
  passHeaders(
    raw,
    responsePasses,
    {
      ownCookieNames: OWN_COOKIES,
      named: namedByConnection(raw),
      status,
      mayTrail,
      carriesOwn: false,
    },
    names,
  );

/** Turns `Name: value` lines into a flat list. */
const list = (...lines: readonly string[]): string[] =>
  lines.flatMap((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });

describe('the request passes', () => {
  it.each([
    'Connection: keep-alive',
    'CONNECTION: close',
    'Keep-Alive: timeout=5',
    'Keep_Alive: timeout=5',
    'Proxy-Connection: keep-alive',
    'Proxy-Authorization: Basic eDp5',
    'Proxy: http://evil.example',
    'PROXY_ANYTHING: 1',
    'TE: trailers',
    'Trailer: X-Sum',
    'Transfer-Encoding: chunked',
    'Transfer_Encoding: chunked',
    'transfer.encoding: chunked',
    'Upgrade: h2c',
    'HTTP2-Settings: AAMAAABk',
    'Expect: 100-continue',
    'Content_Length: 5',
    'content.length: 5',
  ])('drop %s', (line) => {
    expect(passRequest(list('A: 1', line, 'B: 2'))).toEqual(list('A: 1', 'B: 2'));
  });

  it.each([
    'Content-Length: 5',
    'Host: app.example.com',
    'Authorization: Bearer x',
    'Cookie: theme=dark; a="b;c"',
    'X-Remote-Usher: ada',
    'Accept-Encoding: br',
    'Tea: green',
    'Via: 1.1 other',
  ])('keep %s', (line) => {
    expect(passRequest(list('A: 1', line, 'B: 2'))).toEqual(list('A: 1', line, 'B: 2'));
  });

  it('drop what Connection names, in any case and over several lines', () => {
    const raw = list(
      'X-One: 1',
      'Connection: x-ONE , foo',
      'x-one: 2',
      'connection: Foo2',
      'FOO2: 3',
    );
    expect(passRequest(raw)).toEqual([]);
  });

  it('let Connection name neither the length nor the host away', () => {
    const raw = list('Host: a', 'Content-Length: 3', 'Connection: host, content-length');
    expect(passRequest(raw)).toEqual(list('Host: a', 'Content-Length: 3'));
  });

  it('drop the Host where the upstream gets its own', () => {
    expect(passRequest(list('Host: a', 'B: 1'), [], SITE)).toEqual(list('B: 1'));
  });

  it('drop a name that only this order vouches for, in every spelling', () => {
    const raw = list('X_Team: evil', 'x-team: evil', 'X.TEAM: evil', 'X-Teams: kept');
    expect(passRequest(raw, ['X-Team'])).toEqual(list('X-Teams: kept'));
  });

  const separator = fc.constantFrom('-', '_', '.', '!', '~', '*');
  const spelling = fc
    .tuple(
      fc.constantFrom(...VOUCHED_HEADERS),
      fc.array(fc.tuple(separator, fc.boolean()), { minLength: 40, maxLength: 40 }),
    )
    .map(([name, choices]) =>
      [...name]
        .map((char, i) => {
          const [other, upper] = choices[i]!;
          if (char === '-') return other;
          return upper ? char.toUpperCase() : char;
        })
        .join(''),
    );
  const tokenChars = [..."abcdefghijklmnopqrstuvwxyzABCXYZ0189-_.!#$%&'*+^`|~"];
  const otherName = fc
    .string({ unit: fc.constantFrom(...tokenChars), minLength: 1, maxLength: 20 })
    .filter((name) => {
      const folded = foldHeaderName(name);
      return !(
        isVouchedName(folded) ||
        /^(proxy|te|trailer|connection|keep-alive|upgrade|expect|cookie|http2-settings|transfer-encoding|content-length)$/.test(
          folded,
        ) ||
        folded.startsWith('proxy-')
      );
    });
  const value = fc.string({ unit: fc.constantFrom(...'ab c;="\\,\x80\xff\t'), maxLength: 20 });

  it('no spelling of a vouched header survives; others stay byte-identical and in order', () => {
    const line = fc.oneof(
      fc.record({ name: spelling, text: value, isVouched: fc.constant(true) }),
      fc.record({ name: otherName, text: value, isVouched: fc.constant(false) }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const flat = (some: typeof lines) => some.flatMap((one) => [one.name, one.text]);
        const kept = lines.filter((one) => !one.isVouched);
        expect(passRequest(flat(lines))).toEqual(flat(kept));
      }),
      { numRuns: 1_000 },
    );
  });

  it('leave the list that they were given as it was', () => {
    const raw = Object.freeze(list('Remote-User: evil', 'A: 1'));
    passRequest(raw);
    expect(raw).toEqual(list('Remote-User: evil', 'A: 1'));
  });
});

describe('the response passes', () => {
  it.each([
    'Connection: close',
    'Keep-Alive: timeout=5',
    'Proxy-Authenticate: Basic',
    'Transfer-Encoding: chunked',
    'Upgrade: h2c',
    'TE: x',
    'Set-Cookie: sallyport=x; Path=/',
    'set-cookie:  __HOST-Sallyport =x',
    'Set-Cookie: sallyport',
    'Set-Cookie: =sallyport=x',
    'Set-Cookie: = sallyport=x',
  ])('drop %s', (line) => {
    expect(passResponse(list('A: 1', line))).toEqual(list('A: 1'));
  });

  it.each([
    'Set-Cookie: sallyport2=x',
    'Set-Cookie: theme=sallyport=1; Path=/',
    'Location: http://internal:1234/x',
    'WWW-Authenticate: Basic',
    'Content-Encoding: gzip',
    'Content-Length: 3',
    'Remote-User: ada',
  ])('keep %s', (line) => {
    expect(passResponse(list('A: 1', line))).toEqual(list('A: 1', line));
  });

  it('drop what Connection names', () => {
    expect(passResponse(list('Connection: X-Hop', 'x-hop: 1', 'A: 1'))).toEqual(list('A: 1'));
  });

  it('drop the length of a 204 and of nothing else', () => {
    expect(passResponse(list('Content-Length: 0'), 204)).toEqual([]);
    expect(passResponse(list('Content-Length: 9'), 304)).toEqual(list('Content-Length: 9'));
  });

  it('announce trailers only where they can follow', () => {
    expect(passResponse(list('Trailer: X-Sum'), 200, true)).toEqual(list('Trailer: X-Sum'));
    expect(passResponse(list('Trailer: X-Sum'), 200, false)).toEqual([]);
  });
});

describe('the trailer passes', () => {
  it.each([
    ['Content-Length: 5', false],
    ['Set-Cookie: theme=x', false],
    ['Remote_User: evil', false],
    ['X-Forwarded-For: evil', false],
    ['Transfer-Encoding: chunked', false],
    ['X-Sum: abc', true],
    ['Server-Timing: db', true],
  ])('%s: kept %s', (line, isKept) => {
    const scope = { ownCookieNames: OWN_COOKIES, named: new Set<string>() };
    expect(passHeaders(list(line), trailerPasses, scope, names)).toEqual(isKept ? list(line) : []);
  });
});

describe('the memory of names', () => {
  it('stays small whatever a client invents, and goes on telling right', () => {
    const small = new FieldNames(4);
    for (let i = 0; i < 100; i++) expect(small.of(`X-${i}`).isVouched).toBe(false);
    expect(small.of('Remote_User').isVouched).toBe(true);
  });

  it('keeps no name that is long, and goes on telling right', () => {
    const names = new FieldNames(4);
    const padding = 'x'.repeat(30_000);
    expect(names.of('Accept')).toBe(names.of('Accept'));
    expect(names.of(`Remote-${padding}`)).not.toBe(names.of(`Remote-${padding}`));
    expect(names.of(`Proxy_${padding}`).isHopByHop).toBe(true);
  });
});
