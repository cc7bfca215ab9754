/** SIGKILL at any moment of a sign-up: the person is whole, or does not exist. @module */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../src/core/ports.ts';
import { openStore } from '../../src/store/open.ts';
import { Client, hiddenFields } from './client.ts';
import { codeFrom, PASSWORD } from './people.ts';
import { startProgram } from './process.ts';

/** Kills spread over the time that a confirmation takes; the last comes after it. */
const KILL_AFTER_MS = [0, 1, 2, 3, 5, 8, 13, 40];
/** Password, app and ten recovery codes. */
const WHOLE = 12;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-kill-'));
  writeFileSync(
    join(folder, 'config.yaml'),
    'listen: 127.0.0.1:0\npublic_url: http://127.0.0.1\nupstream: http://127.0.0.1:9\nauth: { signup: open }\n',
  );
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Walks up to the confirmation, sends it, and kills the door `afterMs` later. */
async function signUpAndKill(name: string, afterMs: number): Promise<number | undefined> {
  const program = startProgram(['run', '--config', 'config.yaml'], { cwd: folder });
  const [, origin = ''] = await program.until(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
  const client = new Client(origin);
  const form = { username: name, password: PASSWORD };
  const page = await client.submit('/_auth/signup', '/_auth/signup', form);
  const uri = /otpauth:\/\/[^"<\s]+/.exec(page.text)?.[0].replaceAll('&amp;', '&') ?? '';
  const fields = hiddenFields(page.text, '/_auth/signup/confirm');
  const answer = client.post('/_auth/signup/confirm', { ...fields, code: codeFrom(uri) }).then(
    ({ status }) => status,
    () => undefined,
  );
  await delay(afterMs);
  await program.stop('SIGKILL');
  return answer;
}

describe('a door killed during a sign-up', () => {
  it('has the person with all credentials or not at all, and keeps what it acknowledged', async () => {
    for (const [round, afterMs] of KILL_AFTER_MS.entries()) {
      const name = `person${round}`;
      const status = await signUpAndKill(name, afterMs);
      const store = await openStore({
        address: { kind: 'sqlite', path: join(folder, 'data', 'sallyport.db') },
        clock: systemClock,
        random: systemRandom,
      });
      const account = await store.findAccount('person', '', name);
      await store.close();
      expect([undefined, WHOLE]).toContain(account?.credentials.length);
      if (status === 200) expect(account?.credentials).toHaveLength(WHOLE);
    }
  }, 120_000);
});
