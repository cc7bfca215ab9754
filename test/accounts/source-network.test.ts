import { expect, it } from 'vitest';
import { sourceNetwork } from '../../src/accounts/source-network.ts';

it.each([
  ['203.0.113.7', '203.0.113.7'],
  ['::ffff:203.0.113.7', '203.0.113.7'],
  ['::ffff:cb00:7107', '203.0.113.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['cli', 'cli'],
  ['', ''],
  ['x'.repeat(1000), 'x'.repeat(64)],
])('%.40s is counted as %.40s', (source, network) => {
  expect(sourceNetwork(source)).toBe(network);
});
