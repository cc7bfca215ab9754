import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { configOf, problemsOf } from './load-text.ts';

const fixture = (name: string) =>
  readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8');
const files = {
  'door.pem': fixture('door.pem'),
  'door.key': fixture('door.key'),
  'other.key': fixture('other.key'),
  'bundle.pem': `# two of them\n${fixture('door.pem')}\n${fixture('door.pem')}`,
  'broken.pem': '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  empty: '',
};

const upstream = (...lines: readonly string[]) =>
  ['upstream:', ...lines.map((line) => `  ${line}`), ''].join('\n');

describe('an upstream over TLS', () => {
  it('is built from its files, found beside the configuration file', () => {
    const text = upstream(
      'url: https://10.0.0.7:8443',
      'ca_file: ./bundle.pem',
      'server_name: Wiki.internal',
      'client_cert_file: door.pem',
      'client_key_file: door.key',
    );
    expect(configOf(text, {}, files).routes[0]?.upstream).toMatchObject({
      origin: 'https://10.0.0.7:8443',
      ca: files['bundle.pem'],
      serverName: 'wiki.internal',
      clientCert: files['door.pem'],
    });
  });

  it('takes PEM text in place of a file', () => {
    const pem = files['door.pem'].replace(/^/gm, '    ').trim();
    const text = upstream('url: https://a', `ca: |\n    ${pem}`);
    expect(configOf(text, {}, files).routes[0]?.upstream?.ca).toBe(files['door.pem']);
  });

  it.each([
    [
      ['url: https://a', 'ca_file: nowhere.pem'],
      '3:12: upstream.ca_file: the file does not exist — check the path',
    ],
    [
      ['url: https://a', 'ca_file: .'],
      '3:12: upstream.ca_file: the file is a folder — name a file',
    ],
    [
      ['url: https://a', 'ca_file: empty'],
      '3:12: upstream.ca_file: holds no certificate that can be read — give PEM text with -----BEGIN CERTIFICATE-----',
    ],
    [
      ['url: https://a', 'ca_file: broken.pem'],
      '3:12: upstream.ca_file: holds no certificate that can be read — give PEM text with -----BEGIN CERTIFICATE-----',
    ],
    [
      ['url: https://a', 'ca: x', 'ca_file: door.pem'],
      '4:3: upstream.ca_file: stands beside ca, and only one of them can be meant — keep one of them',
    ],
    [
      ['url: https://a', 'client_cert_file: door.pem'],
      '1:1: upstream: has a client certificate, but no client_key — add client_key_file',
    ],
    [
      ['url: https://a', 'client_key_file: door.key'],
      '1:1: upstream: has a client key, but no client_cert — add client_cert_file',
    ],
    [
      ['url: https://a', 'client_cert_file: door.pem', 'client_key_file: other.key'],
      '4:20: upstream.client_key_file: holds the key of another certificate — give the two that belong together',
    ],
    [
      ['url: https://a', 'client_cert_file: door.pem', 'client_key_file: door.pem'],
      '4:20: upstream.client_key_file: holds no private key that can be read — give PEM text with -----BEGIN PRIVATE KEY-----, without a passphrase',
    ],
    [
      ['url: http://a', 'ca_file: door.pem'],
      '3:3: upstream.ca_file: has no meaning, because url is not https — remove it, or write https:// in url',
    ],
    [
      ['url: unix:/run/a.sock', 'server_name: a'],
      '3:3: upstream.server_name: has no meaning, because url is not https — remove it, or write https:// in url',
    ],
    [
      ['server_name: a'],
      '1:1: upstream.url: is missing — write an upstream such as http://127.0.0.1:8888',
    ],
  ])('%j is refused', (lines, problem) => {
    expect(problemsOf(upstream(...lines), {}, files)).toContain(`config.yaml:${problem}`);
  });

  it('is one object for routes that say the same, and so has one pool of connections', () => {
    const config = configOf(
      [
        'routes:',
        '  - {path: /a, upstream: "https://a"}',
        '  - {path: /b, upstream: {url: "https://A:443/"}}',
        '  - {path: /c, upstream: {url: "https://a", server_name: b}}',
        '',
      ].join('\n'),
    );
    const [a, b, c] = config.routes.map((route) => route.upstream);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});
