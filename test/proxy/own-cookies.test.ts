import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { setsOwnCookie, stripOwnCookies } from '../../src/proxy/own-cookies.ts';
import { OWN_COOKIES, startDoor } from './door.ts';
import { exchange, head } from './raw-client.ts';
import { answerEach, startRecordingUpstream } from './recording-upstream.ts';

const strip = (value: string) => stripOwnCookies(value, OWN_COOKIES);

describe('stripping our cookies', () => {
  it.each([
    ['sallyport=SECRET', undefined],
    ['sallyport=SECRET;', undefined],
    [' ; sallyport=SECRET ; ', undefined],
    ['a=1; sallyport=SECRET; b=2', 'a=1; b=2'],
    ['sallyport=SECRET; a=1', 'a=1'],
    ['a=1; sallyport=SECRET', 'a=1'],
    ['a=1;sallyport=SECRET;b=2', 'a=1;b=2'],
    ['SallyPort=SECRET; a=1', 'a=1'],
    ['__Host-sallyport=SECRET; a=1', 'a=1'],
    ['sallyport=SECRET; a=1; sallyport=SECRET2', 'a=1'],
    ['a=1; \t sallyport \t=SECRET', 'a=1'],
    ['a=1;\xa0sallyport=SECRET', 'a=1'],
    ['a=1; sallyport', 'a=1'],
    ['a=1; =sallyport=SECRET', 'a=1'],
    ['sallyport="SECRET"; a=1', 'a=1'],
    ['sallyport="SEC;RET"; a=1', 'a=1'],
    ['x="; sallyport=SECRET; y="', 'x="; y="'],
    ['$Version="1"; sallyport="SECRET"; $Path="/"; $Domain="x"', undefined],
    [
      '$Version="1"; sallyport="SECRET"; $Path="/"; a="1"; $Path="/a"',
      '$Version="1"; a="1"; $Path="/a"',
    ],
    ['$Version="1"; a="1"; $Path="/"; sallyport="SECRET"', '$Version="1"; a="1"; $Path="/"'],
  ])('%s becomes %s', (value, expected) => {
    expect(strip(value)).toBe(expected);
  });

  it.each([
    'a=1; b=2',
    'sallyport2=x; xsallyport=y; __Secure-sallyport=z',
    'a=sallyport; b="sallyport"',
    ' a=1 ;;  b = 2;',
    'a=\x80\xff; c',
    '',
  ])('leaves %j byte-identical', (value) => {
    expect(strip(value)).toBe(value);
  });

  it('never lets one of our values through, and never touches another cookie', () => {
    const own = fc
      .tuple(
        fc.constantFrom('sallyport', 'SALLYPORT', ' sallyport', '__Host-sallyport\t'),
        fc.constantFrom('SECRET', '"SECRET"', ' SECRET '),
      )
      .map(([name, value]) => ({ text: `${name}=${value}`, isOwn: true }));
    const other = fc
      .tuple(fc.stringMatching(/^[a-z]{1,6}$/), fc.stringMatching(/^[a-zA-Z0-9"%=._-]{0,12}$/))
      .filter(([name]) => !OWN_COOKIES.has(name))
      .map(([name, value]) => ({ text: `${name}=${value}`, isOwn: false }));
    fc.assert(
      fc.property(fc.array(fc.oneof(own, other), { maxLength: 8 }), (cookies) => {
        const left = strip(cookies.map((c) => c.text).join('; '));
        const expected = cookies.filter((c) => !c.isOwn).map((c) => c.text);
        expect(left ?? '').toBe(expected.join('; '));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('recognising our cookies in Set-Cookie', () => {
  it.each([
    ['sallyport=x; Path=/', true],
    ['SALLYPORT=x', true],
    [' sallyport = x', true],
    ['sallyport', true],
    ['sallyport; Path=/', true],
    ['=sallyport=x', true],
    ['== sallyport=x', true],
    ['sallyport2=x', false],
    ['theme=sallyport', false],
    ['', false],
  ])('%j: %s', (value, expected) => {
    expect(setsOwnCookie(value, OWN_COOKIES)).toBe(expected);
  });
});

describe('attack: a cache in front that would hand our cookie to others', () => {
  const SHARED = [
    'Cache-Control: public, max-age=600',
    'cache-control: s-maxage=600',
    'Surrogate-Control: max-age=600',
    'CDN-Cache-Control: max-age=600',
    'Some-CDN-Cache-Control: max-age=600',
  ];
  const answer = `HTTP/1.1 200 OK\r\n${SHARED.join('\r\n')}\r\nETag: "1"\r\nContent-Length: 2\r\n\r\nok`;
  const aboutCaches = /^(?:[\w-]*cache-control|surrogate-control): .*$/gim;
  const HANDSHAKE = ['Connection: Upgrade', 'Upgrade: websocket'];

  it.each([
    ['an answer', ['Connection: close']],
    ['a refused handshake', HANDSHAKE],
  ])('%s with a cookie of ours is for no cache, whatever the upstream says', async (_, lines) => {
    await using upstream = await startRecordingUpstream(answerEach(answer));
    await using door = await startDoor(upstream.upstream, { setCookies: ['sallyport=renewed'] });
    const received = await exchange(door.port, head('GET /logo.png', ...lines));
    expect(received).toMatch(/^set-cookie: sallyport=renewed$/im);
    expect(received.match(aboutCaches)?.map((line) => line.toLowerCase())).toEqual([
      'cache-control: no-store',
    ]);
    expect(received).toMatch(/^etag: "1"$/im);
  });

  it('every other answer keeps what the upstream says', async () => {
    await using upstream = await startRecordingUpstream(answerEach(answer));
    await using door = await startDoor(upstream.upstream);
    const received = await exchange(door.port, head('GET /logo.png', 'Connection: close'));
    expect(received.match(aboutCaches)).toEqual(SHARED);
  });
});
