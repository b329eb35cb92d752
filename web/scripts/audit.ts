// What a page is held to beside its looks: nothing that axe finds, and nothing wider than the screen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import type { Page } from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Finding {
  id: string;
  help: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

/** What is wrong with the page as it stands, each in a line. */
export async function audit(page: Page): Promise<string[]> {
  // Outside of the page's own policy, as a browser's extension would be.
  const session = await page.context().newCDPSession(page);
  await session.send('Page.setBypassCSP', { enabled: true });
  await page.evaluate(axe);
  const { violations } = (await page.evaluate('axe.run(document, { resultTypes: ["violations"] })')) as { violations: Finding[] };
  await session.detach();
  const found = violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map((node) => `axe ${id}: ${help} at ${node.target.join(' ')} | ${node.failureSummary?.split('\n').at(1)?.trim() ?? ''}`),
  );
  const over = Number(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'));
  return over > 1 ? [...found, `${over} px wider than the screen`] : found;
}

/** An animation that is half done is no state worth looking at: its colours are not those of the page. */
export async function still(page: Page): Promise<void> {
  await page.evaluate('Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations === 1).map((one) => one.finished.catch(() => 0)))');
}
