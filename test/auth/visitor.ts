/** A browser without a screen, whose every header is the test's own. @module */
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { hiddenFields } from '../e2e/client.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly setCookies: readonly string[];
  readonly text: string;
}

/** Keeps cookies and fills in forms; follows no redirect by itself. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Promise<Answer> {
    return this.send('GET', path, { headers: { accept: 'text/html', ...headers } });
  }

  /** Posts a form as the page at `formPath` holds it, hidden fields included. */
  async submit(
    formPath: string,
    action: string,
    fields: Record<string, string>,
    headers: OutgoingHttpHeaders = {},
  ): Promise<Answer> {
    const page = await this.get(formPath);
    return this.post(action, { ...hiddenFields(page.text, action), ...fields }, headers);
  }

  post(
    path: string,
    fields: Record<string, string>,
    headers: OutgoingHttpHeaders = {},
  ): Promise<Answer> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = new URLSearchParams(fields).toString();
    return this.send('POST', path, { headers: { ...type, ...headers }, body });
  }

  send(
    method: string,
    path: string,
    options: { readonly headers?: OutgoingHttpHeaders; readonly body?: string } = {},
  ): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(cookie !== '' && { cookie }), ...options.headers };
    return new Promise((resolve, reject) => {
      const req = request(this.#origin + path, { method, headers, agent: false }, (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.once('error', reject);
        res.once('end', () => {
          const setCookies = res.headers['set-cookie'] ?? [];
          for (const line of setCookies) this.#keep(line);
          const text = Buffer.concat(chunks).toString();
          resolve({ status: res.statusCode ?? 0, headers: res.headers, setCookies, text });
        });
      });
      req.once('error', reject);
      req.end(options.body);
    });
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';');
    const at = pair.indexOf('=');
    if (/;\s*max-age=0/i.test(line)) this.cookies.delete(pair.slice(0, at));
    else this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** The URI in the link of an enrolment page. */
export function uriIn(text: string): string {
  const uri = /href="(otpauth:[^"]+)"/.exec(text)?.[1];
  if (uri === undefined) throw new Error('no otpauth link in the page');
  return uri.replaceAll('&amp;', '&');
}

/** The token for the forms of a page. */
export const csrfIn = (text: string): string =>
  /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
