/** A door under requests of each kind, and what is scraped of it afterwards. @module */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { mergeSnapshots } from '../../src/telemetry/exposition.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { ROOT } from '../house/sources.ts';
import { describeWith } from '../programs.ts';
import { Client } from './client.ts';
import { startMeteredUpstream } from './metered-upstream.ts';
import { addPerson, PASSWORD, signIn } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

const metrics = createMetrics({ version: '9.9.9', node: '24' });
let door: TestDoor;
let upstream: Awaited<ReturnType<typeof startMeteredUpstream>>;
let text: string;
let whileOpen: string;
/** Values of cookies. */
let sent: readonly string[];
const LIVE = ['sallyport_websockets_open', 'sallyport_event_streams_open'];
const expose = async () => mergeSnapshots([await metrics.snapshot()]);

/** The value of a line; undefined where there is none. */
function seriesValue(exposition: string, series: string): number | undefined {
  const line = exposition.split('\n').find((one) => one.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length + 1));
}

const requests = (route: string, decision: string, status: string) =>
  seriesValue(
    text,
    `sallyport_requests_total{route="${route}",decision="${decision}",status="${status}"}`,
  );

beforeAll(async () => {
  upstream = await startMeteredUpstream();
  const to = `upstream: "${upstream.origin}"`;
  door = await openTestDoor({
    metrics,
    yaml: [
      'routes:',
      `  - { name: open, path: /open, access: public, ${to}, max_body: 10B }`,
      `  - { name: crew, path: /crew, access: { groups: [crew] }, ${to} }`,
      '  - { name: dead, path: /dead, access: public, upstream: "http://127.0.0.1:1" }',
      `  - { name: people, path: /, ${to} }`,
    ].join('\n'),
  });
  const ada = await addPerson(door, 'ada-the-person');
  const client = new Client(door.origin);
  await client.submit('/_auth/login', '/_auth/login', {
    username: ada.name,
    password: 'wrong-secret-guess',
    code: '000000',
  });
  await client.get('/secret-path?secret-query=1');
  expect((await signIn(client, ada)).status).toBe(303);
  await client.get('/secret-path?secret-query=1');
  await client.get('/status/404');
  await client.get('/crew');
  await client.get('/open/status/503');
  await client.get('/dead');
  await client.post('/open', { much: 'too much for ten bytes' });
  await client.get('/open/cut').catch(() => undefined);
  await client.get('/', { authorization: 'Bearer secret-bearer' });
  sent = [...client.cookies.values()];
  const head = { Cookie: client.cookieHeader, Origin: 'http://127.0.0.1' };
  const socket = new WebSocket(`${door.origin.replace('http', 'ws')}/socket`, {
    headers: { ...head, Host: '127.0.0.1' },
  });
  await once(socket, 'open');
  const stream = request(`${door.origin}/stream`, { headers: head }).end();
  await once(stream, 'response');
  whileOpen = await expose();
  socket.terminate();
  stream.destroy();
  const look = async () => {
    text = await expose();
    return LIVE.every((series) => seriesValue(text, series) === 0);
  };
  await vi.waitUntil(look, { timeout: 50_000 });
});

afterAll(async () => {
  await door?.[Symbol.asyncDispose]();
  await upstream?.close();
});

