/** How the door knows another program over TLS, and what it shows of itself. @module */
import type { Secret } from './secret.ts';

/** TLS towards an upstream or a database; the certificate is always verified. */
export interface PeerTls {
  /** PEM certificates trusted instead of the system's. */
  readonly ca?: string;
  /** Name in the peer's certificate, sent as SNI too, when it is not the host of its address. */
  readonly serverName?: string;
  /** PEM client certificate and key, for peers that ask for one. */
  readonly clientCert?: string;
  readonly clientKey?: Secret;
}
