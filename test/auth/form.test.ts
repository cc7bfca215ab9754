import { describe, expect, it } from 'vitest';
import { isFormType, parseForm } from '../../src/auth/form.ts';

const parse = (text: string) => {
  const form = parseForm(Buffer.from(text, 'latin1'));
  return form && Object.fromEntries(form);
};

describe('parseForm', () => {
  it.each([
    ['', {}],
    ['a=1&b=2', { a: '1', b: '2' }],
    ['a=1&&b', { a: '1', b: '' }],
    ['a=x+y%2B%26', { a: 'x y+&' }],
    ['a=%C3%A9', { a: 'é' }],
    ['a=b=c', { a: 'b=c' }],
    ['__proto__=1', Object.fromEntries([['__proto__', '1']])],
  ])('reads %j', (text, fields) => {
    expect(parse(text)).toEqual(fields);
  });

  it.each([
    ['code=1&code=2'],
    ['code=1&c%6Fde=2'],
    ['code[]=1'],
    ['code%5B%5D=1'],
    ['a[b]=1'],
    ['a=%'],
    ['a=%zz'],
    ['a=%ff'],
    ['a=\xff'],
    ['=1'],
    [Array.from({ length: 33 }, (_, index) => `f${index}=1`).join('&')],
  ])('refuses %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });
});

describe('isFormType', () => {
  it.each([
    ['application/x-www-form-urlencoded', true],
    ['Application/X-WWW-Form-Urlencoded; charset=UTF-8', true],
    ['application/x-www-form-urlencoded; charset=utf-16', false],
    ['multipart/form-data; boundary=x', false],
    ['application/json', false],
    ['text/plain', false],
    ['', false],
    [undefined, false],
  ])('%j: %j', (type, isForm) => {
    expect(isFormType(type)).toBe(isForm);
  });
});
