// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the configuration's own notation.
/** `SALLYPORT_…` settings. @module */
import { describe, expect, it } from 'vitest';
import { configuresDoor, variableOf } from '../../src/config/environment.ts';
import { settingKeys } from '../../src/config/known-keys.ts';
import { formatProblem, loadConfig } from '../../src/config/load.ts';
import { configOf, problemsOf } from './load-text.ts';

const FILE = 'upstream: http://a\n';
const PEM = '-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n';

type Env = Readonly<Record<string, string>>;

const withoutFile = (env: Env, port?: number) => loadConfig({ file: undefined, env, port });

function problemsWithoutFile(env: Env): string[] {
  const loaded = withoutFile(env);
  return loaded.ok ? [] : loaded.problems.map(formatProblem);
}

describe('the names', () => {
  const names = [...settingKeys()].map(({ path }) => variableOf(path));

  it.each([
    'SALLYPORT_PUBLIC_URL',
    'SALLYPORT_UPSTREAM',
    'SALLYPORT_UPSTREAM_CA_FILE',
    'SALLYPORT_LISTEN',
    'SALLYPORT_SESSION_IDLE',
    'SALLYPORT_AUTH_TOTP_ISSUER',
    'SALLYPORT_AUTH_FACTORS',
    'SALLYPORT_AUTH_THROTTLE_ACCOUNT_PER_DAY',
    'SALLYPORT_REALMS_ENABLED',
    'SALLYPORT_REALMS_REUSE_ONCE',
    'SALLYPORT_COMPAT_CODE_CHECK_ORIGINS',
    'SALLYPORT_TRUSTED_PROXIES',
    'SALLYPORT_DATA_DIR',
  ])('hold %s', (name) => expect(names).toContain(name));

  it('stand for one key each, and for no section and no route', () => {
    expect(new Set(names).size).toBe(names.length);
    expect(
      names.filter((name) => /^SALLYPORT_(?:ROUTES.*|SESSION|AUTH|CONFIG|PORT)$/.test(name)),
    ).toEqual([]);
  });
});

