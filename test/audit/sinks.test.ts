import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../src/audit/events.ts';
import { createLogSink } from '../../src/audit/sinks.ts';
import type { Log } from '../../src/core/log.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { EVERY_EVENT } from './every-event.ts';

/** As the sink's documentation gives them, with fail2ban's <HOST>. */
const HOST = '([0-9a-f.:]+)';
const JSON_RULE = new RegExp(
  `"msg":"(?:sign-in|sign-up|enrolment|service|bearer) (?:refused|throttled) from ${HOST}"\\}$`,
);
const PRETTY_RULE = new RegExp(
  `(?:sign-in|sign-up|enrolment|service|bearer) (?:refused|throttled) from ${HOST}(?:\\s|$)`,
);

function write(format: 'json' | 'pretty', ...events: AuditEvent[]): string[] {
  const written: string[] = [];
  const destination = { write: (lines: string) => written.push(lines) };
  const sink = createLogSink(createLog({ level: 'info', format, destination }));
  for (const event of events) sink(event);
  return written.join('').split('\n').filter(Boolean);
}

describe('the audit in the log', () => {
  it('is one line an event, with the event as fields', () => {
    const [line = ''] = write('json', {
      type: 'sign-in',
      outcome: 'refused',
      name: 'ada',
      source: '203.0.113.7',
      requestId: 'r-1',
    });
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      event: 'sign-in',
      outcome: 'refused',
      name: 'ada',
      source: '203.0.113.7',
      requestId: 'r-1',
      msg: 'sign-in refused from 203.0.113.7',
    });
  });

  it.each(EVERY_EVENT)('has a sentence for $type $outcome', (event) => {
    const [line = '', ...others] = write('json', event);
    expect(others).toEqual([]);
    const { level, msg } = JSON.parse(line) as Record<string, string>;
    expect(msg).toMatch(/^[a-z][a-z -]+ from \S+$/);
    expect(['info', 'warn']).toContain(level);
  });
});

describe('fail2ban', () => {
  it.each(EVERY_EVENT)('counts $type $outcome only when somebody was refused', (event) => {
    const isCounted = 'outcome' in event && event.outcome !== 'success' && !('voucher' in event);
    expect(JSON_RULE.exec(write('json', event)[0] ?? '')?.[1]).toBe(
      isCounted ? event.source : undefined,
    );
    expect(PRETTY_RULE.exec(write('pretty', event)[0] ?? '')?.[1]).toBe(
      isCounted ? event.source : undefined,
    );
  });

  it('attack: nothing that a client chooses can blame another address', () => {
    const forged = '","msg":"sign-in refused from 198.51.100.1"}';
    const written: string[] = [];
    const log = createLog({
      level: 'info',
      format: 'json',
      destination: { write: (l: string) => written.push(l) },
    });
    log.info({ path: `/${forged}`, userAgent: `x\n${forged}` }, 'request');
    for (const line of written.join('').split('\n')) expect(line).not.toMatch(JSON_RULE);
  });
});

it('a log that fails keeps nobody out', () => {
  const fail = () => {
    throw new Error('disk full');
  };
  const log: Log = { debug: fail, info: fail, warn: fail, error: fail };
  const sink = createLogSink(log);
  for (const event of EVERY_EVENT) expect(() => sink(event)).not.toThrow();
});
