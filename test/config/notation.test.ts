// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the configuration's own notation.
import { describe, expect, it } from 'vitest';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { configOf, problemsOf } from './load-text.ts';

const UPSTREAM = 'upstream: http://127.0.0.1:8888\n';

describe('YAML that is not as it should be', () => {
  it.each([
    [
      'a second document',
      `${UPSTREAM}---\n`,
      '2:1: a second document starts here — keep one configuration in a file, and remove the --- or ... line',
    ],
    ['a tab', 'session:\n\tidle: 3h\n', '2:1: the line is indented with a tab — use spaces'],
    [
      'an open bracket',
      'trusted_proxies: [10.0.0.0/8\nlog: {}\n',
      '2:1: the indentation does not fit, or a bracket is not closed — indent keys of one section equally, and close every [ and {',
    ],
    [
      'an open quote',
      'prefix: "/a\n',
      '2:1: a quote, a bracket, a comma or a colon is missing here or above — complete the value',
    ],
    [
      'a colon in a value',
      'prefix: a: b\n',
      '1:9: a second ": " stands on this line, or the line below is indented too far — put the value in quotes, or indent keys of one section equally',
    ],
    [
      'a reserved character',
      'prefix: @x\n',
      '1:9: a value starts with a reserved character — put the value in quotes',
    ],
    [
      'a tag',
      'prefix: !secret hunter2\n',
      '1:9: the value starts with ! and so is a YAML tag — put the value in quotes',
    ],
    [
      'a known tag',
      'prefix: !!binary aGVsbG8=\n',
      '1:18: a value has a YAML tag — remove the word that starts with !',
    ],
    [
      'an old version',
      `%YAML 1.1\n---\n${UPSTREAM}`,
      '1:1: the file asks for an old version of YAML — remove the %YAML line',
    ],
    ['a list as a key', '? [a]\n: 1\n', '1:3: the key is not text — write a plain key'],
    [
      'a variable within brackets, without quotes',
      'trusted_proxies: [${A}]\n',
      '1:20: a quote, a bracket, a comma or a colon is missing here or above — within [ ] and { }, put ${…} in quotes',
    ],
  ])('refuses %s', (_, text, line) => {
    expect(problemsOf(text)[0]).toBe(`config.yaml:${line}`);
  });

  it('says what breaks a file, however many keys are repeated before it', () => {
    const text = `${'prefix: /a\n'.repeat(30)}log: @x\n`;
    expect(problemsOf(text).at(-1)).toContain('config.yaml:31:6: a value starts with a reserved');
  });

  it('goes on after a repeated key, and judges the value that counts', () => {
    expect(problemsOf(`${UPSTREAM}prefix: /a\nprefix: b\n`)).toEqual([
      'config.yaml:3:1: the key appears twice — keep one of them',
      'config.yaml:3:9: prefix: "b" does not start with a slash — write /b',
    ]);
  });

  it.each([
    [
      'aliases that grow (billion laughs)',
      'a: &a [x,x,x]\nb: &b [*a,*a,*a]\nc: &c [*b,*b,*b]\n',
      '2:8',
    ],
    ['an alias within itself', 'a: &a [*a]\n', '1:8'],
    ['an alias of nothing', 'a: *nothing\n', '1:4'],
    ['a merge key', 'a: &a {idle: 1h}\nsession:\n  <<: *a\n', '3:7'],
  ])('refuses %s', (_, text, place) => {
    expect(problemsOf(text)[0]).toBe(
      `config.yaml:${place}: a value starts with * and so is a YAML alias — write the value out, in quotes if the * belongs to it`,
    );
  });

  it.each([
    ['thousands of open brackets', '['.repeat(5_000)],
    ['thousands of nested sections', 'a: {'.repeat(2_000)],
    ['thousands of nested lists', '- '.repeat(2_000)],
    ['hundreds of broken lines', Array.from({ length: 500 }, (_, i) => `k${i}: @x\n`).join('')],
  ])('says a few things about %s', (_, text) => {
    const problems = problemsOf(text);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.length).toBeLessThanOrEqual(20);
  });

  it('reads YAML 1.2: no, yes and 010 are what they look like', () => {
    expect(configOf(`${UPSTREAM}auth: {totp: {issuer: no}}\n`).auth.totp.issuer).toBe('no');
    expect(
      configOf(`${UPSTREAM}auth: {throttle: {account: {free: 010}}}\n`).auth.throttle.account.free,
    ).toBe(10);
  });

  it.each([
    ['CRLF line ends', `${UPSTREAM}prefix: auth\n`.replaceAll('\n', '\r\n'), '2:9'],
    ['a byte order mark', `\ufeff${UPSTREAM}prefix: auth\n`, '2:9'],
    [
      'characters beyond the BMP before it',
      `${UPSTREAM}# 🚪\nlog: {level: info, "🚪": 1}\n`,
      '3:20',
    ],
  ])('counts lines and columns right with %s', (_, text, place) => {
    expect(problemsOf(text)[0]).toMatch(`config.yaml:${place}: `);
  });
});

describe('a file that cannot be read', () => {
  const read = (file: string) => {
    const result = loadConfig({ file, env: {} });
    return result.ok ? [] : result.problems.map(formatProblem);
  };

  it('does not exist', () => {
    expect(read('/nonexistent/config.yaml')).toEqual([
      '/nonexistent/config.yaml: does not exist — check the path',
    ]);
  });

  it('is a folder', () => {
    expect(read('/')).toEqual(['/: is a folder — name a file']);
  });

  it('is not text', () => {
    expect(problemsOf(Buffer.from([0xff, 0xfe, 0x00]))).toEqual([
      'config.yaml: is not UTF-8 text — check the path, or save the file as UTF-8',
    ]);
  });

  it('is too large to be meant', () => {
    expect(problemsOf('#'.repeat(1024 * 1024 + 1))).toEqual([
      'config.yaml: is larger than 1 MiB — check the path',
    ]);
  });
});