describe('the numbers of a door', () => {
  it.each([
    // Two pages, a WebSocket apart.
    ['people', 'forward', '1xx', 1],
    ['people', 'forward', '2xx', 3],
    ['people', 'forward', '4xx', 1],
    ['people', 'unauthenticated', '3xx', 1],
    ['crew', 'forbidden', '4xx', 1],
    ['open', 'forward', '5xx', 1],
    // The answer had begun: what was cut is an error of the upstream, not another status.
    ['open', 'forward', '2xx', 1],
    ['open', 'malformed', '4xx', 1],
    ['dead', 'forward', '5xx', 1],
  ])('count %s %s %s: %d', (route, decision, status, count) => {
    expect(requests(route, decision, status)).toBe(count);
  });

  it('count pages of the door as its own', () => {
    expect(requests('none', 'own', '2xx')).toBeGreaterThan(1);
    expect(requests('none', 'own', '3xx')).toBe(1);
  });

  it('time what ends, and not what lives on', () => {
    const series = 'sallyport_request_duration_seconds_count{route="people",decision="forward"}';
    expect(seriesValue(text, series)).toBe(3);
  });

  it('tell upstreams’ faults by reason, and refusals by code', () => {
    const errors = (route: string, reason: string) =>
      seriesValue(text, `sallyport_upstream_errors_total{route="${route}",reason="${reason}"}`);
    expect(errors('dead', 'unreachable')).toBe(1);
    expect(errors('open', 'protocol')).toBe(1);
    expect(seriesValue(text, 'sallyport_refusals_total{code="E_FORBIDDEN"}')).toBe(1);
    expect(seriesValue(text, 'sallyport_refusals_total{code="E_BODY_TOO_LARGE"}')).toBe(1);
  });

  it('tell attempts by outcome', () => {
    const attempts = (outcome: string) =>
      seriesValue(text, `sallyport_attempts_total{kind="sign-in",outcome="${outcome}"}`);
    expect(attempts('success')).toBe(1);
    expect(attempts('refused')).toBe(1);
  });

  it('tell what is open at this moment', () => {
    expect(seriesValue(whileOpen, 'sallyport_websockets_open')).toBe(1);
    expect(seriesValue(whileOpen, 'sallyport_event_streams_open')).toBe(1);
    expect(seriesValue(text, 'sallyport_websockets_open')).toBe(0);
    expect(seriesValue(text, 'sallyport_event_streams_open')).toBe(0);
  });

  it('tell how the seal cache and the store do', () => {
    expect(seriesValue(text, 'sallyport_seal_cache_lookups_total{outcome="hit"}')).toBeGreaterThan(
      2,
    );
    expect(seriesValue(text, 'sallyport_seal_cache_entries')).toBe(1);
    expect(seriesValue(text, 'sallyport_sessions_active')).toBe(1);
    const calls = 'sallyport_store_duration_seconds_count{operation="createSession"}';
    expect(seriesValue(text, calls)).toBe(1);
    expect(seriesValue(text, 'sallyport_ready')).toBe(1);
    expect(seriesValue(text, 'sallyport_revocation_feed_silence_seconds')).toBeLessThan(5);
  });

  it('hold nothing that anybody sent', () => {
    expect(text).not.toMatch(/secret-|ada-the-person|\/socket|\/stream|127\.0\.0\.1/i);
    expect(sent).not.toEqual([]);
    expect(sent.filter((value) => text.includes(value))).toEqual([]);
    expect(text).not.toContain(PASSWORD);
  });

  it('are no page of the door', async () => {
    const answer = await new Client(door.origin).get('/metrics');
    expect(answer.text).not.toContain('sallyport_requests_total');
  });
});

describe('what is said about the numbers', () => {
  const typed = () =>
    [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);

  it('docs/metrics.md lists exactly what is exposed', () => {
    const doc = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
    const listed = [...doc.matchAll(/^\| `([a-z0-9_]+)` \| (\w+) \|/gm)];
    expect(listed.map(([, name, type]) => `${name} ${type}`).toSorted()).toEqual(
      typed().toSorted(),
    );
  });

  it.each(['dashboard.json', 'alerts.yaml', 'alerts.test.yaml'])(
    'examples/prometheus/%s asks for nothing else',
    (file) => {
      const example = readFileSync(join(ROOT, 'examples/prometheus', file), 'utf8');
      const names = new Set(typed().map((line) => line.split(' ')[0]));
      const used = [...example.matchAll(/\b(?:sallyport|process|nodejs)_[a-z0-9_]+/g)].map(
        ([name]) => name.replace(/_(?:bucket|sum|count)$/, ''),
      );
      expect(used.length).toBeGreaterThan(3);
      expect(used.filter((name) => !names.has(name))).toEqual([]);
    },
  );

  it('has a help text each', () => {
    expect(text.match(/^# HELP \S+ .{10,}$/gm)).toHaveLength(typed().length);
  });
});

describeWith(['promtool'], 'promtool', () => {
  const promtool = (args: readonly string[], input = '') => {
    const cwd = join(ROOT, 'examples/prometheus');
    const { status, stdout, stderr } = spawnSync('promtool', args, {
      cwd,
      input,
      encoding: 'utf8',
    });
    return `${status}${status === 0 ? '' : stdout + stderr}`;
  };

  it('has nothing to say against the exposition', () => {
    expect(promtool(['check', 'metrics'], text)).toBe('0');
  });

  it('accepts the alert rules, and they fire when they should', () => {
    expect(promtool(['check', 'rules', 'alerts.yaml'])).toBe('0');
    expect(promtool(['test', 'rules', 'alerts.test.yaml'])).toBe('0');
  });
});
