/** Questions at a terminal: what is typed in secret is not shown. @module */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { BIN, Installation, PASSWORD } from './installation.ts';

const YAML = 'listen: 127.0.0.1:0\nupstream: http://127.0.0.1:9\n';

let installation: Installation;
beforeEach(() => {
  installation = new Installation(YAML);
});
afterEach(() => installation[Symbol.dispose]());

type Dialogue = readonly (readonly [question: RegExp, answer: string])[];

/** Runs a command on a pseudo-terminal, and answers what it asks. */
async function onTerminal(
  command: string,
  dialogue: Dialogue,
): Promise<{ status: number; shown: string }> {
  const program = `'${process.execPath}' '${BIN}' ${command}`;
  const child = spawn('script', ['-qefc', program, '/dev/null'], {
    cwd: installation.folder,
    env: { PATH: process.env.PATH, TERM: 'dumb' },
  });
  let shown = '';
  let waiting = [...dialogue];
  child.stdout.on('data', (chunk) => {
    shown += chunk;
    const [next, ...rest] = waiting;
    if (next === undefined || !next[0].test(shown)) return;
    waiting = rest;
    child.stdin.write(next[1]);
  });
  const [status] = await once(child, 'close');
  child.stdin.destroy();
  return { status, shown };
}

describeWith(['script'], 'on a terminal', () => {
  const asked: Dialogue = [
    [/New password: $/, `${PASSWORD}\r`],
    [/The same again: $/, `${PASSWORD}\r`],
  ];

  it('user add asks for the password twice, shows it never, and draws the QR code', async () => {
    const { status, shown } = await onTerminal('user add ada -c config.yaml', asked);
    expect(status, shown).toBe(0);
    expect(shown).not.toContain(PASSWORD.slice(0, 5));
    expect(shown).toContain('otpauth://totp/');
    expect(shown).toMatch(/[▄█▀]{10}/);
  });

  it('user set-password refuses two different passwords', async () => {
    await installation.addUser('ada');
    const { status, shown } = await onTerminal('user set-password ada -c config.yaml', [
      asked[0]!,
      [/The same again: $/, 'something else entirely\r'],
    ]);
    expect(status).toBe(4);
    expect(shown).toContain('The two passwords differ.');
    expect(shown).not.toContain('something else');
  });

  it('Ctrl-C at the question leaves with 130 and changes nothing', async () => {
    const { status } = await onTerminal('user add ada -c config.yaml', [
      [/New password: $/, '\x03'],
    ]);
    expect(status).toBe(130);
    expect(JSON.parse((await installation.run(['user', 'list', '--json'])).stdout)).toEqual([]);
  });

  it.each([
    ['y\r', 0, 0],
    ['\r', 4, 1],
    ['no\r', 4, 1],
  ])('user remove asks, and takes %j for an answer', async (answer, expected, left) => {
    await installation.addUser('ada');
    const { status, shown } = await onTerminal('user remove ada -c config.yaml', [
      [/\[y\/N\] $/, answer],
    ]);
    expect(status, shown).toBe(expected);
    expect(shown).toContain('Remove ada for good?');
    expect(JSON.parse((await installation.run(['user', 'list', '--json'])).stdout)).toHaveLength(
      left,
    );
  });
});