describe('a variable', () => {
  it.each<[name: string, text: string, expected: object]>([
    ['SESSION_IDLE', '1h', { session: { idleMs: 3_600_000 } }],
    ['AUTH_TOTP_DIGITS', '8', { auth: { totp: { digits: 8 } } }],
    ['AUTH_TOTP_DIGITS', '"8"', { auth: { totp: { digits: 8 } } }],
    ['REALMS_ENABLED', 'true', { realms: { enabled: true } }],
    ['TRUSTED_PROXIES', '[10.0.0.0/8, "::1"]', { trustedProxies: ['10.0.0.0/8', '::1/128'] }],
    ['TRUSTED_PROXIES', '[]', { trustedProxies: [] }],
    ['LISTEN', '"[::1]:80"', { listen: [{ host: '::1', port: 80 }] }],
    ['AUTH_TOTP_ISSUER', '2026', { auth: { totp: { issuer: '2026' } } }],
    ['AUTH_TOTP_ISSUER', "${HOME} 'a", { auth: { totp: { issuer: "${HOME} 'a" } } }],
    ['COMPAT_CODE_CHECK_PATH', '/c', { compat: { codeCheck: { path: '/c', origins: [] } } }],
    ['DATA_DIR', '/data', { dataDir: '/data' }],
    ['UPSTREAM', 'http://b', { routes: [{ upstream: { origin: 'http://b' } }] }],
    ['SESSION_IDLE', ' ', { session: { idleMs: 8 * 3_600_000 } }],
  ])('SALLYPORT_%s=%s is read as one value', (name, text, expected) => {
    expect(configOf(FILE, { [`SALLYPORT_${name}`]: text })).toMatchObject(expected);
  });

  it('wins over the file, and over what the file cannot say', () => {
    const env = { SALLYPORT_SESSION_IDLE: '2h', SALLYPORT_AUTH_FACTORS: '[totp]' };
    const yaml = `${FILE}session: {idle: 3, lifetime: 5h}\nauth: {factors: "\${UNSET}"}\n`;
    expect(configOf(yaml, env)).toMatchObject({
      session: { idleMs: 7_200_000, lifetimeMs: 18_000_000 },
      auth: { factors: ['totp'] },
    });
  });

  it('fills a section that the file leaves empty, and a file of comments', () => {
    const env = { SALLYPORT_SESSION_IDLE: '2h', SALLYPORT_UPSTREAM: 'http://a' };
    for (const yaml of ['session:\n', '# nothing\n', '']) {
      expect(configOf(yaml, env).session.idleMs).toBe(7_200_000);
    }
  });

  it.each([
    ['a section', 'SESSION_IDLE', '{a: hidden}', 'holds more than one value'],
    ['a block section', 'AUTH_TOTP_ISSUER', 'a: hidden', 'holds more than one value'],
    ['a list of lists', 'TRUSTED_PROXIES', '[[hidden]]', 'holds more than one value'],
    ['a list with a section', 'TRUSTED_PROXIES', '[{hidden: 1}]', 'holds more than one value'],
    ['a second key on a line of its own', 'SESSION_IDLE', '1h\ndrain: hidden', 'the value '],
    ['a second document', 'SESSION_IDLE', '--- hidden', ''],
    ['an alias', 'SESSION_IDLE', '*hidden', ''],
    ['a tag', 'SESSION_IDLE', '!!map hidden', ''],
    ['an open bracket', 'TRUSTED_PROXIES', '[hidden', 'a quote, a bracket'],
    ['another type', 'SESSION_IDLE', '[hidden]', 'is a list'],
    ['a number without its unit', 'SESSION_IDLE', '47110815', 'the value has no unit'],
    ['a value out of bounds', 'AUTH_TOTP_WINDOW', '47110815', 'the value is too much'],
    ['a word that is no choice', 'LOG_LEVEL', 'hidden', 'the value is not a choice here'],
    ['a credential', 'UPSTREAM', 'http://hidden@b', 'the value '],
    ['a null', 'SESSION_IDLE', '~', 'has no value'],
  ])('refuses %s, names the variable, and never shows the value', (_, name, text, problem) => {
    const problems = problemsOf(FILE, { [`SALLYPORT_${name}`]: text });
    expect(problems).toEqual([expect.stringMatching(`^environment: SALLYPORT_${name}: `)]);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).not.toMatch(/hidden|47110815/);
  });

  it('names the entry of a list', () => {
    const [line] = problemsOf(FILE, { SALLYPORT_TRUSTED_PROXIES: '[10.0.0.0/8, hidden]' });
    expect(line).toMatch(/^environment: SALLYPORT_TRUSTED_PROXIES\[1\]: the value /);
  });

  it('cannot put a key into one value', () => {
    expect(problemsOf(FILE, { SALLYPORT_UPSTREAM_CA_FILE: '/ca.pem' })).toEqual([
      'environment: SALLYPORT_UPSTREAM_CA_FILE: belongs to a section of keys, but upstream is none — make it one, or set SALLYPORT_UPSTREAM alone',
    ]);
  });

  it('keeps the lines of PEM, and never shows them', () => {
    const env = {
      SALLYPORT_UPSTREAM_URL: 'https://a',
      ...{ SALLYPORT_UPSTREAM_CLIENT_KEY: PEM, SALLYPORT_UPSTREAM_CLIENT_CERT: PEM },
    };
    const problems = problemsWithoutFile(env).join('\n');
    expect(problems).toContain('environment: SALLYPORT_UPSTREAM_CLIENT_');
    expect(problems).not.toContain('c2VjcmV0');
  });
});

describe('an unknown variable', () => {
  it.each([
    ['SALLYPORT_SESION_IDLE', 'did you mean SALLYPORT_SESSION_IDLE?'],
    ['SALLYPORT_upstream', 'did you mean SALLYPORT_UPSTREAM?'],
    ['SALLYPORT_PUBLICURL', 'did you mean SALLYPORT_PUBLIC_URL?'],
    ['SALLYPORT_ISSUER', 'did you mean SALLYPORT_AUTH_TOTP_ISSUER?'],
    ['SALLYPORT_ROUTES_0_UPSTREAM', 'remove it, or rename it'],
  ])('%s is refused', (name, remedy) => {
    expect(problemsOf(FILE, { [name]: 'hidden' })).toEqual([
      `environment: ${name}: there is no such setting — ${remedy}`,
    ]);
  });

  it.each([
    'SALLYPORT_CONFIG',
    // What Kubernetes sets beside a Service of that name.
    'SALLYPORT_PORT',
    'SALLYPORT_SERVICE_HOST',
    'SALLYPORT_SERVICE_PORT_HTTP',
    'SALLYPORT_PORT_8080_TCP_ADDR',
    'XSALLYPORT_UPSTREAM',
  ])('%s is none of these', (name) => {
    expect(problemsOf(FILE, { [name]: 'tcp://10.0.0.1:8080' })).toEqual([]);
  });
});

