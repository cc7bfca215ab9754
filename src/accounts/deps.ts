/** What the accounts room is built from. @module */
import type { AuditSink } from '../audit/events.ts';
import type { Config } from '../config/config.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Clock, Random } from '../core/ports.ts';
import type { Account, Store } from '../store/contract.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { createDecoy } from './credentials.ts';
import { createEnvelope, type Envelope } from './envelope.ts';
import { createPasswords, type Passwords } from './password.ts';
import { createPasswordRules, type PasswordRules } from './password-rules.ts';

/** What both of the room's entrances need. */
export interface AccountsDeps {
  readonly store: Store;
  /** Keys that credentials are sealed with. */
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly audit: AuditSink;
  readonly policy: Config['auth'];
}

/** The dependencies and the tools made from them, as the rules use them. */
export interface Tools extends AccountsDeps {
  readonly envelope: Envelope;
  readonly passwords: Passwords;
  readonly passwordRules: PasswordRules;
  readonly budgets: Budgets;
  /** Stands in where there is no account, so that its absence costs the same work. */
  readonly decoy: Account;
}

/** Makes the tools, with a queue of their own that bounds hashing: once for a configuration. */
export function createTools(deps: AccountsDeps): Tools {
  const { store, storeKeys, clock, random, policy } = deps;
  const envelope = createEnvelope({ keys: storeKeys, random });
  const passwords = createPasswords({ random });
  return {
    ...deps,
    envelope,
    passwords,
    passwordRules: createPasswordRules(),
    budgets: createBudgets({ store, storeKeys, clock, throttle: policy.throttle }),
    decoy: createDecoy({
      envelope,
      random,
      totp: policy.totp,
      passwordHash: passwords.decoyHash(),
    }),
  };
}
