/** What log lines never show, whoever wrote them. @module */
import { describeError } from './describe-error.ts';

/**
 * Field names in lower case whose values are masked, at every depth. A net under the
 * rule that no secret is logged, not a replacement for it.
 */
export const REDACTED_FIELDS: ReadonlySet<string> = new Set([
  'authorization',
  'code',
  'codes',
  'cookie',
  'cookies',
  'password',
  'passwordhash',
  'phc',
  'proxy-authorization',
  'recoverycode',
  'recoverycodes',
  'seal',
  'sealed',
  'secret',
  'seed',
  'set-cookie',
  'token',
  'totp',
  'uri',
]);

const MASK = '[secret]';
const MAX_DEPTH = 6;
// Six digits are a person's; `E_STORE_DOWN` and `ECONNRESET` are the operator's.
const ERROR_CODE = /^[A-Z]+(?:_[A-Z0-9]+)*$/;

/**
 * Copies fields for the log: masks the values of {@link REDACTED_FIELDS}, and keeps
 * of errors what {@link describeError} keeps. Cycles end at the sixth level.
 */
export function redact(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return copyFields(fields, 0);
}

function copyFields(fields: object, depth: number): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    // What was thrown as a plain string was built somewhere else, of who knows what.
    if (name === 'err' && typeof value === 'string') copy[name] = describeError(value);
    else copy[name] = isMasked(name, value) ? MASK : copyValue(value, depth + 1);
  }
  return copy;
}

function copyValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Error) return describeError(value);
  if (depth >= MAX_DEPTH) return '[deep]';
  if (Array.isArray(value)) return value.map((item) => copyValue(item, depth + 1));
  // A `Secret`, a `Date` or a `URL` knows how it wants to be printed.
  return 'toJSON' in value ? value : copyFields(value, depth);
}

function isMasked(name: string, value: unknown): boolean {
  const folded = name.toLowerCase();
  if (!REDACTED_FIELDS.has(folded)) return false;
  return !(folded === 'code' && typeof value === 'string' && ERROR_CODE.test(value));
}
