/** What the machine API needs from the rest of the house. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecogniseCaller, ServiceIdentity } from '../accounts/callers.ts';
import type { CodeCheck } from '../accounts/code-check.ts';
import type { Services } from '../accounts/services-contract.ts';
import type { Clock } from '../core/ports.ts';

/** What the gate knows about a request before it hands it on. */
export interface ApiContext {
  readonly requestId: string;
  /** The address that throttles and logs use. */
  readonly clientAddress: string;
  /** Raw target: path and query. */
  readonly target: string;
  /** Raw path. */
  readonly path: string;
}

/** A pass as it is handed out. */
export interface HandedPass {
  readonly token: string;
  readonly expiresAtMs: number;
}

/** Everything that the API is handed; it reaches for nothing else. */
export interface ApiDeps {
  /** `/_auth/api/v1`: no trailing slash. */
  readonly root: string;
  /** The address and the origins of the older code check API; undefined where it is off. */
  readonly codeCheck: { readonly path: string; readonly origins: readonly string[] } | undefined;
  readonly recognise: RecogniseCaller;
  readonly checkCode: CodeCheck;
  readonly services: Services;
  /** Undefined when the service is gone meanwhile. */
  readonly startPass: (identity: ServiceIdentity) => Promise<HandedPass | undefined>;
  /** The realms whose services may ask about others; those of the first manage them, too. */
  readonly realms: { readonly adminRealm: string; readonly authRealm: string };
  readonly clock: Clock;
  /** Told of what broke; a caller only learns that something has. */
  readonly onFailure: (cause: unknown, context: ApiContext) => void;
}

/** Answers one request whose path is the API's. */
export type Api = (req: IncomingMessage, res: ServerResponse, context: ApiContext) => void;
