/** The pages under the prefix, and the rules about people behind them. @module */
import { createAccounts } from '../accounts/accounts.ts';
import { createAuthApp } from '../auth/auth-app.ts';
import type { AuthApp } from '../auth/contract.ts';
import { createDirectory } from '../routing/directory.ts';
import { createAuditTrail } from './audit-trail.ts';
import type { AppDeps } from './contract.ts';
import { returnOriginsOf } from './return-origins.ts';
import type { Visitors } from './visitors.ts';

/** Builds the pages of one configuration. */
export function createPages(deps: AppDeps, visitors: Visitors): AuthApp {
  const { config, store, storeKeys, clock, random, log } = deps;
  const audit = createAuditTrail(deps);
  const policy = config.auth;
  return createAuthApp({
    prefix: config.prefix,
    publicUrl: config.publicUrl,
    returnOrigins: returnOriginsOf(config),
    accounts: createAccounts({ store, storeKeys, clock, random, audit, policy }),
    ...visitors,
    flows: store,
    keys: deps.sealKeys,
    clock,
    random,
    policy,
    cookieName: config.session.cookieName,
    audit,
    log,
    look: createDirectory(config),
    readiness: deps.health.reasons,
  });
}
