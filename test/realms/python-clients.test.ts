import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRealmsDoor, SEED } from './realms-door.ts';

const PYTHON = '/usr/bin/python3';
const PYOTP = '/usr/lib/python3/dist-packages/pyotp';
const OTHER_SEED = 'KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU';

type Door = Awaited<ReturnType<typeof openRealmsDoor>>;
let door: Door;
beforeAll(async () => {
  door = await openRealmsDoor();
  await door.add('snake', 'zoo', OTHER_SEED);
});
afterAll(() => door[Symbol.asyncDispose]());

/** What each request of one part of `clients.py` came to: label, status, body. */
async function run(part: string): Promise<readonly (readonly [string, number, string])[]> {
  const env = {
    ...{ URL: door.url, NOW: String(door.clock.ms / 1000), ADMIN_SEED: SEED },
    ...{ NAME: 'web', REALM: 'ungleich-auth', SEED },
    ...{ SUBJECT: 'snake', SUBJECT_REALM: 'zoo', SUBJECT_SEED: OTHER_SEED },
  };
  const script = join(import.meta.dirname, 'clients.py');
  const { stdout } = await promisify(execFile)(PYTHON, [script, part], { env, timeout: 50_000 });
  const lines = stdout.trim().split('\n');
  return lines.map((line) => {
    const { label, status, body } = JSON.parse(line);
    return [label, status, body] as const;
  });
}

const OK = '{"status":"OK"}';
const NO = '{"detail":"You do not have permission to perform this action."}';

describe.skipIf(!existsSync(PYTHON))('clients in Python work unchanged', () => {
  it('the first generation, with the standard library alone', async () => {
    expect(await run('first')).toEqual([
      ['itself', 200, OK],
      ['itself', 200, OK],
      ['no slash', 200, OK],
      ['integer', 200, OK],
      ['wrong', 403, NO],
    ]);
  });

  it.skipIf(!existsSync(PYOTP))('the later generation, with pyotp', async () => {
    expect(await run('later')).toEqual([
      ['pyotp', 200, OK],
      ['pyotp wrong', 403, NO],
    ]);
  });

  it('the management of services', async () => {
    const [list, create, remove] = await run('manage');
    expect(list?.slice(0, 2)).toEqual(['list', 200]);
    expect(JSON.parse(list?.[2] ?? '')).toContainEqual({
      id: expect.any(String),
      ...{ name: 'snake', realm: 'zoo' },
    });
    expect(create?.slice(0, 2)).toEqual(['create', 201]);
    expect(remove).toEqual(['delete', 204, '']);
  });
});
