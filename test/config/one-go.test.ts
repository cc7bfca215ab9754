// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the configuration's own notation.
import { describe, expect, it } from 'vitest';
import { problemsOf } from './load-text.ts';

describe('all problems in one go', () => {
  it('reports types, unknown keys, contradictions, variables and files together, in the order of the file', () => {
    const text = [
      'listen: 8080',
      'prefix: ${PREFIX}',
      'sesion: {}',
      'routes:',
      '  - upstream: {url: https://a, ca_file: missing.pem}',
      '  - path: /app',
      '    upstream: http://b',
      'session: {idle: 30h}',
      '',
    ].join('\n');
    expect(problemsOf(text).map((line) => line.split(' — ')[0])).toEqual([
      'config.yaml:1:9: listen: 8080 is a number',
      'config.yaml:2:9: prefix: needs the environment variable PREFIX, which is not set',
      'config.yaml:3:1: sesion: there is no such key',
      'config.yaml:5:41: routes[0].upstream.ca_file: the file does not exist',
      'config.yaml:6:5: routes[1]: can never match, because routes[0] takes its requests first',
      'config.yaml:8:17: session.idle: 30h is longer than session.lifetime (24h)',
    ]);
  });

  it.each([
    ['a refused upstream is not a missing one', 'upstream: localhost:1\n'],
    ['an unset variable is not a missing upstream', 'upstream: ${UPSTREAM}\n'],
    [
      'a refused lifetime is not shorter than idle',
      'upstream: http://a\nsession: {lifetime: 4, idle: 30h}\n',
    ],
    [
      'a refused path is not the path /',
      'routes:\n  - {path: app, upstream: "http://a"}\n  - {path: /b, upstream: "http://a"}\n',
    ],
    ['a refused access is not signed-in', 'routes:\n  - {path: /a, access: none}\n'],
    [
      'a refused prefix holds no route',
      'prefix: auth\nroutes:\n  - {path: /_auth, upstream: "http://a"}\n',
    ],
    ['a refused factor is not a missing one', 'upstream: http://a\nauth: {factors: [TOTP]}\n'],
  ])('draws no conclusion from what it refused: %s', (_, text) => {
    expect(problemsOf(text)).toHaveLength(1);
  });

  it('finds a contradiction although another value is refused', () => {
    const lines = problemsOf('upstream: http://a\ndrain: 5\nauth: {factors: [password]}\n');
    expect(lines).toHaveLength(2);
  });
});

describe('unknown keys', () => {
  it.each([
    ['lisen: x', 'lisen', 'did you mean listen?'],
    ['publicUrl: x', 'publicUrl', 'did you mean public_url?'],
    ['public-url: x', 'public-url', 'did you mean public_url?'],
    ['LISTEN: x', 'LISTEN', 'did you mean listen?'],
    ['route: []', 'route', 'did you mean routes?'],
    ['session: {ilde: 1h}', 'session.ilde', 'did you mean idle?'],
    [
      'auth: {totp: {algo: SHA1}}',
      'auth.totp.algo',
      'remove it, or use one of issuer, digits, period, algorithm, window',
    ],
    ['lifetime: 3h', 'lifetime', 'it belongs at session.lifetime'],
    ['cookie_domain: a.b', 'cookie_domain', 'it belongs at session.cookie_domain'],
    [
      'auth: {throttle: {ip: {}}}',
      'auth.throttle.ip',
      'remove it, or use one of source, account, device',
    ],
  ])('%s', (text, path, remedy) => {
    const [line] = problemsOf(`upstream: http://a\n${text}\n`);
    expect(line).toMatch(new RegExp(`^config\\.yaml:2:\\d+: ${path}: there is no such key — `));
    expect(line).toContain(remedy);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('%s is one', (key) => {
    expect(problemsOf(`upstream: http://a\n${key}: {a: 1}\n`)[0]).toContain('there is no such key');
  });

  it('cannot write to the terminal', () => {
    const [line] = problemsOf('upstream: http://a\n"\\e[2Jx": 1\n');
    expect(line).not.toContain('\u001b');
  });
});
