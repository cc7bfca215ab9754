import { describe, expect, it } from 'vitest';
import { foldHeaderName, VOUCHED_HEADERS } from '../../src/core/header-name.ts';
import { forwardedLines, identityLines } from '../../src/routing/forwarded.ts';

const context = {
  requestId: 'r1',
  clientAddress: '192.0.2.1',
  scheme: 'https',
  host: 'app.example.com',
  target: '/x',
  path: '/x',
} as const;
const who = (name: string, ...groups: string[]) => identityLines({ id: 'p', name, groups });

describe('the lines that we vouch for', () => {
  it('tell the way of the request', () => {
    expect(forwardedLines(context, '192.0.2.1, 10.0.0.1')).toEqual([
      ['X-Forwarded-For', '192.0.2.1, 10.0.0.1'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Request-Id', 'r1'],
      ['X-Forwarded-Host', 'app.example.com'],
    ]);
  });

  it('name no host where HTTP/1.0 sent none', () => {
    const names = forwardedLines({ ...context, host: '' }, 'x').map(([name]) => name);
    expect(names).not.toContain('X-Forwarded-Host');
  });

  it('tell the person and the groups', () => {
    expect(who('ada', 'admin', 'lab')).toEqual([
      ['Remote-User', 'ada'],
      ['Remote-Groups', 'admin,lab'],
    ]);
    expect(who('ada')[1]).toEqual(['Remote-Groups', '']);
  });

  it('carry names outside ASCII as UTF-8 bytes', () => {
    expect(who('žofie')[0]?.[1]).toBe(Buffer.from('žofie').toString('latin1'));
  });

  it('cannot turn one group into two', () => {
    expect(who('ada', 'a,admin')[1]?.[1]).toBe('a%2Cadmin');
  });

  it.each(['a\r\nX-Admin: 1', 'a\0', 'a\x7f'])('are never made from %j', (name) => {
    expect(() => who(name)).toThrow(RangeError);
    expect(() => who('ada', name)).toThrow(RangeError);
  });

  it('are all on the list of what clients may not send', () => {
    const all = [...forwardedLines(context, 'x'), ...who('ada')];
    for (const [name] of all) expect(VOUCHED_HEADERS).toContain(foldHeaderName(name));
  });
});
