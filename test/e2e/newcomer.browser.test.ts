/** A newcomer without a configuration file: one command, one link, one browser. @module */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../ports.ts';
import { describeWith } from '../programs.ts';
import { launchBrowser, openProfile, picture } from './browser.ts';
import { codeFrom, PASSWORD } from './people.ts';
import { type Program, startProgram } from './process.ts';

describeWith(['chromium'], 'the door without a configuration file', () => {
  let browser: Browser;
  let folder: string;
  let origin: string;
  let program: Program;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-newcomer-'));
    browser = await launchBrowser();
    const port = await freePort();
    origin = `http://127.0.0.1:${port}`;
    const env = { SALLYPORT_PORT: String(port) };
    program = startProgram(['run'], { cwd: folder, env });
  });

  afterAll(async () => {
    await program.stop('SIGKILL');
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it('prints one link; whoever opens it becomes administrator and passes', async () => {
    const [link] = await program.until(/http:\S+\/_auth\/signup\?invite=\S+/);
    expect(link).toMatch(origin);
    const page = await openProfile(browser);
    await page.goto(link);
    await page.getByLabel('Username').fill('first');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    const uri = (await page.locator('a[href^="otpauth:"]').getAttribute('href')) ?? '';
    await page.getByRole('textbox', { name: 'Code', exact: true }).fill(codeFrom(uri));
    await page.keyboard.press('Enter');
    await page
      .getByText(/recovery codes/i)
      .first()
      .waitFor();
    await page.goto(`${origin}/`);
    await page.getByText('You are behind the door.').waitFor();
    const body = await page.locator('body').innerText();
    expect(body).toMatch(/remote-user\s+first/i);
    expect(body).toMatch(/remote-groups\s+admin/i);
    expect(body).not.toContain('Fe26');
    await picture(page, 'demonstration');
    await page.setViewportSize({ width: 320, height: 640 });
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(isWide, 'wider than a phone').toBe(false);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('carries WebSocket, event stream and upload of the demonstration', async () => {
    const page = browser.contexts()[0]!.pages()[0]!;
    await page.getByRole('button', { name: 'Send a message' }).click();
    await page.getByText(/Echoed: Hello/).waitFor();
    await page.getByRole('button', { name: 'Start the clock' }).click();
    await page.getByText('tick 2').waitFor();
    const file = join(folder, 'three.bin');
    writeFileSync(file, Buffer.alloc(3 * 1024 * 1024));
    await page.getByLabel(/file of any size/i).setInputFiles(file);
    await page.getByRole('button', { name: 'Upload' }).click();
    await page.getByText('3145728 bytes arrived.').waitFor();
  });

  it('keeps its data to itself', () => {
    const data = join(folder, 'data');
    expect(statSync(data).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(data)) {
      expect([name, statSync(join(data, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
  });

  it('drains and ends with 0 on SIGTERM', async () => {
    expect(await program.stop('SIGTERM')).toBe(0);
  });
});
