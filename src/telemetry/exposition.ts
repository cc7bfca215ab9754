/** From what processes have counted to the text that Prometheus reads. @module */
import { Registry } from '@prometheus-io/client';
import type { MetricFamily } from './metric-family.ts';

/** What one process has counted: plain JSON, to be sent between processes. */
export type Snapshot = readonly MetricFamily[];

/** The media type of {@link mergeSnapshots}' text. */
export const EXPOSITION_TYPE: string = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * Writes the snapshots of one or more processes as one text: counters and histograms are
 * added up, gauges combined as each of them says. No snapshot gives an empty text.
 */
export function mergeSnapshots(snapshots: readonly Snapshot[]): Promise<string> {
  const copies = snapshots.map((families) => [...families]);
  return Registry.aggregate(copies).metrics();
}
