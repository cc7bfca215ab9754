// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the configuration's own notation.
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from './load-text.ts';

const SECRET = 'hunter2-hunter2';
const fixture = (name: string) =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const UPSTREAM = 'upstream: http://127.0.0.1:8888\n';

describe('no problem repeats a secret', () => {
  it.each([
    ['a key that is no key', `upstream: {url: https://a, client_key: ${SECRET}, client_cert: x}`],
    ['a key that is a number', 'upstream: {url: https://a, client_key: 4242424242}'],
    ['a key under a misspelt name', `upstream: {url: https://a, client_kye: ${SECRET}}`],
    ['a password in a URL', `upstream: http://user:${SECRET}@a`],
    ['a password in a URL without a scheme', `upstream: user:${SECRET}@a`],
    ['a password in public_url', `${UPSTREAM}public_url: https://user:${SECRET}@a`],
    ['a password as an unknown key', `${UPSTREAM}password: ${SECRET}`],
    ['a variable in the wrong place', `${UPSTREAM}prefix: \${S}`],
    ['a variable with a suggestion', 'upstream: ${S}'],
    ['a variable among text', `${UPSTREAM}listen: 127.0.0.1\${S}`],
    [
      'a variable as a file name',
      'upstream: {url: https://a, client_key_file: "${S}", client_cert: x}',
    ],
    ['a variable as a list entry', `${UPSTREAM}trusted_proxies: ["\${S}"]`],
    ['a variable as a choice', `${UPSTREAM}log: {level: "\${S}"}`],
    ['a tag', `${UPSTREAM}prefix: !${SECRET} x`],
    ['an alias', `${UPSTREAM}prefix: *${SECRET}`],
    ['a broken quote', `${UPSTREAM}prefix: "${SECRET}`],
    ['a reserved character', `${UPSTREAM}prefix: @${SECRET}`],
    ['PEM text in the wrong place', `${UPSTREAM}prefix: "-----BEGIN PRIVATE KEY----- ${SECRET}"`],
  ])('%s', (_, text) => {
    const problems = problemsOf(`${text}\n`, { S: SECRET });
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toMatch(/hunter2|4242424242/);
  });
});

describe('a client key', () => {
  const text = (key: string) =>
    `upstream:\n  url: https://a\n  client_cert_file: door.pem\n  ${key}\n`;
  const files = { 'door.pem': fixture('door.pem'), 'door.key': fixture('door.key') };

  it('is wrapped, so that no print of the configuration shows it', () => {
    const config = configOf(text('client_key_file: door.key'), {}, files);
    const body = files['door.key'].split('\n')[1] ?? 'none';
    expect(config.routes[0]?.upstream?.clientKey?.reveal()).toContain(body);
    const printed = [JSON.stringify(config), inspect(config, { depth: 9, showHidden: true })];
    for (const print of printed) {
      expect(print).not.toContain(body);
      expect(print).toContain('[secret]');
    }
  });

  it('comes from the environment as well, line breaks and all', () => {
    const config = configOf(text('client_key: ${KEY}'), { KEY: files['door.key'] }, files);
    expect(config.routes[0]?.upstream?.clientKey?.reveal()).toBe(files['door.key']);
  });
});
