/** Spans of time as people say them. @module */

const UNITS = [
  { name: 'day', ms: 86_400_000 },
  { name: 'hour', ms: 3_600_000 },
  { name: 'minute', ms: 60_000 },
] as const;

/** How long ago something was, e.g. `3 hours ago`; rounded down. */
export function agoInWords(ms: number): string {
  const unit = UNITS.find((candidate) => ms >= candidate.ms);
  return unit === undefined ? 'just now' : `${count(Math.floor(ms / unit.ms), unit.name)} ago`;
}

/** How long to wait, e.g. `45 seconds`, `2 minutes`; rounded up, never too short. */
export function waitInWords(seconds: number): string {
  const whole = Math.max(1, Math.ceil(seconds));
  if (whole < 100) return count(whole, 'second');
  if (whole < 100 * 60) return count(Math.ceil(whole / 60), 'minute');
  return count(Math.ceil(whole / 3600), 'hour');
}

const count = (amount: number, unit: string) => `${amount} ${unit}${amount === 1 ? '' : 's'}`;
