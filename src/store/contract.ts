/** What every store can do; one suite in `test/store` holds each of them to it. @module */
import type { AccountRows } from './contract/accounts.ts';
import type { BearerRows } from './contract/bearers.ts';
import type { CredentialRows } from './contract/credentials.ts';
import type { RevocationFeed } from './contract/feed.ts';
import type { FlowRows } from './contract/flows.ts';
import type { InviteRows } from './contract/invites.ts';
import type { Marks } from './contract/marks.ts';
import type { PrincipalRows } from './contract/principals.ts';
import type { SessionRows } from './contract/sessions.ts';
import type { ThrottleRows } from './contract/throttles.ts';
import type { Upkeep } from './contract/upkeep.ts';

export type * from './contract/accounts.ts';
export type * from './contract/bearers.ts';
export type * from './contract/credentials.ts';
export type * from './contract/feed.ts';
export type * from './contract/flows.ts';
export type * from './contract/invites.ts';
export type * from './contract/principals.ts';
export type * from './contract/sessions.ts';
export type * from './contract/throttles.ts';

/**
 * All state of an installation. Each method of each part is one transaction: it happened or
 * it did not, also when the process is killed. A store that cannot answer throws
 * `DoorError('E_STORE_DOWN')`; every other outcome is a value.
 */
export interface Store
  extends PrincipalRows,
    AccountRows,
    CredentialRows,
    InviteRows,
    BearerRows,
    SessionRows,
    RevocationFeed,
    FlowRows,
    ThrottleRows,
    Marks,
    Upkeep {
  close(): Promise<void>;
}
