import { inspect } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { fromWire, toWire, type WireConfig } from '../../src/cluster/config-wire.ts';
import { compareConfigs } from '../../src/config/changes.ts';
import { configOf } from '../config/load-text.ts';

const YAML = `
public_url: https://tools.example.com
store: postgres://door:s3cret-of-the-store@db.example.com/sallyport
workers: 4
routes:
  - path: /a
    access: { groups: [staff] }
    upstream: http://127.0.0.1:9
  - { path: /b, access: deny }
`;

it('carries a whole configuration through the channel between processes', () => {
  const config = configOf(YAML);
  const arrived = fromWire(deserialize(serialize(toWire(config))) as WireConfig);
  expect(compareConfigs(config, arrived)).toEqual({ changes: [], needRestart: [] });
  expect(arrived).toEqual(config);
  expect(arrived.store?.password?.reveal()).toBe('s3cret-of-the-store');
  expect(arrived.publicUrl?.origin).toBe('https://tools.example.com');
});

it('gives a worker secrets that do not print, and nothing to change', () => {
  const arrived = fromWire(toWire(configOf(YAML)));
  expect(inspect(arrived, { depth: 9 })).not.toContain('s3cret-of-the-store');
  expect(Object.isFrozen(arrived.routes[0])).toBe(true);
});
