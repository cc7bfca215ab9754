import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/cli/program.ts';
import { openRealmsDoor, SEED } from '../realms/realms-door.ts';

type Door = Awaited<ReturnType<typeof openRealmsDoor>>;
let door: Door;
beforeAll(async () => {
  door = await openRealmsDoor();
  // The command reads the machine's clock, so the door does too.
  Object.defineProperty(door.clock, 'ms', { get: () => Date.now() });
});
afterAll(() => door[Symbol.asyncDispose]());

class Captured extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk;
    done();
  }
}

async function verify(args: readonly string[], over: Record<string, string | undefined> = {}) {
  const [stdout, stderr] = [new Captured(), new Captured()];
  const env = {
    ...{ UNGLEICHOTPNAME: 'web', UNGLEICHOTPREALM: 'ungleich-auth', UNGLEICHOTPSEED: SEED },
    UNGLEICHOTPSERVER: `${door.url}/verify/`,
    ...over,
  };
  const io = { stdin: Readable.from([]), stdout, stderr, env };
  const status = await runCommandLine(['verify', ...args], io);
  return { status, stdout: stdout.text, stderr: stderr.text };
}

const ADA = ['-n', 'ada', '-r', 'blue'];
const OK = { status: 0, stdout: 'Verify ok\n', stderr: '' };

describe('sallyport verify', () => {
  it('prints Verify ok for a code, and for a seed', async () => {
    expect(await verify([...ADA, '--token', door.code()])).toEqual(OK);
    expect(await verify(['--name', 'ada', '--realm', 'blue', '--seed', SEED])).toEqual(OK);
  });

  it.each(['/verify', '', '/'])('takes the address ending in %j', async (end) => {
    const server = { UNGLEICHOTPSERVER: door.url + end };
    expect(await verify([...ADA, '--seed', SEED], server)).toEqual(OK);
  });

  it('says that it failed, and exits so', async () => {
    expect(await verify([...ADA, '--token', '000000'])).toEqual({
      status: 4,
      stdout: 'Failed to verify: not verified\n',
      stderr: '',
    });
    const stranger = { UNGLEICHOTPNAME: 'stranger' };
    expect(await verify([...ADA, '--seed', SEED], stranger)).toMatchObject({
      status: 4,
      stdout: 'Failed to verify: our own name, realm or seed is refused\n',
    });
  });

  it('tells a dead network from a refusal', async () => {
    const dead = { UNGLEICHOTPSERVER: 'http://127.0.0.1:9/ungleichotp/verify/' };
    const { status, stdout, stderr } = await verify([...ADA, '--seed', SEED], dead);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('Failed to verify: http://127.0.0.1:9 does not answer');
  });

  it.each([
    [[...ADA], {}],
    [[...ADA, '--token', '1', '--seed', SEED], {}],
    [['-n', 'ada', '--seed', SEED], {}],
    [[...ADA, '--seed', 'geheim!'], {}],
    [[...ADA, '--seed', SEED], { UNGLEICHOTPNAME: undefined }],
    [[...ADA, '--seed', SEED], { UNGLEICHOTPSEED: 'geheim!' }],
    [[...ADA, '--seed', SEED], { UNGLEICHOTPSERVER: 'door.example.com' }],
    [[...ADA, '--seed', SEED], { UNGLEICHOTPSERVER: 'file:///etc/passwd' }],
  ])('is a wrong command line: %j %j', async (args, env) => {
    const { status, stdout, stderr } = await verify(args, env);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).not.toMatch(/geheim|JBSWY/);
  });
});
