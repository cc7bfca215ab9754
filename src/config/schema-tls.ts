/** Keys that say how a TLS connection to another program is verified. @module */
import * as z from 'zod';
import { parseHostName } from '../core/host-name.ts';
import { Secret } from '../core/secret.ts';
import { parsedText, text } from './scalars.ts';

const pem = () => z.string({ error: 'PEM text (use | and indent it)' });

/** The path of a file. */
export const fileName = () => text("a file's path", /^[^\p{Cc}]+$/u).optional();

/** @param peer  what the door connects to, as sentences call it */
export const tlsKeys = (peer: string) => ({
  ca: pem()
    .optional()
    .describe(`PEM certificates trusted for this ${peer} instead of the system's.`),
  ca_file: fileName().describe('File that holds ca.'),
  server_name: parsedText('a host name', parseHostName)
    .optional()
    .describe(`Name checked in the ${peer}'s certificate, when it is not the host of url.`),
  client_cert: pem().optional().describe(`PEM certificate that the door shows to the ${peer}.`),
  client_cert_file: fileName().describe('File that holds client_cert.'),
  client_key: pem()
    .transform((key) => new Secret(key))
    .optional()
    .describe('PEM private key of client_cert; prefer client_key_file.'),
  client_key_file: fileName().describe('File that holds client_key.'),
});

/** Those keys, their scalars parsed and their files unread. */
export interface TlsSettings {
  readonly ca?: string | undefined;
  readonly ca_file?: string | undefined;
  readonly server_name?: string | undefined;
  readonly client_cert?: string | undefined;
  readonly client_cert_file?: string | undefined;
  readonly client_key?: Secret | undefined;
  readonly client_key_file?: string | undefined;
}
