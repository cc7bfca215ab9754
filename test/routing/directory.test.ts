import { describe, expect, it } from 'vitest';
import { createDirectory } from '../../src/routing/directory.ts';
import type { Session } from '../../src/session/contract.ts';
import { route } from './fixtures.ts';

const PUBLIC = new URL('https://door.example.com');
const hosted = (host: string, changes: Parameters<typeof route>[0] = {}) =>
  route({ host, name: `${host}${changes.path ?? '/'}`, ...changes });
const anywhere = (path: string, changes: Parameters<typeof route>[0] = {}) =>
  route({ path, name: `*${path}`, ...changes });

const sessionOf = (...groups: string[]): Session => ({
  sid: 's',
  identity: { id: 'p', name: 'ada', groups },
  amr: ['pwd', 'otp'],
  signedInAtMs: 0,
  expiresAtMs: 1,
  idleExpiresAtMs: 1,
});

const look = (
  routes: readonly ReturnType<typeof route>[],
  { groups = [], host = 'door.example.com' }: { groups?: string[]; host?: string } = {},
) => createDirectory({ routes, publicUrl: PUBLIC })(sessionOf(...groups), host);

describe('where somebody may go', () => {
  it('is the front page alone, where one tool is behind the door', () => {
    expect(look([anywhere('/')])).toEqual({ hasFront: true, places: [] });
  });

  it('is every host that opens to this person, in the order of the routes', () => {
    const staff = { kind: 'groups', groups: ['staff'] } as const;
    const routes = [
      hosted('wiki.example.com'),
      hosted('grafana.example.com', { access: staff, name: 'dashboards' }),
      hosted('old.example.com', { access: { kind: 'deny' } }),
      hosted('status.example.com', { access: { kind: 'public' } }),
    ];
    const wiki = { label: 'wiki.example.com', href: 'https://wiki.example.com/' };
    const status = { label: 'status.example.com', href: 'https://status.example.com/' };
    expect(look(routes)).toEqual({ hasFront: false, places: [wiki, status] });
    expect(look(routes, { groups: ['staff'] }).places).toEqual([
      wiki,
      { label: 'dashboards', href: 'https://grafana.example.com/' },
      status,
    ]);
  });

  it('leaves out the host that was asked, whose front page it is', () => {
    const routes = [hosted('wiki.example.com'), hosted('door.example.com')];
    expect(look(routes, { host: 'wiki.example.com' })).toEqual({
      hasFront: true,
      places: [{ label: 'door.example.com', href: 'https://door.example.com/' }],
    });
  });

  it('has paths only where they were given names', () => {
    const routes = [
      anywhere('/grafana', { name: 'grafana' }),
      anywhere('/api'),
      hosted('wiki.example.com', { path: '/static' }),
      anywhere('/'),
    ];
    expect(look(routes).places).toEqual([{ label: 'grafana', href: '/grafana' }]);
  });

  it('goes by the rule of the first route that fits, as a request does', () => {
    const routes = [
      hosted('wiki.example.com', { access: { kind: 'deny' }, methods: ['GET'] }),
      hosted('wiki.example.com', { name: 'wiki' }),
      hosted('hooks.example.com', { methods: ['POST'] }),
      anywhere('/', { access: { kind: 'deny' } }),
    ];
    expect(look(routes)).toEqual({ hasFront: false, places: [] });
  });

  it('names each address once', () => {
    const routes = [
      hosted('wiki.example.com', { methods: ['GET'], name: 'reading' }),
      hosted('wiki.example.com', { name: 'writing' }),
    ];
    expect(look(routes).places.map(({ label }) => label)).toEqual(['reading']);
  });

  it.each([
    [new URL('http://door.example.com:8080'), 'wiki.example.com', 'http://wiki.example.com:8080/'],
    [new URL('http://door.example.com:8080'), 'odd.example.com:81', 'http://odd.example.com:81/'],
    [PUBLIC, 'odd.example.com:8443', 'https://odd.example.com:8443/'],
    [undefined, 'wiki.example.com', '//wiki.example.com/'],
  ])('with public_url %s, %s is %j', (publicUrl, host, href) => {
    const { places } = createDirectory({ routes: [hosted(host)], publicUrl })(sessionOf(), 'other');
    expect(places.map((place) => place.href)).toEqual([href]);
  });
});
