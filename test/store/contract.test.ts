/** One suite for every store: a dialect that passes it can carry the door. @module */
import { describe } from 'vitest';
import { describeBearers } from './contract/bearers.ts';
import { describeCredentials } from './contract/credentials.ts';
import { describeFlows } from './contract/flows.ts';
import { describeInvites } from './contract/invites.ts';
import { describePrincipals } from './contract/principals.ts';
import { describeSessions } from './contract/sessions.ts';
import { describeSharing } from './contract/sharing.ts';
import { describeThrottles } from './contract/throttles.ts';
import { describeUpkeep } from './contract/upkeep.ts';
import { stores } from './stores.ts';

for (const kind of stores) {
  describe.skipIf(kind.isMissing === true)(`${kind.name} store:`, () => {
    describePrincipals(kind);
    describeCredentials(kind);
    describeSessions(kind);
    describeInvites(kind);
    describeBearers(kind);
    describeFlows(kind);
    describeThrottles(kind);
    describeUpkeep(kind);
    if (kind.isShared) describe('opened twice,', () => describeSharing(kind));
  });
}
