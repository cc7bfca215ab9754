import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkReturnPath } from '../../src/auth/return-to.ts';

const check = (value: string | null | undefined) => checkReturnPath(value, '/_auth');

describe('checkReturnPath', () => {
  it.each([
    ['/'],
    ['/lab'],
    ['/lab?a=1&b=2'],
    ['/My%20Notebook.ipynb?q=a%20b#cell-3'],
    ['/search?q=a@b&next=https://example.com//x'],
    ['/npm/@scope/package'],
    ['/a/../b'],
    ['/100%25'],
    ['/caf%E9'],
    ['/%E2%80%A8'],
    ['/_auth/'],
    ['/_auth/enrol'],
    ['/_authx/login'],
  ])('lets %j through unchanged', (path) => {
    expect(check(path)).toBe(path);
  });

  it('percent-encodes what is not ASCII, so that Location holds ASCII bytes only', () => {
    expect(check('/é/ü?q=ß')).toBe('/%C3%A9/%C3%BC?q=%C3%9F');
  });

  it.each([
    [undefined],
    [null],
    [''],
    ['lab'],
    ['//evil'],
    ['///evil'],
    ['/\\evil'],
    ['\\\\evil'],
    ['/a\\b'],
    ['/%09/evil'],
    ['/\t/evil'],
    ['/%0d%0aSet-Cookie:x=y'],
    ['/a\r\nb'],
    ['/%2Fevil'],
    ['/%252Fevil'],
    ['/%5Cevil'],
    ['/%2509/evil'],
    ['/..//evil'],
    ['/a/..//evil'],
    ['/%2e%2e//evil'],
    ['https:evil'],
    ['https://evil'],
    ['javascript:alert(1)'],
    ['@evil'],
    ['/@evil'],
    ['/user:pw@evil'],
    ['/%40evil'],
    ['/a b'],
    ['/a\u00a0b'],
    ['/a\u2028b'],
    ['/\u200b/evil'],
    ['/\ud800'],
    ['/%zz'],
    [`/${'a'.repeat(2048)}`],
    [`/${'é'.repeat(500)}`],
    ['/_auth/login'],
    ['/_auth/login?return_to=/_auth/login'],
    ['/_auth/logout/everywhere'],
    ['/x/../_auth/logout'],
    ['/_auth/%6cogin'],
    ['/_auth//../login'],
  ])('sends %j to the front page', (path) => {
    expect(check(path)).toBe('/');
  });

  it('never leaves the site, whatever comes in', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        ...['/', '\\', '.', '%', '2', 'f', 'F', '5', 'c', '0', '9', '@', ':', '?', '#', '\t', ' '],
        ...['e', 'vil', 'https:', '//', '%2f', '%5c', '%09', 'é', '\u0000', ';', '_auth/login'],
      ),
    });
    fc.assert(
      fc.property(
        fc.oneof(
          nasty,
          nasty.map((text) => `/${text}`),
        ),
        (value) => {
          const location = check(value);
          expect(location).toMatch(/^\/[\x21-\x7e]*$/);
          expect(location).not.toMatch(/^\/[/\\]/);
          const url = new URL(location, 'https://door.example/_auth/login');
          expect(url.origin).toBe('https://door.example');
          expect(url.pathname).not.toMatch(/^\/_auth\/log(in|out)(\/|$)/);
          expect(check(location), 'checked again on the way out').toBe(location);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
