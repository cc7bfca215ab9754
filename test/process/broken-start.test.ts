/** How a start ends that somebody breaks off. @module */
import { afterEach, describe, expect, it } from 'vitest';
import { Installation } from '../cli/installation.ts';
import { messagesIn } from './log-lines.ts';
import { listenSilently } from './silent-server.ts';

/** Well below the minute that the database may take, and enough for a busy machine. */
const AT_ONCE_MS = 10_000;

describe('a start that waits for a database which says nothing', () => {
  let installation: Installation;
  afterEach(() => installation[Symbol.dispose]());

  it.each([
    ['SIGTERM', 1],
    ['SIGINT', 2],
  ] as const)(
    'is broken off by %s with %i workers, and says only that',
    async (signal, workers) => {
      await using database = await listenSilently();
      installation = new Installation(`listen: 127.0.0.1:0
workers: ${workers}
public_url: http://127.0.0.1
log: { format: json }
upstream: http://127.0.0.1:9
store: { url: "postgres://sallyport@127.0.0.1:${database.port}/sallyport?sslmode=disable", timeout: 1m }
`);
      const program = installation.start(['run', '--config', 'config.yaml']);
      await database.connected;
      const toldAtMs = performance.now();
      expect(await program.stop(signal)).toBe(0);
      expect(performance.now() - toldAtMs).toBeLessThan(AT_ONCE_MS);
      expect(messagesIn(program.output())).toEqual([`${signal} received, the start is broken off`]);
    },
  );
});
