/** A browser without a screen: cookies, forms and their tokens, redirects by hand. @module */
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Page {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly location: string | null;
}

interface Sent {
  readonly method?: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** One person's browser against one origin. */
export class Client {
  readonly #origin: string;
  readonly #host: string | undefined;
  readonly cookies = new Map<string, string>();

  /** @param host  what to send as `Host`, where the origin is an address */
  constructor(origin: string, host?: string) {
    this.#origin = origin;
    this.#host = host;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** Requests a page the way a top-level navigation does, without following redirects. */
  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#send(path, {
      headers: { accept: 'text/html', 'sec-fetch-mode': 'navigate', ...headers },
    });
  }

  /** Opens the page that holds the form, then posts the form with its hidden fields. */
  async submit(formPath: string, action: string, fields: Record<string, string>): Promise<Page> {
    const page = await this.get(formPath);
    return this.post(action, { ...hiddenFields(page.text, action), ...fields });
  }

  post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Page> {
    return this.#send(path, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: {
        accept: 'text/html',
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'same-origin',
        'sec-fetch-mode': 'navigate',
        ...headers,
      },
    });
  }

  // Not `fetch`: it writes `Sec-Fetch-Mode: cors` over what a navigation says.
  #send(path: string, { method, headers, body }: Sent): Promise<Page> {
    const cookie = this.cookieHeader;
    const req = request(this.#origin + path, {
      method: method ?? 'GET',
      headers: {
        ...(this.#host !== undefined && { host: this.#host }),
        ...(cookie !== '' && { cookie }),
        ...headers,
      },
    });
    return new Promise((resolve, reject) => {
      req.once('error', reject);
      req.once('response', (res) => {
        const received = new Headers(
          Object.entries(res.headersDistinct).flatMap(([name, values]) =>
            (values ?? []).map((value): [string, string] => [name, value]),
          ),
        );
        for (const line of received.getSetCookie()) this.#keep(line);
        text(res).then((body) => {
          const location = received.get('location');
          resolve({ status: res.statusCode ?? 0, headers: received, text: body, location });
        }, reject);
      });
      req.end(body);
    });
  }

  #keep(line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const name = pair.slice(0, pair.indexOf('='));
    const isGone = attributes.some(
      (a) => /^max-age=0$/i.test(a) || /^expires=Thu, 01 Jan 1970/i.test(a),
    );
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(name.length + 1));
  }
}

/** The hidden inputs of the form with this action. */
export function hiddenFields(html: string, action: string): Record<string, string> {
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? [];
  const form = forms.find(
    (f) => unescapeHtml(/action="([^"]*)"/.exec(f)?.[1] ?? '').split('?')[0] === action,
  );
  if (form === undefined) throw new Error(`no form for ${action} in the page`);
  const inputs = form.match(/<input[^>]*type="hidden"[^>]*>/g) ?? [];
  return Object.fromEntries(
    inputs.map((input) => [attribute(input, 'name'), attribute(input, 'value')]),
  );
}

const attribute = (tag: string, name: string) =>
  unescapeHtml(new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1] ?? '');

const unescapeHtml = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|#39);/g, (_, entity: string) => {
    const table: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
    return table[entity] ?? '';
  });