describe('problems of both', () => {
  it('come in one go, the environment first', () => {
    const env = { SALLYPORT_DRAIN: '5', SALLYPORT_IDEL: '1h', SALLYPORT_SESSION_LIFETIME: '4h' };
    const lines = problemsOf(`${FILE}log: {level: loud}\nprefix: x\n`, env);
    expect(lines.map((line) => line.split(' — ')[0])).toEqual([
      'environment: SALLYPORT_IDEL: there is no such setting',
      'environment: SALLYPORT_DRAIN: the value has no unit',
      'environment: SALLYPORT_SESSION_IDLE: 8h (the default) is longer than session.lifetime (4h)',
      'config.yaml:2:14: log.level: "loud" is not a choice here',
      'config.yaml:3:9: prefix: "x" does not start with a slash',
    ]);
  });

  it('include what is wrong with the environment beside a file that cannot be read', () => {
    const broken = problemsOf('a: [\n', { SALLYPORT_IDEL: '1h', SALLYPORT_DRAIN: '{a: 1}' });
    expect(broken.filter((line) => line.startsWith('environment: '))).toHaveLength(2);
    const loaded = loadConfig({ file: '/nonexistent', env: { SALLYPORT_IDEL: '1h' } });
    expect(loaded).toMatchObject({
      problems: [{ file: 'environment' }, { file: '/nonexistent', problem: 'does not exist' }],
    });
  });

  it('name an upstream beside the routes of the file', () => {
    expect(
      problemsOf('routes: [{upstream: "http://a"}]\n', { SALLYPORT_UPSTREAM: 'http://b' }),
    ).toEqual([expect.stringMatching(/^environment: SALLYPORT_UPSTREAM: stands beside routes/)]);
  });
});

describe('without a file', () => {
  it.each<[env: Env, expected: boolean]>([
    [{}, false],
    [{ SALLYPORT_PORT: '81', SALLYPORT_DATA_DIR: '/data', SALLYPORT_UPSTREAM: '' }, false],
    [{ SALLYPORT_UPSTREAM: 'http://a' }, true],
    [{ SALLYPORT_UPSTREAM: '{' }, true],
    [{ SALLYPORT_UPSTREM: 'http://a' }, true],
    [{ SALLYPORT_SESSION_IDLE: '1h' }, true],
  ])('%j makes a door of its own: %s', (env, expected) => {
    expect(configuresDoor(env)).toBe(expected);
  });

  it('has every default, and what the environment says', () => {
    const env = { SALLYPORT_UPSTREAM: 'http://a', SALLYPORT_SESSION_IDLE: '1h' };
    const { dataDir, ...config } = configOf(`${FILE}session: {idle: 1h}\n`);
    const loaded = withoutFile(env);
    expect(loaded).toMatchObject({ ok: true, config });
    expect(loaded.ok && loaded.config.dataDir).toBe(`${process.cwd()}/data`);
  });

  it('listens on the given port, unless it is told where', () => {
    const env = { SALLYPORT_UPSTREAM: 'http://a' };
    const at = (port: number) => ({ config: { listen: [{ host: '127.0.0.1', port }] } });
    expect(withoutFile(env, 81)).toMatchObject(at(81));
    expect(withoutFile({ ...env, SALLYPORT_LISTEN: '127.0.0.1:82' }, 81)).toMatchObject(at(82));
  });

  it('names variables for what is missing', () => {
    expect(problemsWithoutFile({ SALLYPORT_SESSION_IDLE: '1h' })).toEqual([
      'environment: nothing says where requests go — set SALLYPORT_UPSTREAM',
    ]);
    expect(problemsWithoutFile({ SALLYPORT_UPSTREAM_CA_FILE: '/ca.pem' })[0]).toMatch(
      /^environment: SALLYPORT_UPSTREAM_URL: is missing — /,
    );
  });
});
