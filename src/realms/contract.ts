/** What the API for services needs from the rest of the house. @module */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Services } from '../accounts/services-contract.ts';
import type { RealmsConfig } from '../config/config.ts';
import type { Log } from '../core/log.ts';

/** What the gate knows about a request before it hands it over. */
export interface RequestContextLike {
  readonly requestId: string;
  /** The address that throttles and logs use. */
  readonly clientAddress: string;
  /** Raw path, prefix included. */
  readonly path: string;
}

/** Everything that the API is handed; it reaches for nothing else. */
export interface RealmsDeps {
  readonly services: Services;
  readonly policy: RealmsConfig;
  readonly log: Log;
}

/** Answers one request whose path is the prefix or lies under it. */
export type RealmsApi = (
  req: IncomingMessage,
  res: ServerResponse,
  context: RequestContextLike,
) => void;
