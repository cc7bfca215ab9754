/** The accounts room as the pages see it. @module */

import { confirm } from './confirmation.ts';
import type { Accounts } from './contract.ts';
import { type AccountsDeps, createTools } from './deps.ts';
import { groundFor } from './invites.ts';
import { beginByLink, beginReplacement } from './replacement.ts';
import { signIn } from './sign-in.ts';
import { beginSignUp } from './sign-up.ts';

/**
 * Every rule about people, over one store. A configuration makes one: it holds the queue
 * that bounds password hashing.
 */
export function createAccounts(deps: AccountsDeps): Accounts {
  const tools = createTools(deps);
  return {
    signIn: (proofs, attempt) => signIn(tools, proofs, attempt),
    groundFor: (inviteToken) => groundFor(tools, inviteToken),
    beginSignUp: (form, attempt) => beginSignUp(tools, form, attempt),
    beginReplacement: (identity, proofs, attempt) =>
      beginReplacement(tools, identity, { proofs, attempt }),
    beginByLink: (form, attempt) => beginByLink(tools, form, attempt),
    confirm: (pending, code, attempt) => confirm(tools, pending, { code, attempt }),
    async signOutEverywhere({ id, name }, attempt) {
      const sessions = await tools.store.endSessions(id);
      tools.audit({ ...attempt, type: 'signed-out-everywhere', name, sessions });
      return sessions;
    },
  };
}
