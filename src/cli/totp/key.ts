/** What a code is computed from, as somebody typed it. @module */
import { parseTotpSecret, type TotpKey } from '../../accounts/totp.ts';
import type { TotpConfig } from '../../config/config.ts';

/** What an app assumes where the URI is silent. */
const APP_DEFAULTS = { algorithm: 'SHA1', digits: 6, periodSec: 30 } as const;

/**
 * Reads a base32 secret, which takes the configured parameters, or an
 * `otpauth://` URI, which brings its own.
 *
 * @returns undefined when it is neither
 */
export function parseTotpKey(text: string, configured: TotpConfig): TotpKey | undefined {
  if (/^otpauth:/i.test(text)) return parseUri(text);
  const secret = parseTotpSecret(text);
  return secret === undefined ? undefined : { ...configured, secret };
}

function parseUri(text: string): TotpKey | undefined {
  const uri = URL.parse(text.trim());
  if (uri === null || uri.host.toLowerCase() !== 'totp') return undefined;
  const parameters = uri.searchParams;
  const secret = parseTotpSecret(parameters.get('secret') ?? '');
  const algorithm = parseAlgorithm(parameters.get('algorithm') ?? APP_DEFAULTS.algorithm);
  const digits = parseDigits(parameters.get('digits') ?? String(APP_DEFAULTS.digits));
  const periodSec = Number(parameters.get('period') ?? APP_DEFAULTS.periodSec);
  if (secret === undefined || algorithm === undefined || digits === undefined) return undefined;
  if (!Number.isInteger(periodSec) || periodSec < 1 || periodSec > 3600) return undefined;
  return { secret, algorithm, digits, periodSec };
}

const parseAlgorithm = (text: string): TotpKey['algorithm'] | undefined =>
  (['SHA1', 'SHA256', 'SHA512'] as const).find((name) => name === text.toUpperCase());

const parseDigits = (text: string): TotpKey['digits'] | undefined =>
  ([6, 7, 8] as const).find((digits) => String(digits) === text);
