/** Every link and every citation in the documents leads somewhere. @module */
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(resolve(root, path), 'utf8');
const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: root });
const sources = globSync(['src/**/*.{ts,tsx}', 'test/**/*.{ts,tsx}'], { cwd: root });

describe('links', () => {
  it.each(documents)('%s links only to files and headings that exist', (path) => {
    const broken = linksOf(read(path)).filter((link) => !leadsSomewhere(path, link));
    expect(broken).toEqual([]);
  });
});

describe('decisions', () => {
  const pages = readdirSync(resolve(root, 'docs/adr')).filter((name) => /^\d{4}-/.test(name));
  const numbers = new Set(pages.map((name) => Number(name.slice(0, 4))));

  it('are numbered without a gap and without a twin', () => {
    expect([...numbers].sort((a, b) => a - b)).toEqual(pages.map((_page, index) => index + 1));
  });

  it('are all listed in the index', () => {
    const index = read('docs/adr/README.md');
    expect(pages.filter((page) => !index.includes(`(${page})`))).toEqual([]);
  });

  it.each(pages)('%s has every heading that a decision needs', (page) => {
    const text = read(`docs/adr/${page}`);
    expect(text).toMatch(new RegExp(`^# ADR ${Number(page.slice(0, 4))}: `));
    for (const heading of ['Status: ', '## Context', '## Options', '## Decision', '## Price']) {
      expect(text).toContain(`\n${heading}`);
    }
    expect(text).toContain('\n## What the tests must show');
  });

  it('exist wherever the code, the tests or the documents cite them', () => {
    const cited = [...sources, ...documents].flatMap((path) =>
      [...read(path).matchAll(/\bADR 0*(\d+)/g)].map(([, number]) => ({ path, number })),
    );
    expect(cited.length).toBeGreaterThan(0);
    expect(cited.filter(({ number }) => !numbers.has(Number(number)))).toEqual([]);
  });
});

function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target ?? '')
    .filter((target) => !/^[a-z]+:/.test(target));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? resolve(root, from) : resolve(root, dirname(from), file);
  if (!existsSync(target)) return false;
  return anchor === undefined || anchorsOf(readFileSync(target, 'utf8')).has(anchor);
}

/** As GitHub and GitLab make them: lower case, punctuation dropped, spaces as hyphens. */
function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .replace(/ /g, '-'),
    ),
  );
}
