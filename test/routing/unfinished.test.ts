/** A request that is not taken to its end: by us, or by whoever sent it. */
import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/routing/contract.ts';
import { exchange, head, RawClient } from '../proxy/raw-client.ts';
import { startRecordingUpstream } from '../proxy/recording-upstream.ts';
import { CLOSE, setUp, startGate } from './gate-server.ts';

describe('a body that is not forwarded', () => {
  it.each([
    ['of a refused request', 'POST /', 'HTTP/1.1 401'],
    ['of a form of ours', 'POST /_auth/login', ''],
  ])('and never ends, %s, ends the connection in time', async (_name, requestLine, answer) => {
    await using door = await setUp([{}], { bodyTimeoutMs: 100 });
    const request = `${head(requestLine, 'Content-Length: 100')}slow`;
    await using client = await RawClient.open(door.gate.port, request);
    expect((await client.toEnd()).startsWith(answer)).toBe(true);
    expect(door.upstream.connections).toHaveLength(0);
  });

  it('and does end leaves the connection to the next request', async () => {
    await using door = await setUp([{}], { bodyTimeoutMs: 1000 });
    const request = `${head('POST /', 'Content-Length: 4')}body`;
    await using client = await RawClient.open(door.gate.port, request);
    await client.until((received) => received.includes('401'));
    await new Promise((resolve) => setTimeout(resolve, 1200));
    client.write(head('GET /_auth', CLOSE));
    expect(await client.toEnd()).toContain('own page');
  });
});

describe('a client that has left', () => {
  it('while its session was being opened costs the upstream nothing', async () => {
    await using upstream = await startRecordingUpstream();
    await using healthy = await startGate(upstream.upstream);
    const opened = Promise.withResolvers<{ kind: 'none' }>();
    const asked = Promise.withResolvers<void>();
    const open = () => {
      asked.resolve();
      return opened.promise;
    };
    const sessions = Object.defineProperty(Object.create(healthy.sessions), 'open', {
      value: open,
    });
    const routes: readonly Partial<Route>[] = [{ access: { kind: 'public' } }];
    await using gate = await startGate(upstream.upstream, routes, { sessions });
    await using client = await RawClient.open(gate.port, head('GET /'));
    await asked.promise;
    client.reset();
    await client.closed;
    // One more exchange on the same event loop: by its end the reset has been seen.
    await exchange(gate.port, head('GET /_auth', CLOSE));
    opened.resolve({ kind: 'none' });
    await exchange(gate.port, head('GET /_auth', CLOSE));
    expect(gate.reports.map((r) => r.outcome)).not.toContain('forward');
    expect(upstream.connections).toHaveLength(0);
  });
});
