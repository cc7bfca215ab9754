/** Browsers that have signed in before: their owners' budget against lock-out. @module */
import { z } from 'zod';
import type { KeySet } from '../core/key-set.ts';
import { type Clock, type Random, randomToken } from '../core/ports.ts';
import type { KnownBrowsers } from './contract.ts';
import { type CookiePolicy, createCookieFinder, setCookieLine } from './cookie.ts';
import { createSealer } from './seal.ts';

/** Keys, time, chance, and how the cookie is named. */
export interface KnownBrowsersDeps {
  readonly keys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly policy: CookiePolicy;
}

const SUFFIX = '-browser';
const LIFETIME_SEC = 365 * 24 * 60 * 60;
/** A shared machine; more would outgrow the cookie. */
const MAX_PRINCIPALS = 8;

const payload = z.strictObject({
  browserId: z.string().min(1),
  principalIds: z.array(z.string().min(1)).max(MAX_PRINCIPALS),
});

/** Builds the memory, which is the browser's: nothing is stored on our side. */
export function createKnownBrowsers(deps: KnownBrowsersDeps): KnownBrowsers {
  const { clock, random, policy } = deps;
  const sealer = createSealer({ keys: deps.keys, purpose: 'browser', clock });
  const findCookie = createCookieFinder(policy, SUFFIX);

  async function read(rawHeaders: readonly string[]) {
    const text = findCookie(rawHeaders);
    if (text === undefined) return undefined;
    return payload.safeParse(await sealer.unseal(text)).data;
  }

  return {
    async recognise(rawHeaders, principalId) {
      const browser = await read(rawHeaders);
      return browser?.principalIds.includes(principalId) ? browser.browserId : undefined;
    },

    async remember(rawHeaders, principalId) {
      const browser = await read(rawHeaders);
      const others = browser?.principalIds.filter((id) => id !== principalId) ?? [];
      const body: z.infer<typeof payload> = {
        browserId: browser?.browserId ?? randomToken(random, 16),
        principalIds: [principalId, ...others].slice(0, MAX_PRINCIPALS),
      };
      const value = await sealer.seal(body, clock.nowMs() + LIFETIME_SEC * 1000);
      return setCookieLine(policy, { suffix: SUFFIX, value, maxAgeSec: LIFETIME_SEC });
    },
  };
}
