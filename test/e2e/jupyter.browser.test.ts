/** The main job: a person signs up with a phone and works in an unmodified Jupyter. @module */
import { execFileSync } from 'node:child_process';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page, WebSocket } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../programs.ts';
import { launchBrowser, openProfile, picture } from './browser.ts';
import { type Jupyter, startJupyter } from './jupyter.ts';
import { codeFrom, PASSWORD } from './people.ts';
import { openTestDoor, type TestDoor } from './test-door.ts';

describeWith(['chromium', 'jupyter-notebook', 'zbarimg'], 'Jupyter behind the door', () => {
  let jupyter: Jupyter;
  let door: TestDoor;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    [jupyter, browser] = await Promise.all([startJupyter(), launchBrowser()]);
    door = await openTestDoor({ yaml: `upstream: ${jupyter.origin}` });
    page = await openProfile(browser, { viewport: { width: 1280, height: 900 } });
  });

  afterAll(async () => {
    await browser?.close();
    await door?.[Symbol.asyncDispose]();
    await jupyter?.[Symbol.asyncDispose]();
  });

  it('lets a person sign up by scanning the code on the page', async () => {
    const token = await door.administration.createInvite({
      kind: 'setup',
      groups: ['admin'],
      lifetimeMs: 60_000,
    });
    await page.goto(`${door.origin}/_auth/signup?invite=${token.reveal()}`);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Code', exact: true }).waitFor();
    await picture(page, 'enrol');

    const scanned = execFileSync('zbarimg', ['--quiet', '--raw', 'test-results/enrol.png'], {
      encoding: 'utf8',
    }).trim();
    const shown = await page.locator('a[href^="otpauth:"]').getAttribute('href');
    expect(scanned).toBe(shown);
    expect(await seriousProblems(page)).toEqual([]);

    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeFrom(scanned));
    await page.keyboard.press('Enter');
    await page
      .getByText(/recovery codes/i)
      .first()
      .waitFor();
    await picture(page, 'recovery-codes');
    expect(await seriousProblems(page)).toEqual([]);
  });

  it('runs a cell of a notebook through the WebSocket', async () => {
    await page.goto(`${door.origin}/tree`);
    await page.locator('#new-dropdown-button').click();
    const [notebook] = await Promise.all([
      page.context().waitForEvent('page'),
      page.locator('#kernel-python3 a').click(),
    ]);
    await notebook
      .locator('#kernel_indicator_icon.kernel_idle_icon')
      .waitFor({ state: 'attached', timeout: 60_000 });
    await notebook.locator('.cell .CodeMirror').first().click();
    await notebook.keyboard.type('print(6 * 7, "through the door")');
    await notebook.keyboard.press('Shift+Enter');
    await notebook
      .locator('.output_text pre', { hasText: '42 through the door' })
      .waitFor({ timeout: 60_000 });
    await picture(notebook, 'jupyter');
    await notebook.close();
  });

  it('closes the live kernel connection when the person signs out', async () => {
    const socket = new Promise<WebSocket>((resolve) => {
      page.context().once('page', (notebook) => notebook.once('websocket', resolve));
    });
    await page.evaluate(() => void window.open('/notebooks/Untitled.ipynb'));
    const opened = await socket;
    const closed = new Promise((resolve) => opened.once('close', resolve));
    await page.goto(`${door.origin}/_auth/logout`);
    await page.getByRole('button', { name: /sign out/i }).click();
    await page
      .getByText(/signed out/i)
      .first()
      .waitFor();
    await closed;
    const refused = await page.request.get(`${door.origin}/api/kernels`, {
      headers: { accept: 'application/json' },
    });
    expect(refused.status()).toBe(401);
  });

  it('signs in again and comes back to the page first asked for', async () => {
    await page.goto(`${door.origin}/tree?from=elsewhere`);
    expect(new URL(page.url()).pathname).toBe('/_auth/login');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await seriousProblems(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      320,
    );
    await picture(page, 'sign-in-dark-320');

    const person = await door.administration.findUser('ada');
    expect(person?.groups).toEqual(['admin']);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill('000000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    expect(page.url()).toContain('/_auth/login');
  });
});

/** What axe calls serious or critical; the page's own words, for the failure message. */
async function seriousProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
