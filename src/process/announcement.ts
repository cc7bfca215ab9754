/** The line that says where the door can be reached. @module */

import type { AdminServer } from '../admin/server.ts';
import type { Config } from '../config/config.ts';
import { formatListenAddress, type ListenAddress } from '../core/listen-address.ts';
import type { Log } from '../core/log.ts';

/** What is known once everything listens. */
export interface Announcement {
  readonly config: Config;
  readonly log: Log;
  /** The addresses that are really bound. */
  readonly addresses: readonly ListenAddress[];
  readonly admin: AdminServer | undefined;
  /** No configuration was given; the embedded demonstration is the upstream. */
  readonly isDemo?: boolean;
}

/** Writes the line, and what an operator should know with it. */
export function announce({ config, log, addresses, admin, isDemo }: Announcement): void {
  const listening = addresses.map(urlOf);
  const upstream = isDemo ? 'the embedded demonstration' : config.routes.map((route) => route.name);
  const metrics = admin && `${urlOf(admin.address)}/metrics`;
  const { workers } = config;
  log.info(
    { listening, upstream, ...(metrics && { metrics }), ...(workers > 1 && { workers }) },
    `listening on ${listening.join(', ')}`,
  );
  if (config.publicUrl === undefined) {
    log.warn(
      {},
      'public_url is not set: cookies are marked Secure, so browsers keep them over https (or on localhost) only',
    );
  }
}

const urlOf = (address: ListenAddress) => `http://${formatListenAddress(address)}`;
