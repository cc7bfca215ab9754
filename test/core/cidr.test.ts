import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCidr } from '../../src/core/cidr.ts';

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['192.168.1.7', '192.168.1.7/32'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['172.16.0.0/12', '172.16.0.0/12'],
    ['10.1.2.4/30', '10.1.2.4/30'],
    ['::1', '::1/128'],
    ['::/0', '::/0'],
    ['2001:DB8::/32', '2001:db8::/32'],
    ['2001:db8:0:0:0:0:0:0/29', '2001:db8::/29'],
    ['fe80::/10', 'fe80::/10'],
    ['64:ff9b::192.0.2.0/120', '64:ff9b::c000:200/120'],
  ])('reads %s as %s', (text, value) => {
    expect(parseCidr(text)).toEqual({ ok: true, value });
  });

  it.each([
    ['', 'is not a network'],
    ['10.0.0.0/', 'is not a network'],
    ['10.0.0/8', 'is not a network'],
    ['010.0.0.0/8', 'is not a network'],
    ['0x0a000000/8', 'is not a network'],
    ['10.0.0.0/-1', 'is not a network'],
    ['10.0.0.0/8/8', 'is not a network'],
    ['proxy.internal', 'is not a network'],
    ['fe80::1%eth0', 'is not a network'],
    ['10.0.0.0/33', 'has a prefix length above 32'],
    ['::/129', 'has a prefix length above 128'],
    ['::ffff:10.0.0.0/104', 'is an IPv4 network in IPv6 dress'],
    ['::ffff:a00:0/120', 'is an IPv4 network in IPv6 dress'],
  ])('refuses %j: it %s', (text, problem) => {
    expect(parseCidr(text)).toMatchObject({ ok: false, refusal: { problem } });
  });

  it.each([
    ['10.1.2.3/8', '10.0.0.0/8'],
    ['10.1.2.5/30', '10.1.2.4/30'],
    ['2001:db8::1/32', '2001:db8::/32'],
    ['2001:dbf::/29', '2001:db8::/29'],
  ])('refuses %s, whose address says more than its length, and suggests %s', (text, suggestion) => {
    expect(parseCidr(text)).toMatchObject({ ok: false, refusal: { suggestion } });
  });

  it('reads what it wrote as the same network', () => {
    const address = fc.oneof(fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(address, fc.nat({ max: 128 }), (host, length) => {
        const parsed = parseCidr(`${host}/${length}`);
        const text = parsed.ok ? parsed.value : parsed.refusal.suggestion;
        if (text !== undefined) expect(parseCidr(text)).toEqual({ ok: true, value: text });
      }),
    );
  });
});
