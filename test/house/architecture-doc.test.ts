/** docs/architecture.md describes the house that stands. @module */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT } from './sources.ts';

const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

it('lists every room, from the ground up', () => {
  const rows = [...text.matchAll(/^\| `([a-z-]+)` \| (\d) \|/gm)];
  const rooms = readdirSync(join(ROOT, 'src'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  );
  expect(rows.map(([, room]) => room).toSorted()).toEqual(rooms.toSorted());
  const floors = rows.map(([, , floor]) => Number(floor));
  expect(floors).toEqual(floors.toSorted((a, b) => a - b));
});

it('agrees with the plan of the house in CONTRIBUTING.md', () => {
  const plan = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const drawn = [...plan.matchAll(/^F(\d) (.+)$/gm)].flatMap(([, floor, line = '']) =>
    [...line.matchAll(/([a-z-]+)\/(?= |$)/g)].map(([, room]) => `${floor} ${room}`),
  );
  const listed = [...text.matchAll(/^\| `([a-z-]+)` \| (\d) \|/gm)];
  expect(drawn.toSorted()).toEqual(listed.map(([, room, floor]) => `${floor} ${room}`).toSorted());
});

it('names only files and folders that exist', () => {
  const named = [...text.matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

it('tells what each file directly in src/ is for', () => {
  const files = readdirSync(join(ROOT, 'src')).filter((name) => /\.tsx?$/.test(name));
  expect(files.filter((name) => !text.includes(`\`src/${name}\``))).toEqual([]);
});
