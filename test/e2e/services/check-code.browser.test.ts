/** The phone page: checks a code with a bearer, and tells every kind of "no" apart. @module */
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../../programs.ts';
import { launchBrowser, listenForComplaints, picture } from '../browser.ts';
import { flawsOf } from '../flaws.ts';
import { openMachineDoor } from './machine-door.ts';

const PHONE = { viewport: { width: 320, height: 568 } };
const TARGETS = 'button, input:not([type=checkbox]), label.tick';
const SLOW_MS = 120_000;
const STORED = 'sallyport-check-bearer';

describeWith(['chromium'], 'the page that checks codes', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  async function open(options: BrowserContextOptions = PHONE) {
    const at = await openMachineDoor();
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const complaints = listenForComplaints(page, at.door.origin);
    await page.goto(`${at.door.origin}/_auth/check-code`);
    const check = async (code: string) => {
      await page.fill('#code', code);
      await page.click('button[type=submit]');
      await page.waitForFunction(
        () => !document.querySelector('#verdict-word')?.textContent?.includes('Checking'),
      );
      return page.textContent('#verdict-word');
    };
    const stored = () => page.evaluate((key) => localStorage.getItem(key), STORED);
    return {
      ...{ at, context, page, complaints, check, stored },
      async [Symbol.asyncDispose]() {
        await context.close();
        await at[Symbol.asyncDispose]();
      },
    };
  }

  it('says OK and Not valid, and keeps no bearer that nobody asked it to keep', async () => {
    await using sight = await open();
    const { at, page, check, stored } = sight;
    await page.fill('#bearer', await at.issue('phone', 'check:ada'));
    expect(await check(at.code())).toBe('OK');
    expect(await page.inputValue('#code')).toBe('');
    expect(await page.isVisible('#bearer')).toBe(false);
    expect(await check(at.code())).toBe('Not valid');
    expect(await check('123 456')).toBe('Not valid');
    expect(await stored()).toBeNull();
    await page.reload();
    expect(await page.isVisible('#bearer')).toBe(true);
    expect(sight.complaints).toEqual([]);
  });

  it('keeps the bearer on the device once asked to, until told to forget it', async () => {
    await using sight = await open();
    const { at, page, check, stored } = sight;
    const token = await at.issue('phone', 'check:ada');
    await page.fill('#bearer', 'mistyped');
    await page.check('#keep');
    expect(await check('000000')).toBe('Token refused');
    expect(await stored()).toBeNull();
    await page.fill('#bearer', token);
    expect(await check(at.code())).toBe('OK');
    expect(await stored()).toBe(token);
    await page.reload();
    expect(await page.isVisible('#bearer')).toBe(false);
    at.nextStep();
    expect(await check(at.code())).toBe('OK');
    await page.click('#forget');
    expect(await stored()).toBeNull();
    expect(await page.isVisible('#bearer')).toBe(true);
    expect(sight.complaints).toEqual([]);
  });

  it('tells trouble with the network, the bearer and the pace from a wrong code', async () => {
    await using sight = await open();
    const { at, context, page, check } = sight;
    await page.fill('#bearer', await at.issue('phone', 'check:ada'));
    expect(await check('000000')).toBe('Not valid');
    await context.setOffline(true);
    expect(await check(at.code())).toBe('No connection');
    await context.setOffline(false);
    expect(await check(at.code())).toBe('OK');
    let word = '';
    for (let i = 0; i < 8 && word !== 'Too many tries'; i += 1) word = (await check('000000'))!;
    expect(word).toBe('Too many tries');
    expect(await page.textContent('button[type=submit]')).toMatch(/^Wait \d+ s$/);
    expect(await page.isDisabled('button[type=submit]')).toBe(true);
    await at.bearers.revoke('phone');
    await page.waitForFunction(() => {
      const button = document.querySelector<HTMLButtonElement>('button[type=submit]');
      return button?.disabled === false;
    });
    expect(await check('000000')).toBe('Token refused');
    expect(sight.complaints).toEqual([]);
  });

  it('asks whose code it is where the bearer is for several', async () => {
    await using sight = await open();
    const { at, page, check } = sight;
    await page.fill('#bearer', await at.issue('desk', 'check:*'));
    expect(await check(at.code())).toBe('Whose code?');
    await page.fill('#user', 'ada');
    expect(await check(at.code())).toBe('OK');
  });

  it.each(['light', 'dark'] as const)(
    'looks right on the smallest phone: %s',
    async (colorScheme) => {
      await using sight = await open({ ...PHONE, colorScheme });
      const { at, page, check } = sight;
      const findings: string[] = [];
      const look = async (name: string) => {
        await picture(page, `check-code-${colorScheme}-${name}`);
        findings.push(...(await flawsOf(page, TARGETS)).map((flaw) => `${name}: ${flaw}`));
      };
      await look('ready');
      await page.fill('#bearer', 'mistyped');
      await check('000000');
      await look('refused');
      await page.fill('#bearer', await at.issue('phone', 'check:ada'));
      await check(at.code());
      await look('ok');
      await check('000000');
      await look('not-valid');
      expect(findings).toEqual([]);
      expect(sight.complaints).toEqual([]);
    },
    SLOW_MS,
  );

  it('can be installed, from files of its own, under a policy that allows just these', async () => {
    await using sight = await open();
    const { page } = sight;
    const { send } = sight.at;
    const manifestUrl = (await page.getAttribute('link[rel=manifest]', 'href'))!;
    const manifest = await send(manifestUrl);
    expect(manifest.headers.get('content-type')).toMatch(/^application\/manifest\+json/);
    expect(JSON.parse(manifest.text)).toMatchObject({
      start_url: '/_auth/check-code',
      display: 'standalone',
    });
    const policyOf = async (path: string) =>
      (await send(path)).headers.get('content-security-policy');
    const policy = await policyOf('/_auth/check-code');
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("form-action 'none'");
    expect(policy).not.toContain('unsafe');
    expect(await policyOf('/_auth/login')).not.toMatch(/script-src|connect-src|manifest-src/);
    const answer = await send('/_auth/check-code');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect((await send('/_auth/check-code', { method: 'POST' })).status).toBe(405);
  });

  it('cannot send a bearer without its script', async () => {
    await using sight = await open({ ...PHONE, javaScriptEnabled: false });
    const { page } = sight;
    await page.fill('#bearer', 'secret');
    await page.fill('#code', '123456');
    const sent: string[] = [];
    page.on('request', (request) => sent.push(request.url()));
    await page.press('#code', 'Enter');
    // What the form had sent would have left before this.
    await page.goto(`${sight.at.door.origin}/_auth/healthz`);
    expect(sent).toEqual([page.url()]);
    await page.goBack();
    expect(await page.isDisabled('button[type=submit]')).toBe(true);
    expect(await page.textContent('noscript')).toContain('JavaScript');
  });
});
