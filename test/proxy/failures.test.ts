import { describe, expect, it } from 'vitest';
import { DoorError } from '../../src/core/errors.ts';
import { failureCode } from '../../src/proxy/failures.ts';

const coded = (code: string) => Object.assign(new Error('text that nobody parses'), { code });

describe('naming a failure', () => {
  it.each([
    [coded('ECONNREFUSED'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('ENOTFOUND'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('EAI_AGAIN'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('ENOENT'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('ECONNRESET'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('UND_ERR_SOCKET'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('DEPTH_ZERO_SELF_SIGNED_CERT'), false, 'E_UPSTREAM_UNREACHABLE'],
    [coded('UND_ERR_SOCKET'), true, 'E_UPSTREAM_PROTOCOL'],
    [coded('HPE_INVALID_CONSTANT'), true, 'E_UPSTREAM_PROTOCOL'],
    [coded('UND_ERR_HEADERS_OVERFLOW'), true, 'E_UPSTREAM_PROTOCOL'],
    [coded('ERR_INVALID_CHAR'), true, 'E_UPSTREAM_PROTOCOL'],
    [coded('UND_ERR_CONNECT_TIMEOUT'), false, 'E_UPSTREAM_TIMEOUT'],
    [coded('UND_ERR_HEADERS_TIMEOUT'), false, 'E_UPSTREAM_TIMEOUT'],
    [coded('UND_ERR_BODY_TIMEOUT'), true, 'E_UPSTREAM_TIMEOUT'],
    [coded('ERR_UPSTREAM_UPGRADE_TIMEOUT'), false, 'E_UPSTREAM_TIMEOUT'],
    [coded('UND_ERR_INVALID_ARG'), false, 'E_FRAMING'],
    [coded('UND_ERR_CLOSED'), false, 'E_BUSY'],
    [new DoorError('E_BODY_TOO_LARGE', 'x'), false, 'E_BODY_TOO_LARGE'],
    ['no error at all', false, 'E_UPSTREAM_UNREACHABLE'],
  ])('%s, answered %s: %s', (error, hasAnswered, code) => {
    expect(failureCode(error, hasAnswered)).toBe(code);
  });
});
