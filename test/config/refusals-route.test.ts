import { describe, expect, it } from 'vitest';
import { problemsOf } from './load-text.ts';

describe('routes', () => {
  it.each([
    ['routes:\n  - http://a\n', ['2:5: routes[0]: "http://a" is text — write a section of keys']],
    [
      'routes:\n  - path: /a\n',
      ['2:5: routes[0]: has no upstream — add upstream: http://127.0.0.1:8888, or access: deny'],
    ],
    [
      'routes:\n  - path: app\n    upstream: http://a\n',
      ['2:11: routes[0].path: "app" does not start with a slash — write /app'],
    ],
    [
      'routes:\n  - path: /app/\n    upstream: http://a\n',
      ['2:11: routes[0].path: "/app/" ends in a slash — write /app'],
    ],
    [
      'routes:\n  - path: /app/*\n    upstream: http://a\n',
      [
        '2:11: routes[0].path: "/app/*" holds a wildcard — write a prefix: /app matches everything below /app',
      ],
    ],
    [
      'routes:\n  - path: /a%20b\n    upstream: http://a\n',
      [
        '2:11: routes[0].path: "/a%20b" holds a character that can be written in more than one way — use letters, digits and - . _ ~ ! $ & \' ( ) + , = : @',
      ],
    ],
    [
      'routes:\n  - path: /a/../b\n    upstream: http://a\n',
      ['2:11: routes[0].path: "/a/../b" has a . or .. segment — write the path that is meant'],
    ],
    [
      'routes:\n  - path: //a\n    upstream: http://a\n',
      ['2:11: routes[0].path: "//a" has an empty segment — write /a'],
    ],
    [
      'routes:\n  - path: /a?b\n    upstream: http://a\n',
      ['2:11: routes[0].path: "/a?b" has a query or a fragment — routes match the path alone'],
    ],
    [
      'routes:\n  - path: https://h/a\n    upstream: http://a\n',
      ['2:11: routes[0].path: "https://h/a" is a URL — write host and path as two keys'],
    ],
    [
      'routes:\n  - host: https://h/a\n    upstream: http://a\n',
      ['2:11: routes[0].host: "https://h/a" is a URL — write h'],
    ],
    [
      'routes:\n  - host: "*.h"\n    upstream: http://a\n',
      [
        '2:11: routes[0].host: "*.h" holds a wildcard — name one host, or leave it out to match every host',
      ],
    ],
    [
      'routes:\n  - methods: [GET, "PO ST", trace]\n    upstream: http://a\n',
      [
        '2:20: routes[0].methods[1]: "PO ST" is not a request method — write a method such as GET or POST',
        '2:29: routes[0].methods[2]: "trace" is never forwarded — remove it',
      ],
    ],
    [
      'routes:\n  - methods: []\n    upstream: http://a\n',
      [
        '2:5: routes[0].methods: is an empty list — name a method, or remove the key to match them all',
      ],
    ],
    [
      'routes:\n  - access: admin\n    upstream: http://a\n',
      [
        '2:13: routes[0].access: "admin" is not a choice here — write public, signed-in, deny, or groups: [name, …], realms: [name, …]',
      ],
    ],
    [
      'routes:\n  - access: {group: [a]}\n    upstream: http://a\n',
      ['2:14: routes[0].access.group: there is no such key — did you mean groups?'],
    ],
    [
      'routes:\n  - access:\n      groups: []\n    upstream: http://a\n',
      [
        '3:7: routes[0].access.groups: is an empty list, so that nobody could pass — name a group, or write access: deny',
      ],
    ],
    [
      'routes:\n  - access:\n      groups: ["a,b"]\n    upstream: http://a\n',
      [
        '3:16: routes[0].access.groups[0]: "a,b" does not fit — write a group name of letters, digits and . _ @ : + -',
      ],
    ],
    [
      'routes:\n  - path: /_auth/admin\n    upstream: http://a\n  - upstream: http://a\n',
      [
        '2:11: routes[0].path: "/_auth/admin" lies within prefix (/_auth), where the door\'s own pages are — write another path, or another prefix',
      ],
    ],
    [
      'routes:\n  - path: /app\n    upstream: http://a\n  - path: /app/admin\n    host: h\n    access: deny\n',
      [
        '4:5: routes[1]: can never match, because routes[0] takes its requests first — move it further up, or remove it',
      ],
    ],
    [
      'routes:\n  - methods: [GET]\n    upstream: http://a\n  - methods: [POST]\n    upstream: http://a\n  - methods: [POST, HEAD]\n    access: deny\n',
      [
        '6:5: routes[2]: can never match, because routes[0] takes its requests first — move it further up, or remove it',
      ],
    ],
    [
      'routes:\n  - name: x\n    path: /a\n    upstream: http://a\n  - name: x\n    path: /b\n    upstream: http://a\n',
      [
        '5:11: routes[1].name: "x" is the name of routes[0] too — give each route a name of its own',
      ],
    ],
    [
      'routes:\n  - origins: [app.example.com]\n    upstream: http://a\n',
      [
        '2:15: routes[0].origins[0]: "app.example.com" has no scheme — write https://app.example.com',
      ],
    ],
    [
      'routes:\n  - timeouts: {connect: 0s, idle: never}\n    upstream: http://a\n',
      [
        '2:25: routes[0].timeouts.connect: "0s" is too little — write 1ms to 1h',
        '2:35: routes[0].timeouts.idle: "never" is not a duration — write a number with a unit (d, h, m, s, ms), such as 30s, 15m or 8h',
      ],
    ],
    [
      'routes:\n  - max_body: 10\n    upstream: http://a\n',
      ['2:15: routes[0].max_body: 10 is a number — write a size such as 100MB, or unlimited'],
    ],
    [
      'routes:\n  - preserve_host: yes\n    upstream: http://a\n',
      ['2:20: routes[0].preserve_host: "yes" is text — write true or false'],
    ],
  ])('%j is refused', (text, lines) => {
    expect(problemsOf(text)).toEqual(lines.map((line) => `config.yaml:${line}`));
  });
});

