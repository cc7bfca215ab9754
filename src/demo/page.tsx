/** The demonstration page: the request as it looks from behind the door. @module */
import type { IncomingMessage } from 'node:http';
import { render } from 'preact-render-to-string';

/** Headers that the door vouches for; shown apart, since they are the point. */
const VOUCHED = /^(remote-|x-forwarded-|x-request-id)/i;

/** Renders the request's line and headers exactly as they arrived. */
export function renderDemoPage(req: IncomingMessage): string {
  const lines = headerLines(req.rawHeaders);
  const page = (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Behind the door · Sallyport</title>
        <link rel="stylesheet" href="/demo.css" />
        <script src="/demo.js" defer />
      </head>
      <body>
        <main>
          <header>
            <p class="eyebrow">Sallyport demonstration</p>
            <h1>You are behind the door.</h1>
            <p>
              This page stands in for your own tool. It shows what a tool sees: who you are, told by
              headers that nobody outside can forge, and never the session cookie.
            </p>
            <p>
              <a href="/_auth/">Your account and sign-out</a>
            </p>
          </header>
          <HeaderTable
            title="What the door says"
            lines={lines.filter(([name]) => VOUCHED.test(name))}
          />
          <section>
            <h2>Try the other kinds of traffic</h2>
            <div class="tools">
              <Tool id="socket" title="WebSocket echo" action="Send a message" />
              <Tool id="events" title="Event stream" action="Start the clock" />
              <form id="upload">
                <h3>Upload</h3>
                <label>
                  A file of any size, counted and thrown away
                  <input type="file" name="file" required />
                </label>
                <button type="submit">Upload</button>
                <output aria-live="polite">Needs JavaScript.</output>
              </form>
            </div>
          </section>
          <HeaderTable
            title={`The rest of the request: ${req.method} ${req.url}`}
            lines={lines.filter(([name]) => !VOUCHED.test(name))}
          />
        </main>
      </body>
    </html>
  );
  return `<!doctype html>${render(page)}`;
}

function HeaderTable({
  title,
  lines,
}: {
  title: string;
  lines: readonly (readonly [string, string])[];
}) {
  return (
    <section>
      <h2>{title}</h2>
      <dl>
        {lines.map(([name, value]) => (
          <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Tool({ id, title, action }: { id: string; title: string; action: string }) {
  return (
    <div id={id}>
      <h3>{title}</h3>
      <button type="button">{action}</button>
      <output aria-live="polite">Needs JavaScript.</output>
    </div>
  );
}

function headerLines(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, i) => (i % 2 === 0 ? [[name, raw[i + 1] ?? ''] as const] : []));
}
