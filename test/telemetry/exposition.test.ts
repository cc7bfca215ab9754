/** Several processes as one: real snapshots, as they arrive from another process. @module */
import { expect, it } from 'vitest';
import { mergeSnapshots, type Snapshot } from '../../src/telemetry/exposition.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

/** What a process has counted, through JSON. */
async function snapshotOf(requests: number, silence: number): Promise<Snapshot> {
  const metrics = createMetrics({ version: '1.2.3', node: '24' });
  for (let i = 0; i < requests; i += 1) metrics.requests.forwarded('app', 200, 0.02);
  metrics.requests.forwarded(`only ${requests}`, 404, undefined);
  metrics.watch(() => ({
    ...{ sessions: 5, webSockets: 2, ready: requests > 2 ? 1 : 0 },
    feedSilenceSec: silence,
  }));
  metrics.watch(() => Promise.reject(new Error('away')));
  return JSON.parse(JSON.stringify(await metrics.snapshot()));
}

it('adds counters, histograms and sockets up, and no others', async () => {
  const text = await mergeSnapshots([await snapshotOf(2, 1.5), await snapshotOf(3, 0.5)]);
  const lines = text.split('\n');
  const of = 'route="app",decision="forward"';
  expect(lines).toContain(`sallyport_requests_total{${of},status="2xx"} 5`);
  expect(lines).toContain(
    'sallyport_requests_total{route="only 2",decision="forward",status="4xx"} 1',
  );
  expect(lines).toContain(`sallyport_request_duration_seconds_bucket{${of},le="0.01"} 0`);
  expect(lines).toContain(`sallyport_request_duration_seconds_bucket{${of},le="0.025"} 5`);
  expect(lines).toContain(`sallyport_request_duration_seconds_bucket{${of},le="+Inf"} 5`);
  expect(lines).toContain(`sallyport_request_duration_seconds_count{${of}} 5`);
  expect(lines).toContain('sallyport_websockets_open 4');
  expect(lines).toContain('sallyport_sessions_active 5');
  expect(lines).toContain('sallyport_revocation_feed_silence_seconds 1.5');
  expect(lines).toContain('sallyport_ready 0');
  expect(lines).toContain('sallyport_build_info{version="1.2.3",node="24"} 1');
  expect(lines.filter((line) => line.startsWith('process_start_time_seconds '))).toHaveLength(1);
  expect(text).not.toMatch(/ (?:NaN|Nan|null|\+Inf|undefined)$/m);
});

it('answers with those that are left, and with nothing where nobody is', async () => {
  expect(await mergeSnapshots([await snapshotOf(2, 1)])).toContain('sallyport_websockets_open 2');
  expect((await mergeSnapshots([])).trim()).toBe('');
});

it('writes a route’s name so that it cannot end its label', async () => {
  const metrics = createMetrics({ version: '1', node: '24' });
  metrics.requests.forwarded('a"} 9\nb\\', 999, undefined);
  metrics.requests.forwarded('gone', 0, undefined);
  const text = await mergeSnapshots([await metrics.snapshot()]);
  expect(text).toContain('{route="a\\"} 9\\nb\\\\",decision="forward",status="5xx"} 1');
  expect(text).toContain('{route="gone",decision="forward",status="none"} 1');
});