/** Routes of one line each: `host path methods`, `-` for a key that is left out. */
const routesOf = (...lines: readonly string[]) =>
  lines
    .map((line) => {
      const [host, path, methods] = line.split(' ');
      const keys = [
        host === '-' ? [] : [`host: "${host}"`],
        path === '-' ? [] : [`path: ${path}`],
        methods === '-' ? [] : [`methods: [${methods}]`],
      ];
      return `  - {${[...keys.flat(), 'upstream: "http://a"'].join(', ')}}\n`;
    })
    .join('');

describe('a route that can never match', () => {
  it.each([
    [['- - -', 'a /x GET']],
    [['- /x -', 'a /x/y -']],
    [['a - -', 'A.:443 - -']],
    [['a - -', 'a:8443 - -']],
    [['a / GET', 'a / HEAD']],
    [['a / GET', 'a / POST', 'a /x GET,POST']],
    [['[::1] - -', '[::1]:8080 - -']],
  ])('%j is refused', (lines) => {
    expect(problemsOf(`routes:\n${routesOf(...lines)}`).join()).toContain(
      `routes[${lines.length - 1}]: can never match`,
    );
  });

  it.each([
    [['a /x GET', '- - -']],
    [['a - -', 'b - -']],
    [['a:8443 - -', 'a - -']],
    [['- /app -', '- /apple -']],
    [['- /app/x -', '- /app -']],
    [['- / GET', '- / GET,POST']],
    [['- / HEAD', '- / GET']],
    [['a / GET', 'b / GET', '- / GET']],
  ])('%j is accepted, because each has requests of its own', (lines) => {
    expect(problemsOf(`routes:\n${routesOf(...lines)}`)).toEqual([]);
  });
});

describe('an upstream', () => {
  it.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['127.0.0.1:8080', 'http://localhost:8080'],
    ['localhost:8080', 'http://127.0.0.1:8080'],
    ['0.0.0.0:80', 'http://127.0.0.1'],
    ['"[::]:8443"', 'https://[::1]:8443'],
    ['[10.0.0.5:8080, 127.0.0.1:8081]', 'http://10.0.0.5:8080'],
  ])('is not the door itself, where requests would go round: %s, %s', (listen, upstream) => {
    expect(problemsOf(`listen: ${listen}\nupstream: ${upstream}\n`)).toEqual([
      "config.yaml:2:11: upstream: is the door's own address — name the address of the tool, and let the door listen elsewhere",
    ]);
  });

  it.each([
    ['127.0.0.1:8080', 'http://127.0.0.1:8888'],
    ['127.0.0.1:8080', 'http://127.0.0.2:8080'],
    ['0.0.0.0:8080', 'http://10.0.0.5:8080'],
    ['127.0.0.1:8080', 'unix:/run/tool.sock'],
  ])('may be close by: %s, %s', (listen, upstream) => {
    expect(problemsOf(`listen: ${listen}\nupstream: ${upstream}\n`)).toEqual([]);
  });
});
