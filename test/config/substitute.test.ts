// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the configuration's own notation.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { substitute } from '../../src/config/substitute.ts';
import { configOf, problemsOf } from './load-text.ts';

const env = { A: 'alpha', EMPTY: '', NESTED: '${A}', DOLLAR: '$&$1' };
const UPSTREAM = 'upstream: http://127.0.0.1:8888\n';

describe('substitute', () => {
  it.each([
    ['plain', 'plain', []],
    ['${A}', 'alpha', ['A']],
    ['x-${A}-y-${A}', 'x-alpha-y-alpha', ['A', 'A']],
    ['${A:-z}', 'alpha', ['A']],
    ['${NOPE:-z}', 'z', ['NOPE']],
    ['${NOPE:-}', '', ['NOPE']],
    ['${EMPTY:-z}', 'z', ['EMPTY']],
    ['${EMPTY}', '', ['EMPTY']],
    ['${NOPE:-http://a:1/-x}', 'http://a:1/-x', ['NOPE']],
    ['$${A}', '${A}', []],
    ['$$${A}', '$${A}', []],
    ['$A $ $$ {A}', '$A $ $$ {A}', []],
    // A value is never read again: not as a reference, not as a replacement pattern.
    ['${NESTED}', '${A}', ['NESTED']],
    ['${DOLLAR}', '$&$1', ['DOLLAR']],
  ])('%s becomes %s', (text, result, variables) => {
    expect(substitute(text, env)).toEqual({ ok: true, value: { text: result, variables } });
  });

  it.each(['${NOPE}', '${toString}', '${__proto__}', '${constructor}'])(
    'refuses %s, which nobody has set',
    (text) => {
      expect(substitute(text, env)).toMatchObject({ ok: false });
    },
  );

  it.each(['${', '${}', '${1A}', '${A', '${A-B}', '${A:z}', '${ A }'])('refuses %s', (text) => {
    expect(substitute(text, env)).toMatchObject({
      refusal: { problem: 'has a ${ that starts no variable' },
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[$ {}:A-]*$/), (text) => {
        expect(substitute(text, env)).toHaveProperty('ok');
      }),
    );
  });
});

describe('variables in a file', () => {
  it.each([
    ['a line of another key', '/x\nlisten: 0.0.0.0:1'],
    ['a list', '[/x]'],
    ['a section', '{a: /x}'],
    ['a tag', '!!str /x'],
    ['an alias', '*x'],
  ])('cannot add to the file: %s stays text', (_, value) => {
    expect(problemsOf(`${UPSTREAM}prefix: \${P}\n`, { P: value })).toHaveLength(1);
    expect(
      configOf(`${UPSTREAM}auth: {totp: {issuer: "\${P}"}}\n`, { P: '[a], {b}' }).auth.totp.issuer,
    ).toBe('[a], {b}');
  });

  it.each([
    ['plain', 'auth:\n  totp:\n    window: ${W}\n'],
    ['in quotes, as braces need it', 'auth: {totp: {window: "${W}"}}\n'],
    ['with a default', 'auth:\n  totp:\n    window: ${NOPE:-3}\n'],
  ])('may be a number where one is wanted: %s', (_, text) => {
    expect(configOf(UPSTREAM + text, { W: '3' }).auth.totp.window).toBe(3);
  });

  it('may be true or false where that is wanted', () => {
    const text = 'routes:\n  - upstream: http://a\n    preserve_host: ${KEEP}\n';
    expect(configOf(text, { KEEP: 'false' }).routes[0]?.preserveHost).toBe(false);
  });

  it('stays text where text is wanted, whatever it looks like', () => {
    expect(
      configOf(`${UPSTREAM}auth: {totp: {issuer: "\${I}"}}`, { I: '007' }).auth.totp.issuer,
    ).toBe('007');
  });

  it.each(['nine', '[1]', '', '1.5', '0x'])('%j is no number, and is not repeated', (value) => {
    const [line] = problemsOf(`${UPSTREAM}auth:\n  totp:\n    window: \${W}\n`, { W: value });
    expect(line).toMatch(/^config\.yaml:4:13: auth\.totp\.window: the value of \$\{W\} is /);
  });

  it('reads only the environment it was given', () => {
    expect(problemsOf(`${UPSTREAM}prefix: \${PATH}\n`)[0]).toContain(
      'variable PATH, which is not set',
    );
  });
});
