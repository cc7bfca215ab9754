/** The files that our pages refer to; named by their content, so cached for ever. @module */
import { createHash } from 'node:crypto';
import type { Paths } from './paths.ts';
import { MARK_SVG } from './views/mark.tsx';
import { stylesheet } from './views/stylesheet.ts';

/** One file, ready to be sent. */
export interface Asset {
  readonly type: string;
  readonly body: string;
}

/** The files and where pages find them; addresses are paths of this origin. */
export interface Assets {
  readonly stylesheetUrl: string;
  readonly iconUrl: string;
  /** By file name. */
  find(name: string): Asset | undefined;
}

/** @param paths  of the prefix that the pages live under */
export function createAssets(paths: Paths): Assets {
  const styles = named('style', 'css', { type: 'text/css; charset=utf-8', body: stylesheet });
  const icon = named('mark', 'svg', { type: 'image/svg+xml; charset=utf-8', body: MARK_SVG });
  const byName = new Map([styles, icon]);
  return {
    stylesheetUrl: paths.asset(styles[0]),
    iconUrl: paths.asset(icon[0]),
    find: (name) => byName.get(name),
  };
}

function named(stem: string, ending: string, asset: Asset): readonly [name: string, asset: Asset] {
  const hash = createHash('sha256').update(asset.body).digest('base64url').slice(0, 12);
  return [`${stem}-${hash}.${ending}`, asset];
}
