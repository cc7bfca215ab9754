/** The closed union of things worth remembering about who did what. @module */

/** Where an event came from; no event carries a code, password, cookie, token or seed. */
export interface AuditOrigin {
  /** Client address; `cli` for a command, `door` for what the door does by itself. */
  readonly source: string;
  readonly requestId?: string;
}

/** One thing that happened, with the person's registered name where there is one. */
export type AuditEvent = AuditOrigin &
  (
    | {
        readonly type: 'sign-in';
        readonly outcome: 'success' | 'refused' | 'throttled';
        /** Only a name that exists: people type passwords into the name field. */
        readonly name?: string;
        readonly amr?: readonly string[];
      }
    | {
        readonly type: 'code-check';
        readonly outcome: 'success' | 'refused' | 'throttled';
        /** Whose code it was to be, only where there is somebody of that name. */
        readonly name?: string;
        /** Name of the bearer that asked. */
        readonly voucher: string;
        /** How far the clock of the person's app is off, where that is why it was refused. */
        readonly clock?: string;
      }
    | { readonly type: 'bearer'; readonly outcome: 'refused' | 'throttled' }
    | {
        readonly type: 'bearer-created';
        readonly name: string;
        readonly scopes: readonly string[];
      }
    | { readonly type: 'bearer-revoked'; readonly name: string }
    | { readonly type: 'sign-out'; readonly name: string }
    | { readonly type: 'signed-out-everywhere'; readonly name: string; readonly sessions: number }
    | {
        readonly type: 'sign-up';
        readonly outcome: 'success' | 'wrong-code' | 'throttled' | 'name-taken' | 'invite-spent';
        readonly name?: string;
      }
    | {
        readonly type: 'enrol';
        readonly outcome: 'success' | 'wrong-code' | 'throttled' | 'refused';
        readonly name: string;
      }
    | { readonly type: 'recovery-code-used'; readonly name: string; readonly left: number }
    | { readonly type: 'invite-created'; readonly groups: readonly string[] }
    | {
        readonly type:
          | 'user-added'
          | 'user-disabled'
          | 'user-enabled'
          | 'user-removed'
          | 'totp-reset'
          | 'password-set';
        readonly name: string;
      }
    | { readonly type: 'groups-set'; readonly name: string; readonly groups: readonly string[] }
    | {
        readonly type: 'service-verify';
        readonly outcome: 'success' | 'refused' | 'throttled';
        /** `name@realm`, only of a service that exists. */
        readonly name?: string;
        /** `name@realm` of the service that asked about another one. */
        readonly voucher?: string;
        /** How far the service's clock is off, where that is why it was refused. */
        readonly clock?: string;
      }
    | {
        readonly type:
          | 'service-added'
          | 'service-removed'
          | 'service-rotated'
          | 'service-seed-read'
          | 'service-renamed'
          | 'service-groups-set';
        /** `name@realm`. */
        readonly name: string;
        /** Who did it: `name@realm`, an administrator's name, or `cli`. */
        readonly by: string;
      }
  );

/** Where events go; must not throw. */
export type AuditSink = (event: AuditEvent) => void;
