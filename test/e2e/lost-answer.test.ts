/** A commit whose answer is lost: nobody knows whether it happened, and nothing happens twice. @module */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock, systemRandom } from '../../src/core/ports.ts';
import type { PostgresAddress } from '../../src/core/store-address.ts';
import type { Account, SessionRow } from '../../src/store/contract.ts';
import { openStore } from '../../src/store/open.ts';
import { Installation, PASSWORD } from '../cli/installation.ts';
import { connectTo, createDatabase } from '../postgres.ts';
import { describeWithPostgres } from '../postgres-suite.ts';
import { openRelay, type Relay } from '../relay.ts';
import { Client, hiddenFields, type Page } from './client.ts';
import { codeFrom } from './people.ts';

/** The store's time-out is one second; a form asks it more than once. */
const FORM_WITHIN_MS = 12_000;

/** `silence`: the answer does not come; `line`: it breaks before it; `commit`: and nothing arrived. */
type Lost = 'silence' | 'line' | 'commit';
/** What is lost once a transaction with this statement commits. */
interface Plan {
  readonly statement: string;
  readonly lost: Lost;
}

const SPEND = 'update "credential" set "last_step"';
const START = 'insert into "session"';
const REGISTER = 'insert into "principal"';

describeWithPostgres('a commit that nobody hears of', () => {
  let database: Awaited<ReturnType<typeof createDatabase>>;
  let relay: Relay;
  let installation: Installation;
  let origin: string;
  let plan: Plan | undefined;
  /** Breaks the line once the server has committed. */
  let breaking: Promise<void> | undefined;

  beforeAll(async () => {
    database = await createDatabase();
    relay = await openRelay({ port: database.address.port, sees: createLoss() });
    const { host, user, database: name } = database.address;
    installation = new Installation(`listen: 127.0.0.1:0
public_url: http://127.0.0.1
admin: off
upstream: http://127.0.0.1:9
auth: { signup: open, throttle: { source: { free: 1000, per_day: 10000 } } }
store: { url: "postgres://${user}@${host}:${relay.port}/${name}?sslmode=disable", timeout: 1s }
`);
    const program = installation.start(['run', '--config', 'config.yaml']);
    [, origin = ''] = await program.until(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
  });

  afterAll(async () => {
    installation[Symbol.dispose]();
    await relay.dispose();
    await database.drop();
  });

  /** Waits for the planned statement, then for the commit behind it: writes come one by one. */
  function createLoss() {
    let isInside = false;
    return (chunk: Buffer) => {
      if (plan === undefined) return;
      isInside ||= chunk.includes(plan.statement);
      if (!isInside || !chunk.includes('commit\0')) return;
      const { lost } = plan;
      plan = undefined;
      isInside = false;
      if (lost === 'commit') return relay.cut();
      relay.blackHole();
      if (lost === 'line') breaking = breakOnceCommitted();
    };
  }

  async function breakOnceCommitted(): Promise<void> {
    await untilCommitted(database.address);
    relay.cut();
    relay.restore();
  }

  /** Sends a form into the loss; the network is whole again afterwards. */
  async function sendLosing(wanted: Plan, form: () => Promise<Page>): Promise<Page> {
    plan = wanted;
    const sinceMs = performance.now();
    const page = await form();
    expect(plan, 'nothing was lost').toBeUndefined();
    expect(performance.now() - sinceMs).toBeLessThan(FORM_WITHIN_MS);
    await breaking;
    relay.restore();
    return page;
  }

  const signIn = (username: string, code: string) =>
    new Client(origin).submit('/_auth/login', '/_auth/login', {
      username,
      password: PASSWORD,
      code,
    });

  /** How many of three tries are let in. */
  async function countAccepted(username: string, code: string): Promise<number> {
    const statuses: number[] = [];
    while (statuses.length < 3) statuses.push((await signIn(username, code)).status);
    expect(statuses.filter((status) => status !== 303 && status !== 401)).toEqual([]);
    return statuses.filter((status) => status === 303).length;
  }

  it.each([
    { statement: SPEND, lost: 'silence', accepted: 0, sessions: 0 },
    { statement: SPEND, lost: 'line', accepted: 0, sessions: 0 },
    { statement: SPEND, lost: 'commit', accepted: 1, sessions: 1 },
    { statement: START, lost: 'silence', accepted: 0, sessions: 1 },
    { statement: START, lost: 'line', accepted: 0, sessions: 1 },
    { statement: START, lost: 'commit', accepted: 0, sessions: 0 },
  ] as const)(
    'answers a sign-in with 503, and its code counts at most once ($lost of: $statement)',
    async ({ accepted, sessions, ...wanted }) => {
      const name = `ada-${wanted.statement === SPEND ? 'spend' : 'start'}-${wanted.lost}`;
      const { otpauth_uri: uri } = await installation.addUser(name);
      const code = codeFrom(uri);
      const page = await sendLosing(wanted, () => signIn(name, code));
      expect(page.status).toBe(503);
      expect(page.headers.getSetCookie().join()).not.toContain('sallyport=');
      expect(await countAccepted(name, code)).toBe(accepted);
      expect((await lookUp(database.address, name)).sessions).toHaveLength(sessions);
      expect(await countAccepted(name, codeFrom(uri, 1))).toBe(1);
    },
  );

  it('has a person who signed up whole, and their app works', async () => {
    const client = new Client(origin);
    const shown = await client.submit('/_auth/signup', '/_auth/signup', {
      username: 'bea',
      password: PASSWORD,
    });
    const uri = uriIn(shown);
    const confirm = () => confirmApp(client, '/_auth/signup/confirm', { shown, uri });
    const wanted = { statement: REGISTER, lost: 'line' } as const;
    expect((await sendLosing(wanted, confirm)).status).toBe(503);
    const again = await confirm();
    expect(again.status).toBe(410);
    expect(again.text).toContain('Your app is set already');
    expect(again.text, 'the only app they have').not.toContain('remove the entry');
    const { account } = await lookUp(database.address, 'bea');
    expect(kindsOf(account)).toEqual({ password: 1, totp: 1, recovery: 10 });
    expect(await countAccepted('bea', codeFrom(uri, 1))).toBe(1);
  });
});

interface Found {
  readonly account: Account | undefined;
  readonly sessions: readonly SessionRow[];
}

/** What the database itself holds, by the direct way. */
async function lookUp(address: PostgresAddress, name: string): Promise<Found> {
  const store = await openStore({ address, clock: systemClock, random: systemRandom });
  const account = await store.findAccount('person', '', name);
  const id = account?.principal.id ?? '';
  const sessions = await store.listSessions(id, systemClock.nowMs());
  await store.close();
  return { account, sessions };
}

/** Waits until no transaction of the door is open: the commit that was just sent has arrived. */
async function untilCommitted(address: PostgresAddress): Promise<void> {
  const client = await connectTo(address);
  const isOpen = async () => {
    const { rows } = await client.query(`select 1 from pg_stat_activity
      where datname = current_database() and application_name = 'sallyport' and state <> 'idle'`);
    return rows.length > 0;
  };
  while (await isOpen());
  await client.end();
}

function kindsOf(account: Account | undefined): Record<string, number> {
  const kinds = Map.groupBy(account?.credentials ?? [], ({ kind }) => kind);
  return Object.fromEntries([...kinds].map(([kind, rows]) => [kind, rows.length]));
}

const uriIn = ({ text }: Page) =>
  /otpauth:\/\/[^"<\s]+/.exec(text)?.[0].replaceAll('&amp;', '&') ?? '';

const confirmApp = (client: Client, action: string, app: { shown: Page; uri: string }) =>
  client.post(action, { ...hiddenFields(app.shown.text, action), code: codeFrom(app.uri) });
