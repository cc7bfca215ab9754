import { describe, expect, it } from 'vitest';
import { problemsOf } from './load-text.ts';

const UPSTREAM = 'upstream: http://127.0.0.1:8888\n';
const placed = (lines: readonly string[]) => lines.map((line) => `config.yaml:${line}`);

describe('a file as a whole', () => {
  it.each([
    ['', ['1:1: the file is empty — write upstream: http://127.0.0.1:8888 to begin with']],
    [
      '# nothing\n',
      ['1:1: the file is empty — write upstream: http://127.0.0.1:8888 to begin with'],
    ],
    [
      '- a\n',
      ['1:1: the file holds no keys — write upstream: http://127.0.0.1:8888 to begin with'],
    ],
    [
      'hello\n',
      ['1:1: the file holds no keys — write upstream: http://127.0.0.1:8888 to begin with'],
    ],
    [
      'listen: 127.0.0.1:80\n',
      ['1:1: nothing says where requests go — add upstream: http://127.0.0.1:8888, or routes'],
    ],
    // A misspelt key does say something: that nothing is said would be the wrong thing to read first.
    ['upstraem: http://a:1\n', ['1:1: upstraem: there is no such key — did you mean upstream?']],
    ['Routes: []\n', ['1:1: Routes: there is no such key — did you mean routes?']],
    ['routes: []\n', ['1:1: routes: is an empty list — add a route']],
    [
      'upstream: localhost:8888\n',
      ['1:11: upstream: "localhost:8888" has no scheme — write http://localhost:8888'],
    ],
    [
      'upstream: http://a:1/x\n',
      [
        '1:11: upstream: "http://a:1/x" has a path — remove it: the path of each request is passed on unchanged',
      ],
    ],
    [
      'upstream: ws://a:1\n',
      ['1:11: upstream: "ws://a:1" has the scheme of a WebSocket — write http://a:1'],
    ],
    [
      'upstream: 8888\n',
      [
        '1:11: upstream: 8888 is a number — write an upstream such as http://127.0.0.1:8888, or a section with url, ca_file …',
      ],
    ],
    [
      'upstream: {server_name: a}\n',
      ['1:1: upstream.url: is missing — write an upstream such as http://127.0.0.1:8888'],
    ],
    [
      'upstream: {url: http://a, ca: x}\n',
      [
        '1:27: upstream.ca: has no meaning, because url is not https — remove it, or write https:// in url',
        '1:31: upstream.ca: holds no certificate that can be read — give PEM text with -----BEGIN CERTIFICATE-----',
      ],
    ],
  ])('%j is refused', (text, lines) => {
    expect(problemsOf(text)).toEqual(placed(lines));
  });
});

