/** A person in front of each real gateway. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeWith } from '../../programs.ts';
import { launchBrowser, openProfile } from '../browser.ts';
import { PASSWORD } from '../people.ts';
import { GATEWAYS } from './gateway.ts';
import { startSite } from './site.ts';

describe.each(GATEWAYS)('through', (name) => {
  describeWith([name, 'chromium'], name, () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await launchBrowser();
    });
    afterAll(async () => await browser?.close());

    it('signs in, lands on the page first asked for, and signs out', async () => {
      await using site = await startSite(name);
      const person = await site.newcomer('ada');
      const page = await openProfile(browser);
      const asked = `${site.origin}/notes?tag=a%26b&q=1+2&url=x%23y`;
      await page.goto(`${asked}#part`);
      expect(new URL(page.url()).pathname).toBe('/_auth/login');
      expect(site.application.seen).toEqual([]);
      await page.fill('[name=username]', 'ada');
      await page.fill('[name=password]', PASSWORD);
      await page.fill('[name=code]', person.nextCode());
      await Promise.all([
        page.waitForURL(`${site.origin}/notes**`),
        page.press('[name=code]', 'Enter'),
      ]);
      expect(page.url().split('#')[0]).toBe(asked);
      expect(await page.title()).toBe('The application');
      const lines = site.application.seen.at(-1)!.lines.join('\n').toLowerCase();
      expect(lines).toContain('remote-user: ada');
      expect(lines).not.toContain('sallyport');

      const status = await page.evaluate(async () => (await fetch('/staff')).status);
      expect(status).toBe(403);
      const echoed = await page.evaluate(
        () =>
          new Promise((resolve, reject) => {
            const socket = new WebSocket(`ws://${location.host}/socket`);
            socket.onopen = () => socket.send('hello');
            socket.onmessage = ({ data }) => resolve(data);
            socket.onerror = () => reject(new Error('the socket did not open'));
          }),
      );
      expect(echoed).toBe('echo hello');

      await page.goto(`${site.origin}/_auth/logout`);
      await page.click('button[type=submit]');
      await page
        .getByText(/signed out/i)
        .first()
        .waitFor();
      await page.goto(`${site.origin}/notes`);
      expect(new URL(page.url()).pathname).toBe('/_auth/login');
    });
  });
});

describeWith(['nginx', 'chromium'], 'two hosts that share a sign-in', () => {
  it('lead to the one that has it, and back', async () => {
    const browser = await launchBrowser();
    onTestFinished(() => browser.close());
    await using site = await startSite(
      'nginx',
      (application, other) => `
trusted_proxies: [127.0.0.1]
session: { cookie_domain: app.localhost }
routes:
  - { host: app.localhost, upstream: "http://127.0.0.1:${application.port}" }
  - { host: wiki.app.localhost, upstream: "http://127.0.0.1:${other.port}" }
`,
    );
    const person = await site.newcomer('ada');
    const page = await openProfile(browser);
    const asked = `http://wiki.app.localhost:${site.port}/page?a=1&b=%26`;
    await page.goto(asked);
    expect(new URL(page.url()).host).toBe(`app.localhost:${site.port}`);
    await page.fill('[name=username]', 'ada');
    await page.fill('[name=password]', PASSWORD);
    await page.fill('[name=code]', person.nextCode());
    await Promise.all([page.waitForURL(asked), page.press('[name=code]', 'Enter')]);
    expect(site.other.seen.at(-1)?.target).toBe('/page?a=1&b=%26');
    await page.goto(`${site.origin}/`);
    expect(page.url()).toBe(`${site.origin}/`);
    expect(site.application.seen.at(-1)?.lines.join()).toMatch(/remote-user: ada/i);
  });
});
