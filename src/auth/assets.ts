/** The files that our pages refer to; named by their content, so cached for ever. @module */
import { createHash } from 'node:crypto';
import type { Paths } from './paths.ts';
import { checkCodeScript } from './views/check-code-script.ts';
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
  /** Of the page that checks codes. */
  readonly checkCodeScriptUrl: string;
  readonly manifestUrl: string;
  /** By file name. */
  find(name: string): Asset | undefined;
}

/** @param paths  of the prefix that the pages live under */
export function createAssets(paths: Paths): Assets {
  const styles = named('style', 'css', { type: 'text/css; charset=utf-8', body: stylesheet });
  const icon = named('mark', 'svg', { type: 'image/svg+xml; charset=utf-8', body: MARK_SVG });
  const script = named('check-code', 'js', {
    type: 'text/javascript; charset=utf-8',
    body: checkCodeScript,
  });
  const manifest = named('check-code', 'webmanifest', {
    type: 'application/manifest+json; charset=utf-8',
    body: manifestOf(paths, paths.asset(icon[0])),
  });
  const byName = new Map([styles, icon, script, manifest]);
  return {
    stylesheetUrl: paths.asset(styles[0]),
    iconUrl: paths.asset(icon[0]),
    checkCodeScriptUrl: paths.asset(script[0]),
    manifestUrl: paths.asset(manifest[0]),
    find: (name) => byName.get(name),
  };
}

function named(stem: string, ending: string, asset: Asset): readonly [name: string, asset: Asset] {
  const hash = createHash('sha256').update(asset.body).digest('base64url').slice(0, 12);
  return [`${stem}-${hash}.${ending}`, asset];
}

/** What a phone needs to put the page among its apps. */
function manifestOf(paths: Paths, iconUrl: string): string {
  return JSON.stringify({
    name: 'Sallyport: check a code',
    short_name: 'Check a code',
    id: paths.checkCode,
    start_url: paths.checkCode,
    scope: paths.checkCode,
    display: 'standalone',
    background_color: '#f3f5f7',
    theme_color: '#f3f5f7',
    icons: [{ src: iconUrl, sizes: 'any', type: 'image/svg+xml', purpose: 'any' }],
  });
}
