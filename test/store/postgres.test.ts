/** What only PostgreSQL can get wrong: the order of the feed, refusals, a kill while it begins. @module */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Revocation } from '../../src/store/contract.ts';
import { connectTo, createDatabase, startPostgres } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { NOW_MS } from './now.ts';
import { parallel, readFeed, registration, revoked, signIn } from './samples.ts';
import { foundDatabase, opener } from './stores.ts';

const closed = { exitCode: 1 };
const down = (message: string) => ({
  code: 'E_STORE_DOWN',
  message: expect.stringContaining(message),
});

describeWithPostgres('a PostgreSQL store', () => {
  it('never shows a poller a revocation before one with a smaller id', async () => {
    const address = await foundDatabase();
    const [store, other] = [await opener(address)(), await opener(address)()];
    const sids = Array.from({ length: 40 }, (_, index) => `s${index}`);
    await signIn(store, 'ada', ...sids);
    // Commits come late here and there, so that ids given earlier become visible later.
    const slow = await connectTo(address);
    await slow.query(`
      create function dawdle() returns trigger language plpgsql as
        $$ begin perform pg_sleep(case when new.id % 3 = 0 then 0.02 else 0 end); return null; end $$;
      create constraint trigger dawdle after insert on revocation deferrable initially deferred
        for each row execute function dawdle()`);
    await slow.end();
    const seen: string[] = [];
    let last: Revocation | undefined;
    let isDone = false;
    const poller = (async () => {
      for (let isLast = false; !isLast; ) {
        isLast = isDone;
        const entries = await readFeed(store, last);
        seen.push(...entries.map(({ sid }) => sid));
        last = entries.at(-1) ?? last;
      }
    })();
    await Promise.all(sids.map((sid, i) => (i % 2 === 0 ? store : other).endSession(sid)));
    isDone = true;
    await poller;
    expect(seen.toSorted()).toEqual(sids.toSorted());
    expect(await revoked(store)).toEqual(seen);
  });

  it('tells an entry from one that another history wrote for the same session under its id', async () => {
    const address = await foundDatabase();
    const store = await opener(address)();
    await signIn(store, 'ada', 's1');
    await store.endSession('s1');
    const [entry] = await readFeed(store);
    const other = await connectTo(address);
    await other.query(`
      with gone as (delete from revocation returning id, sid, expires_at_ms)
        select * into temporary kept from gone;
      insert into revocation (id, sid, expires_at_ms) select id, sid, expires_at_ms from kept`);
    await other.end();
    expect(await readFeed(store)).toEqual([{ ...entry, nonce: expect.any(String) }]);
    expect(await store.readRevocations(entry)).toBe('unknown-entry');
  });

  it('calls a commit whose answer was lost a store that is down', async () => {
    const address = await foundDatabase();
    const store = await opener(address)();
    await signIn(store, 'ada', 's1');
    const other = await connectTo(address);
    await other.query(`
      create function vanish() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create constraint trigger vanish after insert on revocation deferrable initially deferred
        for each row execute function vanish()`);
    await expect(store.endSession('s1')).rejects.toMatchObject(down('did not say whether'));
    await other.query('drop trigger vanish on revocation');
    await other.end();
    await store.endSession('s1');
    expect(await revoked(store)).toEqual(['s1']);
  });

  it.each<[string, string, object]>([
    ['a meta table of another program', 'create table meta (id int)', closed],
    ['a session table of another program', 'create table session (id int)', closed],
    [
      'a newer schema',
      "create table meta (key text primary key, value text); insert into meta values ('schema_version', '99')",
      closed,
    ],
  ])('refuses %s, and changes nothing', async (_, text, refusal) => {
    const address = await foundDatabase();
    const other = await connectTo(address);
    await other.query(text);
    await expect(opener(address)()).rejects.toMatchObject(refusal);
    const tables = await other.query(
      "select count(*)::int as n from pg_tables where schemaname = 'public'",
    );
    await other.end();
    expect(tables.rows).toEqual([{ n: 1 }]);
  });

  it('says calmly what keeps it from opening, and never the password', async () => {
    const address = await foundDatabase();
    const refusalOf = async (more: object): Promise<string> => {
      const refusal = await opener({ ...address, ...more })().catch((error: unknown) => error);
      expect(JSON.stringify(refusal) + String(refusal)).not.toContain('hidden');
      return String(refusal);
    };
    const password = new Secret('hidden');
    const tls = {};
    expect(await refusalOf({ password, database: 'nowhere' })).toContain(
      'does not exist: create it',
    );
    expect(await refusalOf({ password, user: 'nobody' })).toContain('does not let nobody in');
    expect(await refusalOf({ password, port: 1 })).toContain('nothing listens at 127.0.0.1:1');
    expect(await refusalOf({ password, host: '/nowhere' })).toContain('/nowhere/.s.PGSQL');
    expect(await refusalOf({ password, host: 'nowhere.invalid' })).toContain('is not known');
    expect(await refusalOf({ password, tls })).toContain('refuses TLS');
  });

  it('does not look at a copy, which may not know what has ended', async () => {
    const server = await startPostgres();
    onTestFinished(() => server.dispose());
    const { address } = await createDatabase(server.port);
    const store = await opener(address)();
    expect(await store.readRevocations()).toEqual([]);
    await server.stop();
    writeFileSync(join(server.folder, 'data/standby.signal'), '');
    await server.start();
    await expect(store.readRevocations()).rejects.toThrow('is a read-only copy');
  });

  it('makes all tables or none, wherever it is killed', async () => {
    const address = await foundDatabase();
    const other = await connectTo(address);
    const child = new URL('./children/postgres-opener.ts', import.meta.url);
    const { password: _, ...plain } = address;
    for (let round = 0; round < 6; round += 1) {
      const process = fork(child, [JSON.stringify(plain)]);
      onTestFinished(() => void process.kill('SIGKILL'));
      const [word] = await Promise.race([once(process, 'message'), once(process, 'exit')]);
      expect(word).toBe('opening');
      await wait(round * 6);
      const ended = once(process, 'exit');
      process.kill('SIGKILL');
      await ended;
      const { rows } = await other.query(
        "select count(*)::int as n from pg_tables where schemaname = 'public'",
      );
      expect([0, 9]).toContain(rows[0].n);
      await other.query('drop schema public cascade; create schema public');
    }
    await other.end();
    const store = await opener(address)();
    expect(await store.register(registration('ada'), NOW_MS)).toBe('created');
  });

  it('does not know a name with a NUL, rather than being down', async () => {
    const store = await opener(await foundDatabase())();
    expect(await store.findPrincipal('service', 'a\0b', 'c')).toBeUndefined();
  });

  it('is closed once it is closed, and lets what runs finish', async () => {
    const store = await opener(await foundDatabase())();
    const writes = parallel(20, (index) => store.putFlow(`f${index}`, 'x', NOW_MS + 1));
    await store.close();
    await writes;
    await expect(store.getFlow('f1', NOW_MS)).rejects.toMatchObject(down('it is closed'));
    await store.close();
  });
});
