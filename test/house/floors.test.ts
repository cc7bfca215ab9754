/** The house: rooms on floors, imports go down only (docs/architecture.md). @module */
import { describe, expect, it } from 'vitest';
import { type Import, listImports, readSources, withoutComments } from './sources.ts';

const FLOOR_OF_ROOM: Readonly<Record<string, number>> = {
  core: 0,
  // What other programs import: below everything of the server's.
  client: 0,
  express: 1,
  config: 1,
  telemetry: 1,
  audit: 1,
  session: 1,
  store: 1,
  'data-dir': 1,
  accounts: 2,
  auth: 3,
  routing: 3,
  proxy: 3,
  realms: 3,
  api: 3,
  keys: 4,
  cli: 4,
  demo: 4,
  snippets: 4,
  machines: 4,
  door: 4,
  reload: 4,
  admin: 4,
  cluster: 4,
  process: 4,
};
/** The program itself, directly under src/, lives on the top floor. */
const TOP_FLOOR = 4;

/** Packages that exactly one place may know, so that they can be replaced there. */
const SINGLE_IMPORTERS: Readonly<Record<string, RegExp>> = {
  'http-proxy': /^src\/proxy\//,
  undici: /^src\/proxy\//,
  'iron-webcrypto': /^src\/session\/seal\.ts$/,
  kysely: /^src\/store\//,
  'node:sqlite': /^src\/store\//,
  pg: /^src\/store\//,
  pino: /^src\/telemetry\//,
  'pino-pretty': /^src\/telemetry\//,
  otpauth: /^src\/accounts\//,
  commander: /^src\/cli\//,
  express: /^src\/(auth|routing|proxy|realms|cli|demo)\/|^src\/[^/]+$/,
  'express-session': /^src\/(auth|routing|proxy|realms|cli|demo)\/|^src\/[^/]+$/,
};

const roomOf = (path: string) => path.split('/').slice(1, -1)[0];
const floorOf = (path: string) => {
  const room = roomOf(path);
  return room === undefined ? TOP_FLOOR : FLOOR_OF_ROOM[room];
};

const sources = readSources('src');
const imports = sources.flatMap(listImports);
const own = imports.filter(({ isOwn }) => isOwn);
const show = ({ from, to }: Import) => `${from} -> ${to}`;

describe('the house', () => {
  it('reads its own plan: every import of ours names a file that exists', () => {
    const paths = new Set(sources.map(({ path }) => path));
    const dangling = own.filter(({ to }) => !paths.has(to));
    expect(sources.length).toBeGreaterThan(20);
    expect(own.length).toBeGreaterThan(sources.length);
    expect(dangling.map(show)).toEqual([]);
  });

  it('knows the floor of every room', () => {
    const rooms = sources.map(({ path }) => roomOf(path)).filter((room) => room !== undefined);
    expect([...new Set(rooms)].filter((room) => FLOOR_OF_ROOM[room] === undefined)).toEqual([]);
  });

  it('imports downwards only, types included', () => {
    expect(own.filter(({ from, to }) => floorOf(to)! > floorOf(from)!).map(show)).toEqual([]);
  });

  it('keeps the rooms of one floor apart, types included', () => {
    const isSideways = ({ from, to }: Import) =>
      roomOf(from) !== roomOf(to) && floorOf(from) === floorOf(to) && floorOf(from) !== TOP_FLOOR;
    expect(own.filter(isSideways).map(show)).toEqual([]);
  });

  it('has no import cycle', () => {
    expect(findCycles(own)).toEqual([]);
  });

  it('gives core/ nothing but Node and zod', () => {
    const foreign = imports.filter(
      ({ from, to, isOwn }) =>
        roomOf(from) === 'core' && !isOwn && !to.startsWith('node:') && to !== 'zod',
    );
    expect(foreign.map(show)).toEqual([]);
  });

  it('publishes a client that depends on nothing, in any runtime', () => {
    const foreign = imports.filter(
      ({ from, to }) => roomOf(from) === 'client' && roomOf(to) !== 'client',
    );
    expect(foreign.map(show)).toEqual([]);
    const nodeOnly = /\b(?:Buffer|process|require|__dirname)\b/;
    const bound = sources.filter(
      ({ path, text }) => roomOf(path) === 'client' && nodeOnly.test(withoutComments(text)),
    );
    expect(bound.map(({ path }) => path)).toEqual([]);
  });

  it('publishes a middleware that needs the client, core/ and Node alone', () => {
    const allowed = new Set(['express', 'client', 'core']);
    const foreign = imports.filter(
      ({ from, to, isOwn }) =>
        roomOf(from) === 'express' &&
        !(isOwn ? allowed.has(roomOf(to) ?? '') : to.startsWith('node:')),
    );
    expect(foreign.map(show)).toEqual([]);
  });

  it('lets one place alone know each exchangeable package', () => {
    const offenders = imports.filter(({ from, to }) => SINGLE_IMPORTERS[to]?.test(from) === false);
    expect(offenders.map(show)).toEqual([]);
  });
});

describe('the reader of imports', () => {
  it.each([
    ["import { a } from './b.ts';", 'src/x/b.ts'],
    ["import type { a } from '../b.ts';", 'src/b.ts'],
    ["import {\n  a,\n  type B,\n} from './b.ts';", 'src/x/b.ts'],
    ["export * from './b.ts';", 'src/x/b.ts'],
    ["import './b.ts';", 'src/x/b.ts'],
    ["const b = await import('./b.ts');", 'src/x/b.ts'],
    ["type B = import('./b.ts').B;", 'src/x/b.ts'],
    ["import a from '@scope/name/deep';", '@scope/name'],
    ["import a from 'name/deep';", 'name'],
  ])('finds %j', (text, to) => {
    expect(listImports({ path: 'src/x/a.ts', text }).map((found) => found.to)).toEqual([to]);
  });

  it.each(["// import a from './b.ts';", "/** import('./b.ts') */", "const a = 'import b';"])(
    'finds nothing in %j',
    (text) => expect(listImports({ path: 'src/x/a.ts', text })).toEqual([]),
  );

  it('finds a cycle', () => {
    const edge = (from: string, to: string) => ({ from, to, isOwn: true });
    expect(findCycles([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual([
      'a -> b -> c -> a',
    ]);
    expect(findCycles([edge('a', 'b'), edge('a', 'c'), edge('b', 'c')])).toEqual([]);
  });
});

/** Depth first; a file that is met again while still on the path closes a cycle. */
function findCycles(edges: readonly Import[]): string[] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const cycles: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) return void cycles.push([...path.slice(start), file].join(' -> '));
    if (done.has(file)) return;
    for (const { to } of next.get(file) ?? []) visit(to, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return cycles;
}
