/** A session that is renewed on the way through a real gateway. */
import { expect, it } from 'vitest';
import { type Clock, systemClock } from '../../../src/core/ports.ts';
import { describeWith } from '../../programs.ts';
import { GATEWAYS } from './gateway.ts';
import { HOST, startSite } from './site.ts';

/** More than half of `session.idle`, and not so much that the feed seems to be silent. */
const LATER_MS = 3 * 60_000;

describeWith(GATEWAYS, 'a renewed session', () => {
  it.each(GATEWAYS)('reaches the browser through %s, and no cache in front of it', async (name) => {
    let aheadMs = 0;
    const clock: Clock = { nowMs: () => systemClock.nowMs() + aheadMs };
    const rules = () => `
session: { idle: 5m }
trusted_proxies: [127.0.0.1]
routes: [{ host: ${HOST} }]
`;
    await using site = await startSite(name, rules, clock);
    const ada = await site.signedIn('ada');
    const first = await ada.get('/kept');
    expect(first.headers.get('cache-control')).toBe('public, max-age=3600');
    expect(first.headers.getSetCookie()).toEqual([]);
    const before = ada.cookieHeader;
    aheadMs = LATER_MS;
    const renewed = await ada.get('/kept');
    expect(renewed.status).toBe(200);
    expect(ada.cookieHeader).not.toBe(before);
    // Traefik can add our cookies, and no header beside them: docs/forward-auth.md says so.
    if (name !== 'traefik') expect(renewed.headers.get('cache-control')).toContain('no-store');
    expect((await ada.get('/kept')).headers.getSetCookie()).toEqual([]);
  });
});
