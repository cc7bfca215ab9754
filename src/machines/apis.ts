/** The door's addresses for machines, beside its pages for people. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServices } from '../accounts/services.ts';
import type { Services } from '../accounts/services-contract.ts';
import { createApi } from '../api/api.ts';
import type { ApiDeps } from '../api/contract.ts';
import type { Config } from '../config/config.ts';
import { isStoreDown } from '../core/errors.ts';
import type { KeySet } from '../core/key-set.ts';
import type { Log } from '../core/log.ts';
import type { Clock, Random } from '../core/ports.ts';
import { createAuditTrail } from '../door/audit-trail.ts';
import { createRealmsApi } from '../realms/realms-api.ts';
import type { RequestContext } from '../routing/contract.ts';
import { isOwnPath } from '../routing/own-path.ts';
import type { Store } from '../store/contract.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Answers one request of those that are the door's own. */
type Answerer = (req: IncomingMessage, res: ServerResponse, context: RequestContext) => void;

/** One API: no cookies, no pages, JSON always. */
export interface MachineApi {
  /** Exactly this path and what is below it belongs to the API. */
  readonly prefix: string;
  readonly answer: Answerer;
}

/** What services and their APIs stand on. */
export interface MachineApiDeps {
  readonly config: Config;
  readonly store: Store;
  readonly storeKeys: KeySet;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics?: Metrics | undefined;
}

/** The rules about services under the configuration. */
export function createConfiguredServices(deps: MachineApiDeps): Services {
  const { config, log, metrics, ...ground } = deps;
  const { totp, window, maxLength } = config.realms;
  const { throttle } = config.auth;
  return createServices({
    ...ground,
    audit: createAuditTrail({ log, metrics }),
    throttle,
    totp,
    window,
    maxLength,
  });
}

/** The APIs that the configuration turns on. */
export function createMachineApis(
  { config, log, clock }: MachineApiDeps,
  services: Services,
  callers: Pick<ApiDeps, 'recognise' | 'checkCode' | 'startPass'>,
): readonly MachineApi[] {
  const { realms: policy, compat } = config;
  const root = `${config.prefix}/api/v1`;
  const answer = createApi({
    ...callers,
    root,
    services,
    clock,
    realms: policy,
    codeCheck: compat.codeCheck,
    onFailure: (err, { requestId }) =>
      log[isStoreDown(err) ? 'debug' : 'error']({ err, requestId }, 'the API failed'),
  });
  return [
    { prefix: root, answer },
    ...(compat.codeCheck === undefined ? [] : [{ prefix: compat.codeCheck.path, answer }]),
    ...(policy.enabled
      ? [{ prefix: policy.prefix, answer: createRealmsApi({ services, policy, log }) }]
      : []),
  ];
}

/** Gives each API its requests, and the pages the rest. */
export function withMachineApis(pages: Answerer, apis: readonly MachineApi[]): Answerer {
  return (req, res, context) => {
    const api = apis.find(({ prefix }) => isOwnPath(prefix, context.path));
    if (api === undefined) pages(req, res, context);
    else api.answer(req, res, context);
  };
}
