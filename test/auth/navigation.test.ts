import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { isNavigation, isPostedForm } from '../../src/auth/navigation.ts';

const HTML = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

const headersOf = (accept?: string, mode?: string, destination?: string): IncomingHttpHeaders => ({
  accept,
  'sec-fetch-mode': mode,
  'sec-fetch-dest': destination,
});

describe('isNavigation', () => {
  it.each([
    ['a typed address', 'GET', HTML, 'navigate', 'document', true],
    ['a HEAD of it', 'HEAD', HTML, 'navigate', 'document', true],
    ['a frame', 'GET', HTML, 'navigate', 'iframe', true],
    ['a browser without Sec-Fetch', 'GET', HTML, undefined, undefined, true],
    ['plain http, where Sec-Fetch is not sent', 'GET', 'text/html', undefined, undefined, true],
    ['a navigation that names no type', 'GET', undefined, 'navigate', 'document', true],
    ['a posted form', 'POST', HTML, 'navigate', 'document', false],
    ['fetch', 'GET', '*/*', 'cors', 'empty', false],
    ['fetch that asks for HTML', 'GET', 'text/html', 'same-origin', 'empty', false],
    ['XHR without Sec-Fetch', 'GET', '*/*', undefined, undefined, false],
    [
      'XHR that asks for JSON',
      'GET',
      'application/json, text/javascript',
      undefined,
      undefined,
      false,
    ],
    ['a navigation that asks for JSON', 'GET', 'application/json', 'navigate', 'document', false],
    ['a script', 'GET', '*/*', 'no-cors', 'script', false],
    ['a manifest', 'GET', '*/*', 'cors', 'manifest', false],
    ['a service worker', 'GET', '*/*', 'same-origin', 'serviceworker', false],
    ['a worker that says navigate', 'GET', HTML, 'navigate', 'worker', false],
    ['an event stream', 'GET', 'text/event-stream', 'cors', 'empty', false],
    ['curl', 'GET', '*/*', undefined, undefined, false],
    ['a tool without Accept', 'GET', undefined, undefined, undefined, false],
    ['a look-alike type', 'GET', 'text/htmlx', undefined, undefined, false],
    ['no method at all', undefined, HTML, 'navigate', 'document', false],
  ] as const)('%s', (_, method, accept, mode, destination, expected) => {
    expect(isNavigation({ method, headers: headersOf(accept, mode, destination) })).toBe(expected);
  });
});

describe('isPostedForm', () => {
  it.each([
    ['a form', 'POST', HTML, 'navigate', 'document', true],
    ['a form in a frame', 'POST', HTML, 'navigate', 'iframe', true],
    ['plain http, where Sec-Fetch is not sent', 'POST', HTML, undefined, undefined, true],
    ['fetch', 'POST', '*/*', 'cors', 'empty', false],
    ['fetch that asks for HTML', 'POST', 'text/html', 'same-origin', 'empty', false],
    ['curl', 'POST', '*/*', undefined, undefined, false],
    ['a navigation', 'GET', HTML, 'navigate', 'document', false],
    ['another method', 'PUT', HTML, 'navigate', 'document', false],
  ] as const)('%s', (_, method, accept, mode, destination, expected) => {
    expect(isPostedForm({ method, headers: headersOf(accept, mode, destination) })).toBe(expected);
  });
});
