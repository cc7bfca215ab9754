/** Whatever a header about the original request holds: 200 only where it would pass directly. */
import { describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { setUpAsked } from './asking.ts';
import { ASK, GATEWAYS } from './questions.ts';

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

/** Each line of the question, as the place where something bad may stand. */
const places = GATEWAYS.flatMap((gateway) =>
  ['line', ...ASK[gateway]({}).lines.map((line) => line.split(':', 1)[0]!)]
    .filter((place) => (gateway === 'envoy' ? place === 'line' : place !== 'line'))
    .filter((place) => place !== 'X-Forwarded-For')
    .map((place) => ({ gateway, place })),
);

describe.each(places)('what $gateway says in $place', ({ gateway, place }) => {
  /** The question about an ordinary page, with something in front of, within or instead of a value. */
  const spoil = (change: (value: string) => string) => {
    const { line, lines } = ASK[gateway]({ target: '/page' });
    if (place === 'line') return { line: line.replace('/page', change('/page')), lines };
    const changed = lines.map((text) => {
      const [name, value = ''] = text.split(/: (.*)/s);
      return name === place ? `${name}: ${change(value)}` : text;
    });
    return { line, lines: changed };
  };

  it('may hold any byte: 200, 401 or 403, and the same sent directly says 200 where it does', async () => {
    await using door = await setUpAsked(gateway, { maxHeaderSize: 200_000 });
    const { cookie } = await door.gate.signIn();
    for (const byte of BYTES) {
      const char = String.fromCharCode(byte);
      for (const change of [
        (value: string) => value + char,
        (value: string) => value.slice(0, 3) + char + value.slice(3),
      ]) {
        const { line, lines } = spoil(change);
        const status = statusOf(await door.askRaw(line, [...lines, cookie]));
        expect([200, 401, 403], `0x${byte.toString(16)}`).toContain(status);
        if (status !== 200 || place === 'X-Forwarded-Proto') continue;
        const isHost = place === 'X-Forwarded-Host';
        const asked = isHost || place.endsWith('Method') ? '/page' : change('/page');
        const host = isHost ? change('app.example.com') : 'app.example.com';
        const direct = await exchange(
          door.gate.port,
          Buffer.from(
            head(`GET ${asked.trim()}`, `Host: ${host}`, 'Connection: close', cookie),
            'latin1',
          ),
        );
        // There is no upstream here: what passes the decision finds nothing behind it.
        expect(statusOf(direct), `0x${byte.toString(16)}`).toBe(404);
      }
    }
  });

  it.each([
    ['nothing', () => ''],
    ['64 KB', () => `/${'a'.repeat(65_536)}`],
    ['64 KB of escapes', () => `/${'%2e%2e%2f'.repeat(7_000)}`],
    ['a stray %', () => '/%'],
    ['half an escape', () => '/%2'],
    ['no hexadecimal escape', () => '/%gg'],
    ['an encoded NUL', () => '/%00'],
    ['two addresses', () => '/page, /open'],
    ['a backslash', () => '\\staff'],
    ['dots', () => '/open/..;/staff'],
  ])('may be %s: 401 or 403', async (what, change) => {
    await using door = await setUpAsked(gateway, { maxHeaderSize: 200_000 });
    const { cookie } = await door.gate.signIn();
    const { line, lines } = spoil(change);
    // The scheme of the way in is a hint about ports: without it http is assumed.
    const allowed = place === 'X-Forwarded-Proto' ? [200, 401, 403] : [401, 403];
    const status = statusOf(await door.askRaw(line, [...lines, cookie]));
    expect(allowed, what).toContain(status);
  });
});

const headers = places.filter(({ place }) => place !== 'line');

describe.each(headers)('two lines of $place from $gateway', ({ gateway, place }) => {
  it.each([
    ['the same', (name: string) => name],
    ['a look-alike', (name: string) => name.replaceAll('-', '_')],
    ['another look-alike', (name: string) => name.toLowerCase().replace('-', '.')],
  ])('are refused: %s', async (_what, spell) => {
    await using door = await setUpAsked(gateway);
    const { cookie } = await door.gate.signIn();
    const { line, lines } = ASK[gateway]({ target: '/page' });
    const value = lines.find((text) => text.startsWith(`${place}:`))!.split(': ')[1];
    const again = `${spell(place)}: ${value}`;
    expect(statusOf(await door.askRaw(line, [...lines, cookie]))).toBe(200);
    expect(statusOf(await door.askRaw(line, [...lines, cookie, again]))).toBe(403);
    expect(statusOf(await door.askRaw(line, [again, cookie, ...lines]))).toBe(403);
    expect(door.reasons().at(-1)).toMatch(/came twice/);
  });
});

const FAMILIES: Readonly<Record<string, readonly string[]>> = {
  'X-Original-URI': ['nginx'],
  'X-Original-URL': ['nginx'],
  'X-Original-Method': ['nginx'],
  'X-Forwarded-Uri': ['traefik', 'caddy', 'haproxy'],
  'X-Forwarded-Method': ['traefik', 'caddy', 'haproxy'],
};

describe.each(Object.entries(FAMILIES))('%s', (name, speakers) => {
  it.each(GATEWAYS.filter((gateway) => !speakers.includes(gateway)))(
    'is not believed from %s, in any spelling',
    async (gateway) => {
      await using door = await setUpAsked(gateway);
      const { cookie } = await door.gate.signIn();
      for (const spelling of [name, name.toUpperCase(), name.replaceAll('-', '_')]) {
        expect(await door.statusAbout({}, cookie, `${spelling}: /open`)).toBe(403);
        expect(door.reasons().at(-1)).toMatch(/not of this gateway's family/);
      }
    },
  );
});

describe('nginx', () => {
  const ask = async (lines: readonly string[], rules?: readonly object[]) => {
    await using door = await setUpAsked('nginx', rules ? { rules } : {});
    const { cookie } = await door.gate.signIn();
    return statusOf(await door.askRaw('GET /_auth/check', [...lines, cookie]));
  };
  const METHOD = 'X-Original-Method: GET';

  it.each([
    ['the whole address', ['X-Original-URL: http://app.example.com/page', METHOD], 200],
    ['a default port', ['X-Original-URL: https://app.example.com:443/page', METHOD], 200],
    ['another host', ['X-Original-URL: http://other.example.com/page', METHOD], 403],
    ['no path', ['X-Original-URL: http://app.example.com', METHOD], 403],
    ['a host that ends early', ['X-Original-URL: http://app.example.com?/page', METHOD], 403],
    ['another scheme', ['X-Original-URL: ftp://app.example.com/page', METHOD], 403],
    ['a user name', ['X-Original-URL: http://app.example.com@evil/page', METHOD], 403],
    [
      'both, in agreement',
      ['X-Original-URL: http://app.example.com/page', 'X-Original-URI: /page', METHOD],
      200,
    ],
    [
      'both, at odds',
      ['X-Original-URL: http://app.example.com/page', 'X-Original-URI: /open', METHOD],
      403,
    ],
    [
      'the host twice, in agreement',
      ['X-Original-URL: http://app.example.com/page', 'X-Forwarded-Host: APP.example.com', METHOD],
      200,
    ],
    [
      'another host than the one that it serves',
      [
        'X-Original-URL: http://app.example.com/page',
        'X-Original-URI: /page',
        'X-Forwarded-Host: secret.example.com',
        METHOD,
      ],
      403,
    ],
    ['no method, where rules name some', ['X-Original-URL: http://app.example.com/page'], 403],
    ['no host, where rules name one', ['X-Original-URI: /page', METHOD], 403],
    ['no address', [METHOD], 403],
  ])('may say %s', async (_what, lines, status) => {
    expect(await ask(lines)).toBe(status);
  });

  it('may say the path alone where no rule is about a host or a method', async () => {
    expect(await ask(['X-Original-URI: /page'], [{}])).toBe(200);
  });
});

describe.each(GATEWAYS)('a host that %s would serve from another site', (gateway) => {
  const rules = [{ host: 'app.example.com', access: { kind: 'public' } }, {}] as const;

  it.each([
    ['app.example.com', 200],
    ['APP.example.com', 200],
    ['app.example.com:80', 200],
    ['app.example.com.', 403],
    ['app.example.com.:80', 403],
  ])('is no way to the rules of %s: %i', async (host, status) => {
    await using door = await setUpAsked(gateway, { rules });
    expect(await door.statusAbout({ host })).toBe(status);
  });
});

describe.each(GATEWAYS)('a question of %s that expects something', (gateway) => {
  it('is answered at once where that is 100-continue, and 403 for anything else', async () => {
    await using door = await setUpAsked(gateway);
    const { cookie } = await door.gate.signIn();
    const length = gateway === 'envoy' ? [] : ['Content-Length: 5'];
    const about = (expected: string) =>
      door.statusAbout({}, cookie, `Expect: ${expected}`, ...length);
    expect(await about('100-continue')).toBe(200);
    expect(await about('miracles')).toBe(403);
  });
});
