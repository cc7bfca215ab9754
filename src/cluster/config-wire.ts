/** The configuration on its way from the primary to a worker. @module */
import type { Config } from '../config/config.ts';
import { deepFreeze } from '../config/freeze.ts';
import { Secret } from '../core/secret.ts';

/** Plain data, in which addresses and secrets are marked; it travels between our own processes only. */
export type WireConfig = { readonly [WIRE]?: never } & object;

declare const WIRE: unique symbol;

const URL_MARK = '$url';
const SECRET_MARK = '$secret';

/** Makes plain data of a configuration. Secrets are in it in the clear. */
export const toWire = (config: Config): WireConfig => pack(config) as WireConfig;

/** @throws TypeError when an address in it is none, which the primary never sends */
export const fromWire = (wire: WireConfig): Config => deepFreeze(unpack(wire) as Config);

function pack(value: unknown): unknown {
  if (value instanceof Secret) return { [SECRET_MARK]: value.reveal() };
  if (value instanceof URL) return { [URL_MARK]: value.href };
  return mapped(value, pack);
}

function unpack(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) {
    if (SECRET_MARK in value) return new Secret(String(value[SECRET_MARK]));
    if (URL_MARK in value) return new URL(String(value[URL_MARK]));
  }
  return mapped(value, unpack);
}

function mapped(value: unknown, each: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(each);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, each(item)]));
}
