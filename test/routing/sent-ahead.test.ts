import { describe, expect, it } from 'vitest';
import type { Route } from '../../src/routing/contract.ts';
import { head, RawClient } from '../proxy/raw-client.ts';
import { EMPTY_200, startRecordingUpstream } from '../proxy/recording-upstream.ts';
import { CLOSE, startGate } from './gate-server.ts';

const OPEN: readonly Partial<Route>[] = [{ access: { kind: 'public' } }];
const HANDSHAKE = head('GET /ws', 'Connection: Upgrade', 'Upgrade: websocket');

describe('requests that are sent before earlier ones are answered', () => {
  it('attack: by the thousand they take no thousand connections to the upstream', async () => {
    await using upstream = await startRecordingUpstream(() => undefined);
    await using gate = await startGate(upstream.upstream, OPEN);
    await using client = await RawClient.open(gate.port, head('GET /').repeat(2_000));
    await client.closed;
    expect(gate.reports.filter(({ outcome }) => outcome === 'forward')).toHaveLength(65);
    expect(gate.reports.filter(({ outcome }) => outcome === 'E_BUSY')).toHaveLength(1);
    expect(upstream.connections.length).toBeLessThanOrEqual(65);
    await Promise.all(upstream.connections.map(({ closed }) => closed));
  });

  it('are answered as long as each batch is a small one, and in their order', async () => {
    await using upstream = await startRecordingUpstream((connection) => {
      connection.socket.on('data', (bytes: Buffer) => {
        const [, number = ''] = /^GET \/(\d+)/.exec(bytes.toString('latin1')) ?? [];
        const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${number.length}\r\n\r\n${number}`;
        // The earlier the request, the later its answer.
        setTimeout(() => connection.socket.write(answer), 60 - Number(number));
      });
    });
    await using gate = await startGate(upstream.upstream, OPEN);
    await using client = await RawClient.open(gate.port);
    for (let batch = 0; batch < 3; batch++) {
      client.received = '';
      client.write(Array.from({ length: 60 }, (_, i) => head(`GET /${i}`)).join(''));
      await client.until((received) => received.endsWith('\r\n\r\n59'));
      const bodies = [...client.received.matchAll(/\r\n\r\n(\d+)/g)].map(([, body]) =>
        Number(body),
      );
      expect(bodies).toEqual(Array.from({ length: 60 }, (_, i) => i));
    }
  });

  it.each([
    ['a handshake', HANDSHAKE],
    ['CONNECT', 'CONNECT app.example.com:443 HTTP/1.1\r\nHost: app.example.com\r\n\r\n'],
  ])('attack: %s cannot take the place of an answer that is due', async (_what, second) => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => setTimeout(() => socket.write(EMPTY_200), 100));
    });
    await using gate = await startGate(upstream.upstream, OPEN);
    await using client = await RawClient.open(gate.port, head('GET /first') + second);
    expect(await client.toEnd()).toBe('');
    expect(upstream.requestLines()).not.toContain('GET /ws HTTP/1.1');
    expect(gate.reports.at(-1)?.outcome).toBe('E_FRAMING');
  });

  it('a handshake after an answer passes on the same connection', async () => {
    await using upstream = await startRecordingUpstream();
    await using gate = await startGate(upstream.upstream, OPEN);
    await using client = await RawClient.open(gate.port, head('GET /first'));
    await client.until((received) => received.endsWith('\r\n\r\n'));
    client.received = '';
    client.write(head('GET /ws', CLOSE, 'Connection: Upgrade', 'Upgrade: websocket'));
    await client.until((received) => received.startsWith('HTTP/1.1 200'));
    expect(upstream.requestLines()).toEqual(['GET /first HTTP/1.1', 'GET /ws HTTP/1.1']);
  });
});
