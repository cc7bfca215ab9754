/** One door for several tools, each under a host of its own, in a network without HTTPS. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../ports.ts';
import { describeWith } from '../programs.ts';
import { launchBrowser, openProfile } from './browser.ts';
import { addPerson, PASSWORD } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

const HOSTS = ['notes.tools.test', 'wiki.tools.test'] as const;

describeWith(['chromium'], 'a door in front of several hosts', () => {
  let tool: Server;
  let door: TestDoor;
  let browser: Browser;

  beforeAll(async () => {
    tool = createServer((req, res) => res.end(`the tool at ${req.headers.host}`));
    await new Promise<void>((resolve) => tool.listen(0, '127.0.0.1', resolve));
    const upstream = `http://127.0.0.1:${(tool.address() as AddressInfo).port}`;
    const routes = HOSTS.map((host) => `  - { host: ${host}, upstream: "${upstream}" }`);
    const port = await freePort();
    door = await openTestDoor({
      yaml: `session: { cookie_domain: tools.test }\nroutes:\n${routes.join('\n')}`,
      publicUrl: `http://door.tools.test:${port}`,
      port,
    });
    browser = await launchBrowser(['--host-resolver-rules=MAP *.tools.test 127.0.0.1']);
  });

  afterAll(async () => {
    await browser.close();
    await door[Symbol.asyncDispose]();
    tool.close();
  });

  // To sites without HTTPS no browser says `Sec-Fetch-Site`; the form was refused as another site's.
  it('lets somebody sign in at the host that was asked for, and into the others', async () => {
    const person = await addPerson(door, 'ada');
    const page = await openProfile(browser);
    const [notes, wiki] = HOSTS;
    await page.goto(`http://${notes}:${door.port}/today`);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(person.nextCode());
    await page.keyboard.press('Enter');
    await page.getByText(`the tool at ${notes}:${door.port}`).waitFor();
    expect(new URL(page.url()).pathname).toBe('/today');
    await page.goto(`http://${wiki}:${door.port}/`);
    await page.getByText(`the tool at ${wiki}:${door.port}`).waitFor();
  });

  // Links of ours lead to the host of `public_url`, whether or not a tool is there.
  it('shows the way into all of them at its own address, where no tool is', async () => {
    const person = await addPerson(door, 'bob');
    const page = await openProfile(browser);
    await page.goto(`http://door.tools.test:${door.port}/`);
    await page.getByLabel('Username').fill('bob');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(person.nextCode());
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your tools' }).waitFor();
    const links = await page.getByRole('link', { name: 'tools.test' }).all();
    expect(await Promise.all(links.map((link) => link.textContent()))).toEqual(HOSTS);
    await links[1]?.click();
    await page.getByText(`the tool at ${HOSTS[1]}:${door.port}`).waitFor();
  });
});
