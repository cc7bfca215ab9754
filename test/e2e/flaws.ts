/** What keeps people from using a page: axe's rules, and room for a thumb. @module */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param targets  selector of what people press; hidden ones do not count */
export async function flawsOf(page: Page, targets: string): Promise<readonly string[]> {
  // No frames of others here; the other mode opens a second page for each look.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().withTags(RULES).analyze();
  const flaws = violations.map(({ id, nodes }) => `${id} ${nodes[0]?.html}`);
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  if (isWide) flaws.push('wider than the screen');
  const small = await page.$$eval(targets, (all) =>
    all
      .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
      .map((one) => one.id || one.className),
  );
  return [...flaws, ...small.map((name) => `${name} is below 44 px`)];
}
