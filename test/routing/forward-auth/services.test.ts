import { expect, it } from 'vitest';
import type { ServiceState } from '../../../src/routing/contract.ts';
import { setUpAsked } from './asking.ts';
import { GATEWAYS } from './questions.ts';

/** A machine that has shown something good, whatever it was. */
const backup: ServiceState = {
  kind: 'service',
  session: {
    ...{ sid: 's', amr: ['otp'], signedInAtMs: 0, expiresAtMs: 1e15, idleExpiresAtMs: 1e15 },
    identity: { id: 'p', name: 'backup', groups: [], realm: 'monitoring' },
  },
  realm: 'monitoring',
  routes: ['/'],
};

it.each(GATEWAYS)(
  'lets a service pass through %s by the header that only the door gets',
  async (gateway) => {
    await using door = await setUpAsked(gateway, { recogniseService: async () => backup });
    const answer = await door.askAbout({}, 'Sallyport-Authorization: Bearer sallyport_x');
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('\r\nRemote-Realm: monitoring\r\n');
  },
);

it.each(GATEWAYS)('refuses what %s would hand on to the application', async (gateway) => {
  await using door = await setUpAsked(gateway, { recogniseService: async () => backup });
  expect(await door.statusAbout({}, 'Authorization: Bearer sallyport_x')).toBe(403);
  expect(door.reasons().at(-1)).toMatch(/where applications see them/);
});

it.each(GATEWAYS)('refuses what %s would hand on from an open page, too', async (gateway) => {
  await using door = await setUpAsked(gateway);
  const open = { target: '/open' };
  expect(await door.statusAbout(open, 'Authorization: Bearer theirs')).toBe(200);
  expect(await door.statusAbout(open, 'Authorization: Bearer sallyport_x')).toBe(403);
});

it.each(GATEWAYS)('is 403 to %s for a service that has guessed too often', async (gateway) => {
  const throttled: ServiceState = { kind: 'throttled', retryAfterSec: 9 };
  await using door = await setUpAsked(gateway, { recogniseService: async () => throttled });
  expect(await door.statusAbout({}, 'Sallyport-Authorization: Bearer sallyport_x')).toBe(403);
});
