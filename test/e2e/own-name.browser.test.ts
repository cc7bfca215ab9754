/** A tool that knows its own name only, as installed, reached under another one. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, openProfile } from './browser.ts';
import { Client } from './client.ts';
import { type Jupyter, startJupyter } from './jupyter.ts';
import { addPerson, signIn } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

const HOST = 'notes.tools.test';

describeWith(['chromium', 'jupyter-notebook'], 'Jupyter under a name that it does not know', () => {
  let jupyter: Jupyter;
  let browser: Browser;
  let door: TestDoor;

  beforeAll(async () => {
    const resolving = [`--host-resolver-rules=MAP ${HOST} 127.0.0.1`];
    [jupyter, browser] = await Promise.all([startJupyter(), launchBrowser(resolving)]);
    door = await openTestDoor({
      yaml: `routes:
  - { host: ${HOST}, upstream: "${jupyter.origin}", preserve_host: false }
  - { host: kept.tools.test, upstream: "${jupyter.origin}" }`,
      publicUrl: `http://${HOST}`,
    });
  });

  afterAll(async () => {
    await browser?.close();
    await door?.[Symbol.asyncDispose]();
    await jupyter?.[Symbol.asyncDispose]();
  });

  // It refuses hosts that are not its own, and forms and WebSockets whose `Origin` is not its `Host`.
  it('works with preserve_host: false, from the first page to a kernel’s WebSocket', async () => {
    const person = await addPerson(door, 'ada');
    const client = new Client(door.origin, `${HOST}:${door.port}`);
    await signIn(client, person);
    expect((await client.get('/tree')).status).toBe(200);
    const kept = new Client(door.origin, 'kept.tools.test');
    for (const [name, value] of client.cookies) kept.cookies.set(name, value);
    expect((await kept.get('/tree')).status).toBe(403);

    const page = await openProfile(browser);
    const url = `http://${HOST}:${door.port}`;
    const cookies = [...client.cookies].map(([name, value]) => ({ name, value, url }));
    await page.context().addCookies(cookies);
    await page.goto(`${url}/tree`);
    expect(await page.evaluate(startKernel)).toBe('open');
  });
});

/** Runs in the page, as the notebook's own scripts do. */
async function startKernel(): Promise<string> {
  const token = /_xsrf=([^;]+)/.exec(document.cookie)?.[1] ?? '';
  const headers = { 'X-XSRFToken': token, 'Content-Type': 'application/json' };
  const answer = await fetch('/api/kernels', { method: 'POST', headers, body: '{}' });
  if (!answer.ok) return `${answer.status} ${await answer.text()}`;
  const { id } = (await answer.json()) as { readonly id: string };
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://${location.host}/api/kernels/${id}/channels`);
    socket.onopen = () => resolve('open');
    socket.onclose = ({ code }) => resolve(`closed with ${code}`);
  });
}
