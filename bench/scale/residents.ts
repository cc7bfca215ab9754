/** People for the bench: everybody has an app with the same secret and ten recovery codes. @module */
import { passwordCredential } from '../../src/accounts/credentials.ts';
import { enrolledCredentials } from '../../src/accounts/enrolment.ts';
import { codeAt, stepAt } from '../../src/accounts/totp.ts';
import { randomToken } from '../../src/core/ports.ts';
import type { House } from './house.ts';

export const PASSWORD = 'tidal lantern mosaic 47';
const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';

/** How many, how they are called, and the hash of their password where they have one. */
export interface Residents {
  readonly count: number;
  readonly prefix: string;
  readonly passwordHash?: string;
}

/** Registers people whom nobody has asked for a code yet. @returns their ids by name */
export async function settle(
  { tools }: House,
  { count, prefix, passwordHash }: Residents,
): Promise<ReadonlyMap<string, string>> {
  const { store, random, clock, envelope, policy } = tools;
  const ids = new Map<string, string>();
  for (let at = 0; at < count; at += 1) {
    const name = `${prefix}${at}`;
    const id = randomToken(random, 16);
    const maker = { envelope, random, principalId: id };
    const key = { ...policy.totp, secret: SECRET };
    const { credentials } = enrolledCredentials(tools, maker, { key, step: -1 });
    const password = passwordHash === undefined ? [] : [passwordCredential(maker, passwordHash)];
    await store.register(
      {
        principal: {
          ...{ id, kind: 'person', realm: '', name, canonicalName: name, groups: ['crew'] },
          ...{ createdAtMs: clock.nowMs(), disabledAtMs: null },
        },
        credentials: [...credentials, ...password],
        inviteId: null,
      },
      clock.nowMs(),
    );
    ids.set(name, id);
  }
  return ids;
}

/** What everybody's app shows. */
export function codeNow({ tools }: House): string {
  const key = { ...tools.policy.totp, secret: SECRET };
  return codeAt(key, stepAt(tools.clock.nowMs(), key.periodSec));
}

/** An address of one's own: budgets of sources are not what is measured. */
export const sourceOf = (at: number): string =>
  `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`;
