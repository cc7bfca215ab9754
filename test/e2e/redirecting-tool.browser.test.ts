/** A tool that sends people on to another origin as soon as they are let in. @module */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, openProfile } from './browser.ts';
import { addPerson, PASSWORD } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

describeWith(['chromium'], 'a tool that redirects to another origin after sign-in', () => {
  let elsewhere: Server;
  let tool: Server;
  let door: TestDoor;
  let browser: Browser;

  beforeAll(async () => {
    elsewhere = createServer((_, res) => res.end('arrived elsewhere'));
    await listening(elsewhere);
    tool = createServer((_, res) => {
      res.writeHead(302, { location: originOf(elsewhere) }).end();
    });
    await listening(tool);
    door = await openTestDoor({ yaml: `upstream: ${originOf(tool)}` });
    browser = await launchBrowser();
  });

  afterAll(async () => {
    await browser.close();
    await door[Symbol.asyncDispose]();
    for (const server of [tool, elsewhere]) server.close();
  });

  it('is followed: a form-action of this origin alone would make the button look dead', async () => {
    const person = await addPerson(door, 'ada');
    const page = await openProfile(browser);
    await page.goto(`${door.origin}/start`);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(person.nextCode());
    await page.keyboard.press('Enter');
    await page.getByText('arrived elsewhere').waitFor();
    expect(new URL(page.url()).origin).toBe(originOf(elsewhere));
  });
});

const listening = (server: Server) =>
  new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

const originOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
