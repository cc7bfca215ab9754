import { describe, expect, it } from 'vitest';
import { startDoor } from './door.ts';
import { bodyOf, exchange, head, RawClient, statusOf } from './raw-client.ts';
import { type Behaviour, startRecordingUpstream } from './recording-upstream.ts';

const silent: Behaviour = () => undefined;
const chunk = (bytes: number) => `${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`;
const LIMITED = { limits: { maxBodyBytes: 1_000 } };

describe('a body over the limit', () => {
  it('is refused by its declared length, and the upstream hears nothing', async () => {
    await using upstream = await startRecordingUpstream(silent);
    await using door = await startDoor(upstream.upstream, LIMITED);
    const answer = await exchange(
      door.port,
      head('POST /', 'Content-Length: 1001', 'Connection: close') + 'x'.repeat(1_001),
    );
    expect(statusOf(answer)).toBe(413);
    expect(upstream.connections).toHaveLength(0);
  });

  it('is refused once streamed bytes exceed it, and the upstream gets no complete request', async () => {
    await using upstream = await startRecordingUpstream(silent);
    await using door = await startDoor(upstream.upstream, LIMITED);
    await using client = await RawClient.open(
      door.port,
      head('POST /', 'Transfer-Encoding: chunked') + chunk(900),
    );
    const connection = await upstream.connection(0);
    await connection.head();
    client.write(chunk(900));
    await client.until((received) => statusOf(received) === 413);
    await connection.closed;
    expect(connection.received).not.toContain('\r\n0\r\n\r\n');
    expect(connection.received.length).toBeLessThan(1_300);
    expect(door.failures).toEqual(['E_BODY_TOO_LARGE']);
  });

  it('resets the client where an answer has begun', async () => {
    await using upstream = await startRecordingUpstream(({ socket }) => {
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello'));
    });
    await using door = await startDoor(upstream.upstream, LIMITED);
    await using client = await RawClient.open(
      door.port,
      head('POST /', 'Transfer-Encoding: chunked') + chunk(900),
    );
    await client.until((received) => received.endsWith('hello'));
    client.write(chunk(900));
    await client.closed;
    expect(client.ending).toBe('reset');
  });

  it('at the limit exactly it passes', async () => {
    await using upstream = await startRecordingUpstream();
    await using door = await startDoor(upstream.upstream, LIMITED);
    const answer = await exchange(
      door.port,
      head('POST /', 'Content-Length: 1000', 'Connection: close') + 'x'.repeat(1_000),
    );
    expect(statusOf(answer)).toBe(200);
  });
});

describe('an answer that comes before the body is there', () => {
  it('reaches the client whole, and the connection goes on with the next request', async () => {
    await using upstream = await startRecordingUpstream((connection, index) => {
      connection.socket.once('data', () =>
        connection.socket.write(
          index === 0
            ? 'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno'
            : 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nyes',
        ),
      );
    });
    await using door = await startDoor(upstream.upstream);
    await using client = await RawClient.open(
      door.port,
      `${head('POST /1', 'Content-Length: 3000000')}start`,
    );
    const first = await client.until((received) => received.endsWith('no'));
    expect(statusOf(first)).toBe(403);
    client.write('x'.repeat(2_999_995) + head('GET /2', 'Connection: close'));
    const both = await client.toEnd();
    expect(bodyOf(bodyOf(both))).toBe('yes');
    expect(upstream.requestLines()).toEqual(['POST /1 HTTP/1.1', 'GET /2 HTTP/1.1']);
  });
});
