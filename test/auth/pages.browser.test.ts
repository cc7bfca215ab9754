import { execFileSync } from 'node:child_process';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { launchBrowser, listenForComplaints } from '../e2e/browser.ts';
import { flawsOf } from '../e2e/flaws.ts';
import { describeWith } from '../programs.ts';
import { codeAt, openTestRoom, PASSWORD, type TestRoom } from './test-room.ts';

/** Two cores that others may be using too. */
const SLOW_MS = 120_000;
const PHONE = { viewport: { width: 320, height: 640 } };
const TARGETS = 'button, input:not([type=hidden], [hidden]), summary, a:not(.notice a)';
const DESK = { viewport: { width: 1280, height: 800 } };

interface Sight {
  readonly room: TestRoom;
  readonly page: Page;
  /** Waits for the new page; `look` sees each page that comes. */
  readonly look: (name: string) => Promise<void>;
}

const PLACES = [
  { label: 'grafana', href: '/grafana' },
  { label: 'the-notebooks-of-the-third-floor', href: 'http://notes.example.com/' },
];

/** Sign-up, account, sign-out and the refusals between them, each shown to `look`. */
async function walk({ room, page, look }: Sight): Promise<void> {
  const go = (path: string) => page.goto(room.origin + path);
  const send = () => page.click('main form:has(#code, #password) button[type=submit]');
  await go('/_auth/login');
  await look('sign in');
  await page.fill('#username', 'ada');
  await page.fill('#password', 'not this one');
  await page.fill('#code', '123456');
  await send();
  await look('not signed in');
  await page.click('summary');
  await look('recovery code');
  await go('/_auth/signup');
  await page.fill('#username', 'ada.lovelace@example.com');
  await page.fill('#password', 'passwordpassword');
  await send();
  await look('sign-up with a problem');
  await page.fill('#password', PASSWORD);
  await send();
  await page.click('summary');
  await look('enrolment');
  const uri = (await page.getAttribute('a.otpauth', 'href'))!;
  await page.fill('#code', '000000');
  await send();
  await look('wrong code');
  await page.fill('#code', codeAt(uri, room.clock.nowMs()));
  await send();
  await look('recovery codes');
  for (const path of ['/_auth/', '/_auth/login', '/_auth/enrol', '/_auth/logout', '/_auth/x']) {
    await go(path);
    await look(path);
  }
  await go('/_auth/logout');
  await page.click('button[type=submit]');
  await look('signed out');
}

describeWith(['chromium', 'zbarimg'], 'the pages in a browser', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  /** A room, and a browser of its own that fails the test when it asks another host. */
  async function open(options: BrowserContextOptions) {
    const room = await openTestRoom({
      publicUrl: 'http://tools.example.com',
      directory: { hasFront: true, places: PLACES },
    });
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints = listenForComplaints(page, room.origin);
    return {
      ...{ room, page, complaints },
      async [Symbol.asyncDispose]() {
        await context.close();
        await room[Symbol.asyncDispose]();
      },
    };
  }

  it.each([
    ['a phone, light', { ...PHONE, colorScheme: 'light' }],
    ['a desk, dark', { ...DESK, colorScheme: 'dark' }],
  ] as const)(
    'axe finds nothing, and nothing sticks out: %s',
    async (_, options) => {
      await using sight = await open(options);
      const { page } = sight;
      const findings: string[] = [];
      await walk({
        ...sight,
        async look(name) {
          const flaws = await flawsOf(page, TARGETS);
          findings.push(...flaws.map((flaw) => `${name}: ${flaw}`));
        },
      });
      expect(findings).toEqual([]);
      expect(sight.complaints).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'letters twice as large as usual still fit on a phone',
    async () => {
      await using sight = await open(PHONE);
      const { page } = sight;
      const devtools = await page.context().newCDPSession(page);
      await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 26 } });
      const wide: string[] = [];
      await walk({
        ...sight,
        async look(name) {
          const isWide = await page.evaluate(
            () => document.documentElement.scrollWidth > innerWidth,
          );
          if (isWide) wide.push(name);
        },
      });
      expect(wide).toEqual([]);
    },
    SLOW_MS,
  );

  it(
    'every page works without a script, and speaks to no other host',
    async () => {
      await using sight = await open({ ...PHONE, javaScriptEnabled: false });
      const titles: string[] = [];
      await walk({ ...sight, look: async () => void titles.push(await sight.page.title()) });
      expect(titles.at(-1)).toBe('You are signed out · Sallyport');
      expect(new Set(titles).size).toBeGreaterThan(8);
      expect(sight.complaints).toEqual([]);
    },
    SLOW_MS,
  );

  it.each(['light', 'dark'] as const)(
    'a phone reads exactly the URI off the screen: %s',
    async (colorScheme) => {
      await using sight = await open({ ...PHONE, colorScheme });
      const { page, room } = sight;
      await page.goto(`${room.origin}/_auth/signup`);
      await page.fill('#username', 'ada.lovelace@example.com');
      await page.fill('#password', PASSWORD);
      await page.click('button[type=submit]');
      const uri = await page.getAttribute('a.otpauth', 'href');
      const image = await page.locator('svg.qr').screenshot();
      const args = ['--quiet', '--raw', '--oneshot', '-Sdisable', '-Sqrcode.enable', '-'];
      expect(execFileSync('zbarimg', args, { input: image }).toString().trim()).toBe(uri);
    },
  );

  it('puts the focus where the person goes on, and on what went wrong', async () => {
    await using sight = await open(DESK);
    const { page, room } = sight;
    const focused = () => page.evaluate(() => document.activeElement?.id);
    await page.goto(`${room.origin}/_auth/login`);
    // The browser moves the focus some time after it has loaded the page.
    await expect.poll(focused).toBe('username');
    await page.keyboard.type('ada');
    await page.keyboard.press('Tab');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Tab');
    await page.keyboard.type('123456');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=alert]');
    await expect.poll(focused).toBe('problem');
    expect(await page.inputValue('#username')).toBe('ada');
    expect(await page.inputValue('#password')).toBe('');
    const described = await page.getAttribute('#username', 'aria-describedby');
    expect(described).toContain('problem');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('username');
    expect(await page.$eval('#username', (one) => getComputedStyle(one).outlineStyle)).toBe(
      'solid',
    );
  });

  it('tells password managers and phones what each field is', async () => {
    await using sight = await open(PHONE);
    const { page, room } = sight;
    const hints = (selector: string) =>
      page.$eval(selector, (one) => [
        one.getAttribute('autocomplete'),
        one.getAttribute('inputmode'),
      ]);
    await page.goto(`${room.origin}/_auth/login`);
    expect(await hints('#username')).toEqual(['username', null]);
    expect(await hints('#password')).toEqual(['current-password', null]);
    expect(await hints('#code')).toEqual(['one-time-code', 'numeric']);
    expect(await hints('#recovery_code')).toEqual(['off', null]);
    expect(await page.getAttribute('html', 'lang')).toBe('en');
    await page.goto(`${room.origin}/_auth/signup`);
    expect(await hints('#password')).toEqual(['new-password', null]);
  });
});
