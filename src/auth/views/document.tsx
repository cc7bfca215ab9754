/** The frame around every page of ours. @module */
import type { ComponentChildren, VNode } from 'preact';
import { renderToStaticMarkup } from 'preact-render-to-string';
import { Mark } from './mark.tsx';

/** What every document has, whatever its content. */
export interface Frame {
  readonly title: string;
  readonly stylesheetUrl: string;
  readonly iconUrl: string;
  /** The host that the person sees in the address bar; undefined where it is not known. */
  readonly site?: string | undefined;
  /** For a page that is an app of its own. */
  readonly app?: AppFiles | undefined;
}

/** Files of an app; addresses are paths of this origin. */
export interface AppFiles {
  readonly scriptUrl: string;
  readonly manifestUrl: string;
}

/** Renders a whole document; works without a script, but for an app. */
export const renderDocument = (frame: Frame, body: VNode): string =>
  `<!doctype html>${renderToStaticMarkup(<Document {...frame}>{body}</Document>)}`;

function Document(props: Frame & { readonly children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{`${props.title} · Sallyport`}</title>
        <link rel="icon" type="image/svg+xml" href={props.iconUrl} />
        <link rel="stylesheet" href={props.stylesheetUrl} />
        {props.app !== undefined && <link rel="manifest" href={props.app.manifestUrl} />}
        {props.app !== undefined && <script src={props.app.scriptUrl} defer />}
      </head>
      <body>
        <div class="page">
          <header class="brand">
            <Mark />
            <span class="brand-name">Sallyport</span>
            {props.site !== undefined && <span class="site">{props.site}</span>}
          </header>
          <main class="card">{props.children}</main>
        </div>
      </body>
    </html>
  );
}
