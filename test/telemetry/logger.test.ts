import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DoorError } from '../../src/core/errors.ts';
import { Secret } from '../../src/core/secret.ts';
import { createLog, type LogOptions } from '../../src/telemetry/logger.ts';
import { REDACTED_FIELDS } from '../../src/telemetry/redact.ts';

function open(options: Partial<LogOptions> & { readonly isTTY?: boolean } = {}) {
  const written: string[] = [];
  const destination = {
    write: (lines: string) => written.push(lines),
    ...(options.isTTY !== undefined && { isTTY: options.isTTY }),
  };
  const { isTTY: _, ...rest } = options;
  const log = createLog({ level: 'debug', format: 'json', ...rest, destination });
  const text = () => written.join('');
  const lines = () =>
    text()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { log, text, lines };
}

describe('a JSON line', () => {
  it('has the level as a word, the time in ISO 8601, the fields, and the message last', () => {
    const { log, text, lines } = open();
    log.warn({ requestId: 'r-1', status: 502 }, 'upstream refused');
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        requestId: 'r-1',
        status: 502,
        msg: 'upstream refused',
      },
    ]);
    expect(text()).toMatch(/"msg":"upstream refused"}\n$/);
  });

  it.each([
    ['debug', ['debug', 'info', 'warn', 'error']],
    ['info', ['info', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('is written from the level %s on', (level, written) => {
    const { log, lines } = open({ level });
    for (const name of ['debug', 'info', 'warn', 'error'] as const) log[name]({}, name);
    expect(lines().map((line) => line.level)).toEqual(written);
  });

  it('is one line, whatever a client put into a field', () => {
    const { log, text, lines } = open();
    log.info({ path: '/x\n{"msg":"sign-in refused from 1.2.3.4"}' }, 'request');
    expect(lines()).toHaveLength(1);
    expect(text()).not.toContain('"msg":"sign-in');
  });
});

describe('secrets', () => {
  it('are masked by field name, at every depth and in every case', () => {
    const { log, text, lines } = open();
    for (const name of REDACTED_FIELDS) {
      log.info({ [name]: 'hunter2' }, 'x');
      log.info({ [name.toUpperCase()]: 'hunter2' }, 'x');
      log.info({ a: { b: [{ [name]: ['hunter2'] }] } }, 'x');
    }
    log.info({ req: { headers: { Cookie: 'hunter2', 'set-cookie': ['hunter2'] } } }, 'x');
    expect(text()).not.toContain('hunter2');
    expect(lines()).toHaveLength(3 * REDACTED_FIELDS.size + 1);
  });

  it('are masked where they are wrapped, under any name', () => {
    const { log, text } = open();
    log.info({ anything: new Secret('hunter2'), list: [new Secret('hunter2')] }, 'x');
    expect(text()).not.toContain('hunter2');
    expect(text()).toContain('[secret]');
  });

  it('are not what error codes are', () => {
    const { log, lines } = open();
    for (const code of [
      'E_STORE_DOWN',
      'ECONNRESET',
      '123456',
      'k7qd-0m3x-9htw-ev2c',
      'K7QD0M3X9HTWEV2C',
    ]) {
      log.info({ code }, 'x');
    }
    expect(lines().map((line) => line.code)).toEqual([
      'E_STORE_DOWN',
      'ECONNRESET',
      '[secret]',
      '[secret]',
      '[secret]',
    ]);
  });

  it('that libraries hang onto errors do not get out with them', () => {
    const { log, text, lines } = open();
    const cause = Object.assign(new Error('constraint failed'), {
      code: 'SQLITE_CONSTRAINT',
      parameters: ['hunter2'],
      request: { headers: { cookie: 'hunter2' } },
    });
    log.error({ err: new DoorError('E_STORE_DOWN', 'the store is down', cause) }, 'x');
    log.error({ nested: { error: cause } }, 'x');
    log.error({ err: 'hunter2' }, 'x');
    expect(text()).not.toContain('hunter2');
    expect(lines()[0]?.err).toMatchObject({
      type: 'DoorError',
      code: 'E_STORE_DOWN',
      message: 'the store is down',
      stack: expect.stringContaining('logger.test.ts'),
      cause: { type: 'Error', code: 'SQLITE_CONSTRAINT', message: 'constraint failed' },
    });
  });
});

describe('a field that cannot be printed', () => {
  it('does not throw, nor loop', () => {
    const { log, lines } = open();
    const circle: Record<string, unknown> = { name: 'circle' };
    circle.self = circle;
    const error = new Error('self');
    error.cause = error;
    for (const field of [
      circle,
      error,
      1n,
      undefined,
      null,
      () => 1,
      Symbol('x'),
      new Map(),
      new Date(0),
    ]) {
      log.info({ field }, 'x');
    }
    expect(lines()).toHaveLength(9);
  });
});

describe('the format', () => {
  it.each([
    ['json', true, false],
    ['json', false, false],
    ['pretty', true, true],
    ['pretty', false, true],
    ['auto', true, true],
    ['auto', false, false],
  ] as const)('%s, on a terminal %s: pretty %s', (format, isTTY, isPretty) => {
    const { log, text } = open({ format, isTTY });
    log.info({ port: 8080 }, 'listening');
    expect(text().startsWith('{')).toBe(!isPretty);
    expect(text()).toContain('listening');
    expect(text().includes('\u001b[')).toBe(isPretty && isTTY);
    expect(text().endsWith('\n')).toBe(true);
  });

  it('pretty masks like JSON', () => {
    const { log, text } = open({ format: 'pretty' });
    log.info({ password: 'hunter2' }, 'x');
    expect(text()).toContain('[secret]');
    expect(text()).not.toContain('hunter2');
  });
});

it('goes to standard output, all of it, when the process flushes before it ends', () => {
  const script = `
    import { createLog } from ${JSON.stringify(new URL('../../src/telemetry/logger.ts', import.meta.url).href)};
    const log = createLog({ level: 'info', format: 'auto' });
    for (let n = 0; n < 2000; n += 1) log.info({ n }, 'line');
    await log.flush();
    process.exit(0);`;
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.stdout.trimEnd().split('\n')).toHaveLength(2_000);
});

it('ends a flush when the reader has gone, with lines on their way', async () => {
  const script = `
    import { once } from 'node:events';
    import { createLog } from ${JSON.stringify(new URL('../../src/telemetry/logger.ts', import.meta.url).href)};
    const log = createLog({ level: 'info', format: 'json' });
    log.info({}, 'ready');
    await once(process.stdin, 'data');
    log.info({}, 'one');
    log.info({}, 'two');
    await log.flush();
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 50_000,
    killSignal: 'SIGKILL',
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  child.stdout.destroy();
  await once(child.stdout, 'close');
  child.stdin.end('go');
  expect(await ended).toEqual([0, null]);
});

it('attack: a flood of lines does not fill the memory while nobody reads, and is owned up to', async () => {
  const script = `
    import { once } from 'node:events';
    import { createLog } from ${JSON.stringify(new URL('../../src/telemetry/logger.ts', import.meta.url).href)};
    const log = createLog({ level: 'info', format: 'json' });
    const long = 'x'.repeat(10_000);
    for (let n = 0; n < 5_000; n += 1) log.info({ long }, 'line');
    process.stderr.write(String(process.stdout.writableLength));
    await once(process.stdin, 'data');
    log.info({}, 'last');
    await log.flush();
    process.exit(0);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [waiting] = await once(child.stderr, 'data');
  expect(Number(waiting)).toBeLessThan(17 * 1024 * 1024);
  let output = '';
  child.stdout.on('data', (text) => {
    output += text;
    if (output.includes('are lost')) child.stdin.end('go');
  });
  expect(await ended).toEqual([0, null]);
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const [warning] = lines.filter(({ level }) => level === 'warn');
  expect(lines.filter(({ msg }) => msg === 'line').length + warning.lines).toBe(5_000);
  expect(lines.at(-1).msg).toBe('last');
});

it('survives a reader that goes away', () => {
  const script = `
    import { createLog } from ${JSON.stringify(new URL('../../src/telemetry/logger.ts', import.meta.url).href)};
    const log = createLog({ level: 'info', format: 'json' });
    let n = 0;
    const timer = setInterval(() => {
      log.info({ n }, 'line');
      n += 1;
      if (n < 50) return;
      clearInterval(timer);
      process.stderr.write('done');
    }, 1);`;
  const command = `"$NODE" --input-type=module -e "$SCRIPT" | head -n 1`;
  const run = spawnSync('/bin/sh', ['-c', command], {
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, SCRIPT: script },
  });
  expect(run.stderr).toBe('done');
});
