/** The certificates and keys of a TLS connection, read and checked. @module */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { resolve } from 'node:path';
import type { PeerTls } from '../core/peer-tls.ts';
import { Secret } from '../core/secret.ts';
import type { Finding, Path } from './problem.ts';
import { readTextFile } from './read-file.ts';
import type { TlsSettings } from './schema-tls.ts';

/** What the files hold, and what is wrong with them; it is of use only without findings. */
export interface LoadedTls {
  readonly tls: PeerTls;
  readonly findings: readonly Finding[];
}

/**
 * Reads the files of a TLS connection.
 *
 * @param path     where the section stands in the configuration
 * @param baseDir  folder that relative files are looked up in
 */
export function loadTls(settings: TlsSettings, path: Path, baseDir: string): LoadedTls {
  const findings: Finding[] = [];
  const read = (key: 'ca' | 'client_cert' | 'client_key'): Pem | undefined => {
    const inline = settings[key];
    if (inline !== undefined) return { path: [...path, key], pem: new Secret(revealed(inline)) };
    const file = settings[`${key}_file`];
    if (file === undefined) return undefined;
    const text = readTextFile(resolve(baseDir, file));
    const at = [...path, `${key}_file`];
    if (text.ok) return { path: at, pem: new Secret(text.value) };
    const { problem, remedy } = text.refusal;
    // Without the name: where a secret is put by mistake, it must not be repeated.
    findings.push({ path: at, problem: `the file ${problem}`, remedy });
    return undefined;
  };
  const [ca, cert, key] = [read('ca'), read('client_cert'), read('client_key')];
  findings.push(...checkCertificates(ca), ...checkCertificates(cert), ...checkPair(cert, key));
  const tls: PeerTls = {
    ...(ca === undefined ? {} : { ca: ca.pem.reveal() }),
    ...(settings.server_name === undefined ? {} : { serverName: settings.server_name }),
    ...(cert === undefined ? {} : { clientCert: cert.pem.reveal() }),
    ...(key === undefined ? {} : { clientKey: key.pem }),
  };
  return { tls, findings };
}

interface Pem {
  readonly path: Path;
  readonly pem: Secret;
}

const revealed = (text: string | Secret) => (typeof text === 'string' ? text : text.reveal());

function checkCertificates(source: Pem | undefined): readonly Finding[] {
  if (source === undefined) return [];
  const blocks = source.pem
    .reveal()
    .match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g);
  if (blocks?.every((block) => certificateOf(block) !== undefined)) return [];
  const remedy = 'give PEM text with -----BEGIN CERTIFICATE-----';
  return [{ path: source.path, problem: 'holds no certificate that can be read', remedy }];
}

function checkPair(cert: Pem | undefined, key: Pem | undefined): readonly Finding[] {
  if (key === undefined) return [];
  const privateKey = keyOf(key.pem);
  if (privateKey === undefined) {
    const remedy = 'give PEM text with -----BEGIN PRIVATE KEY-----, without a passphrase';
    return [{ path: key.path, problem: 'holds no private key that can be read', remedy }];
  }
  const certificate = cert && certificateOf(cert.pem.reveal());
  if (certificate === undefined || certificate.checkPrivateKey(privateKey)) return [];
  const remedy = 'give the two that belong together';
  return [{ path: key.path, problem: 'holds the key of another certificate', remedy }];
}

// What the parsers say is dropped on purpose: it may quote the key.
function certificateOf(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function keyOf(pem: Secret): KeyObject | undefined {
  try {
    return createPrivateKey(pem.reveal());
  } catch {
    return undefined;
  }
}
