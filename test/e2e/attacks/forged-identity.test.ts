/** Threats "Headers", at the assembled door: nobody tells the upstream who they are. @module */
import { describe, expect, it } from 'vitest';
import { exchange, head, statusOf } from '../../proxy/raw-client.ts';
import { useGuardedDoor } from './guarded-door.ts';

const guarded = useGuardedDoor();

const FORGED = [
  'Remote-User: root',
  'remote_user: root',
  'Remote.User: root',
  'REMOTE-USER: root',
  'Remote_Groups: admin',
  'X_Forwarded_User: root',
  // What doors that stood here before have told the same application.
  'X-WEBAUTH-USER: root',
  'X-Authentik-Username: root',
  'X-Vouch-User: root',
  'X_Auth_User: root',
  'X-Forwarded-For: 10.9.8.7',
  'X-Real-IP: 10.9.8.7',
  'Forwarded: for=10.9.8.7',
  'X-Forwarded-Host: evil.example',
];

/** The head of the last request that the upstream has received. */
function lastHead(): string {
  const heads = guarded
    .at()
    .upstream.received()
    .split(/(?=^[A-Z]+ \/\S* HTTP)/m);
  return heads.at(-1) ?? '';
}

describe.each([
  ['a public route, nobody signed in', '/open', false],
  ['a route with a session', '/', true],
])('on %s', (_, path, isSignedIn) => {
  it('every spelling of a header that we vouch for is dropped', async () => {
    const { door, ada } = guarded.at();
    const cookie = isSignedIn ? [`Cookie: a=1; ${ada.client.cookieHeader}; b=2`] : [];
    const connection = 'Connection: close, Remote-User, X-Forwarded-For';
    const request = head(`GET ${path}`, connection, ...FORGED, ...cookie);
    expect(statusOf(await exchange(door.port, request))).toBe(200);

    const received = lastHead();
    expect(received).not.toMatch(/root|10\.9\.8\.7|evil\.example|Fe26/);
    const users = received.match(/^remote[^a-z0-9]user:.*$/gim) ?? [];
    expect(users).toEqual(isSignedIn ? ['Remote-User: ada'] : []);
    expect(received.match(/^x-forwarded-for: (.*)$/im)?.[1]?.trim()).toBe('127.0.0.1');
    if (isSignedIn) expect(received).toMatch(/^cookie: a=1; b=2\r$/im);
  });
});
