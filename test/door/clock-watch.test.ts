import { expect, it } from 'vitest';
import { systemClock } from '../../src/core/ports.ts';
import { createClockWatch } from '../../src/door/clock-watch.ts';
import { createHealth } from '../../src/door/health.ts';
import { createLog } from '../../src/telemetry/logger.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { foundDatabase, opener } from '../store/stores.ts';

describeWithPostgres('a clock that parts from the database’s', () => {
  it('is reported once each time, and while it lasts', async () => {
    const store = await opener(await foundDatabase())();
    let offMs = 0;
    const clock = { nowMs: () => systemClock.nowMs() + offMs };
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(JSON.parse(line).msg) };
    const log = createLog({ level: 'info', format: 'json', destination });
    const health = createHealth({ store, clock });
    const look = createClockWatch({ store, clock, log, health });
    await look();
    offMs = 4_000;
    await look();
    expect(health.notes()).toEqual([]);
    offMs = 60_000;
    await look();
    await look();
    expect(health.notes()).toEqual([
      expect.stringMatching(/is (?:59|60|61) s ahead of the database's/),
    ]);
    offMs = -60_000;
    await look();
    expect(health.notes()).toEqual([
      expect.stringMatching(/is (?:59|60|61) s behind the database's/),
    ]);
    offMs = 0;
    await look();
    expect(health.notes()).toEqual([]);
    expect(lines).toEqual([
      expect.stringContaining('ahead of'),
      expect.stringContaining('behind'),
      'The clock agrees with the database again.',
    ]);
  });
});
