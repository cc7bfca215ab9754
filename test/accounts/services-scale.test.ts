import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { systemRandom as random } from '../../src/core/ports.ts';
import { openStore } from '../../src/store/open.ts';
import { attempt } from './room.ts';
import { ALLOW, openServices, SEED } from './services-room.ts';

const COUNT = 50_000;

describe('with 50,000 services', () => {
  it('verifying one stays a look-up by index, and finds the right one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sallyport-scale-'));
    const path = join(folder, 'sallyport.db');
    const clock = { nowMs: () => 1_800_000_000_000 };
    const store = await openStore({ address: { kind: 'sqlite', path }, clock, random });
    try {
      const room = await openServices({ store });
      await room.add('ada');
      fill(path);
      expect(await store.listPrincipals('service')).toHaveLength(COUNT + 1);
      const verify = (name: string) =>
        room.services.verify({ name, realm: 'blue', code: room.codeOf(SEED) }, attempt, ALLOW);
      expect(await verify('ada')).toMatchObject({ ok: true, service: { name: 'ada' } });
      expect(await verify('service 49999')).toMatchObject({ ok: false });
      expect(scansOf(path)).toEqual([]);
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Straight into the tables: 50,000 transactions would be a test of the disk. */
function fill(path: string): void {
  const db = new DatabaseSync(path);
  db.exec(`
    insert into principal (id, kind, realm, name, canonical_name, groups, created_at_ms)
    with recursive n(i) as (select 1 union all select i + 1 from n where i < ${COUNT})
    select 'id' || i, 'service', case i % 3 when 0 then 'blue' else 'red' end, 'service ' || i,
      'service ' || i, '[]', 0 from n;
    insert into credential (id, principal_id, kind, label, sealed, last_step, created_at_ms)
    select 'c' || id, id, 'totp', '', 'v1.k1.x.y', -1, 0 from principal where id like 'id%';
  `);
  db.close();
}

/** Steps of the plan that would read a whole table, for the look-up that verifying makes. */
function scansOf(path: string): readonly string[] {
  const db = new DatabaseSync(path);
  const plan = db
    .prepare(
      `explain query plan select * from principal
       left join credential on credential.principal_id = principal.id
       where principal.kind = 'service' and principal.realm = 'blue'
         and principal.canonical_name = 'ada'`,
    )
    .all()
    .map((step) => String(step.detail));
  db.close();
  return plan.filter((step) => step.startsWith('SCAN'));
}
