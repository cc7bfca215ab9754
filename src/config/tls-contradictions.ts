/** Settings of a TLS connection that do not belong together. @module */
import type { Finding, Path } from './problem.ts';
import type { TlsSettings } from './schema-tls.ts';

/** A text beside the file that holds it. */
export function bothTwins(path: Path, settings: TlsSettings): readonly Finding[] {
  return (['ca', 'client_cert', 'client_key'] as const).flatMap((key) => {
    const twin = `${key}_file` as const;
    if (settings[key] === undefined || settings[twin] === undefined) return [];
    const problem = `stands beside ${key}, and only one of them can be meant`;
    return [{ path: [...path, twin], isAboutKey: true, problem, remedy: 'keep one of them' }];
  });
}

/** A certificate without its key, or the other way round. */
export function halfCertificate(path: Path, settings: TlsSettings): readonly Finding[] {
  const hasCert = (settings.client_cert ?? settings.client_cert_file) !== undefined;
  const hasKey = (settings.client_key ?? settings.client_key_file) !== undefined;
  if (hasCert === hasKey) return [];
  const [there, lacking] = hasCert ? ['certificate', 'client_key'] : ['key', 'client_cert'];
  const problem = `has a client ${there}, but no ${lacking}`;
  const compares = ['client_cert', 'client_cert_file', 'client_key', 'client_key_file'].map(
    (key) => [...path, key],
  );
  return [{ path, problem, remedy: `add ${lacking}_file`, compares }];
}
