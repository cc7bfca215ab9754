/** Who a machine is: for the API that it speaks to, and for the gate that it passes. @module */

import { routesOf } from '../accounts/bearer-scopes.ts';
import { createBearers } from '../accounts/bearers.ts';
import { createBudgets } from '../accounts/budgets.ts';
import { createCallers, type Recognised } from '../accounts/callers.ts';
import { type CodeCheck, createCodeCheck } from '../accounts/code-check.ts';
import type { Services } from '../accounts/services-contract.ts';
import { BEARER_REALM } from '../accounts/services-names.ts';
import type { ApiDeps } from '../api/contract.ts';
import type { KeySet } from '../core/key-set.ts';
import { createAuditTrail } from '../door/audit-trail.ts';
import type { ServiceState } from '../routing/contract.ts';
import type { RecogniseService } from '../routing/service-credentials.ts';
import { PASS_LIFETIME_MS, type Session } from '../session/contract.ts';
import { createServicePasses, type ServicePasses } from '../session/service-passes.ts';
import type { LiveSessions } from '../session/sessions.ts';
import type { Bearer } from '../store/contract.ts';
import type { MachineApiDeps } from './apis.ts';

/** The ways in for machines, under one configuration. */
export interface MachineCallers extends Pick<ApiDeps, 'recognise' | 'startPass'> {
  readonly checkCode: CodeCheck;
  readonly recogniseService: RecogniseService;
}

/** What machines are recognised by, beside the services. */
export interface MachineCallersDeps extends MachineApiDeps {
  readonly sealKeys: KeySet;
  readonly sessions: Pick<LiveSessions, 'standingOf'>;
}

/** Joins services, bearers and passes into one question: who is that? */
export function createMachineCallers(deps: MachineCallersDeps, services: Services): MachineCallers {
  const { config, store, storeKeys, clock, random } = deps;
  const audit = createAuditTrail(deps);
  const { standingOf } = deps.sessions;
  const passes = createServicePasses({
    keys: deps.sealKeys,
    clock,
    random,
    rows: store,
    standingOf,
  });
  const recognise = createCallers({
    services,
    audit,
    openPass: passes.open,
    bearers: createBearers({ store, clock, random, audit }),
    budgets: createBudgets({ store, storeKeys, clock, throttle: config.auth.throttle }),
  });
  return {
    recognise,
    checkCode: createCodeCheck({ ...deps, audit, policy: config.auth }),
    async startPass(identity) {
      const session = await passes.start(identity, PASS_LIFETIME_MS);
      return session && passes.seal(session);
    },
    async recogniseService(presented, attempt) {
      const recognised = await recognise(presented, attempt);
      return stateOf(recognised, { passes, lifetimeMs: config.session.lifetimeMs });
    },
  };
}

/** As the gate decides by it; a code starts a session, so that what it opens can be ended. */
async function stateOf(
  recognised: Recognised,
  { passes, lifetimeMs }: { readonly passes: ServicePasses; readonly lifetimeMs: number },
): Promise<ServiceState | undefined> {
  if (!recognised.ok) {
    return recognised.reason === 'throttled'
      ? { kind: 'throttled', retryAfterSec: recognised.retryAfterSec }
      : undefined;
  }
  const { caller } = recognised;
  if (caller.kind === 'bearer') {
    const session = sessionOf(caller.bearer);
    return { kind: 'service', session, realm: undefined, routes: routesOf(caller.bearer) };
  }
  const session = caller.session ?? (await passes.start(caller.identity, lifetimeMs));
  const { realm } = caller.identity;
  return session && { kind: 'service', session, realm, routes: [] };
}

/** Its id is the session's: a bearer that is revoked goes onto the feed by it. */
function sessionOf({ id, name, createdAtMs, expiresAtMs }: Bearer): Session {
  return {
    sid: id,
    identity: { id, name: `${name}@${BEARER_REALM}`, groups: [], realm: BEARER_REALM },
    amr: [],
    signedInAtMs: createdAtMs,
    expiresAtMs,
    idleExpiresAtMs: expiresAtMs,
  };
}