describe('the door and its running', () => {
  it.each([
    [
      'routes:\n  - upstream: http://a:1\n',
      [
        '3:1: upstream: stands beside routes, and only one of them can decide where requests go — keep one of them',
      ],
    ],
    ['listen: []\n', ['1:1: listen: is an empty list — write 127.0.0.1:8080']],
    [
      'listen: :8080\n',
      [
        '1:9: listen: ":8080" names no host — write 0.0.0.0:8080 for every IPv4 address, [::]:8080 for IPv6 too, or 127.0.0.1:8080 for this machine alone',
      ],
    ],
    [
      "listen: ['127.0.0.1:80', '127.0.0.1:80']\n",
      ['1:26: listen[1]: repeats an earlier address — remove it'],
    ],
    [
      'listen: 0.0.0.0:9180\nadmin: {listen: "127.0.0.1:9180"}\n',
      ['2:17: admin.listen: is where the door itself listens — write another port'],
    ],
    [
      'admin: on\n',
      ['1:8: admin: "on" is not a choice here — write off, or a section with listen'],
    ],
    [
      'listen: 8080\n',
      [
        '1:9: listen: 8080 is a number — write an address such as 127.0.0.1:8080, or a list of them',
      ],
    ],
    [
      'public_url: https://a.example/app\n',
      [
        '1:13: public_url: "https://a.example/app" has a path — remove it: the door\'s pages are below prefix',
      ],
    ],
    [
      'public_url: https://a.example?x\n',
      [
        '1:13: public_url: "https://a.example?x" has a query or a fragment — remove it: the door\'s pages are below prefix',
      ],
    ],
    [
      'public_url: https://u:hunter2@a.example\n',
      [
        '1:13: public_url: the value holds a user name or a password — remove everything up to the @',
      ],
    ],
    ['prefix: /\n', ['1:9: prefix: "/" leaves no path to the upstream — write /_auth or /auth']],
    ['prefix: /auth/\n', ['1:9: prefix: "/auth/" ends in a slash — write /auth']],
    ['prefix: auth\n', ['1:9: prefix: "auth" does not start with a slash — write /auth']],
    [
      'prefix: /a b\n',
      ['1:9: prefix: "/a b" holds another character — use letters, digits and . _ ~ / -'],
    ],
    [
      'prefix: /a//b\n',
      ['1:9: prefix: "/a//b" has an empty, . or .. segment — write a path such as /_auth'],
    ],
    [
      'prefix: /a/../b\n',
      ['1:9: prefix: "/a/../b" has an empty, . or .. segment — write a path such as /_auth'],
    ],
    ['prefix: //\n', ['1:9: prefix: "//" ends in a slash — write /_auth']],
    ["data_dir: ''\n", ['1:11: data_dir: "" does not fit — write a folder\'s path']],
    ['data_dir:\n', ["1:1: data_dir: has no value — write a folder's path, or remove the key"]],
    [
      'trusted_proxies: 10.0.0.0/8\n',
      ['1:18: trusted_proxies: "10.0.0.0/8" is text — write a list of networks'],
    ],
    [
      'trusted_proxies:\n  - 10.1.0.0/8\n',
      ['2:5: trusted_proxies[0]: "10.1.0.0/8" has bits set beyond its first 8 — write 10.0.0.0/8'],
    ],
    [
      'log: {level: verbose, format: xml, requests: some}\n',
      [
        '1:14: log.level: "verbose" is not a choice here — write one of debug, info, warn, error, silent',
        '1:31: log.format: "xml" is not a choice here — write one of auto, json, pretty',
        '1:46: log.requests: "some" is not a choice here — write one of all, refused, none',
      ],
    ],
    ['max_header: 32\n', ['1:13: max_header: 32 is a number — write a size such as 32KB or 10MB']],
    ['max_header: 1KB\n', ['1:13: max_header: "1KB" is too little — write 4KB to 1MB']],
    [
      'max_header: large\n',
      [
        '1:13: max_header: "large" is not a size — write a number with a unit (B, KB, MB, GB, or KiB, MiB, GiB), such as 10MB',
      ],
    ],
    ['drain: 2h\n', ['1:8: drain: "2h" is too much — write 0s to 1h']],
    [
      'sesion: {}\nlifetime: 3h\nfoo: 1\nsession: {cookie-name: x}\n"bad\\u001bkey": 1\n__proto__: 1\n',
      [
        '1:1: sesion: there is no such key — did you mean session?',
        '2:1: lifetime: there is no such key — it belongs at session.lifetime',
        '3:1: foo: there is no such key — remove it, or use one of listen, admin, public_url, prefix, workers, data_dir, store, store_file, keys, trusted_proxies, forward_auth, upstream, routes, auth, session, realms, compat, log, max_header, store_grace, drain',
        '4:11: session.cookie-name: there is no such key — did you mean cookie_name?',
        '5:1: ["bad\\u001bkey"]: there is no such key — remove it, or use one of listen, admin, public_url, prefix, workers, data_dir, store, store_file, keys, trusted_proxies, forward_auth, upstream, routes, auth, session, realms, compat, log, max_header, store_grace, drain',
        '6:1: __proto__: there is no such key — remove it, or use one of listen, admin, public_url, prefix, workers, data_dir, store, store_file, keys, trusted_proxies, forward_auth, upstream, routes, auth, session, realms, compat, log, max_header, store_grace, drain',
      ],
    ],
  ])('%j is refused', (text, lines) => {
    expect(problemsOf(text + UPSTREAM)).toEqual(placed(lines));
  });
});
