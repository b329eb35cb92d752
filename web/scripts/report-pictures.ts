// Looks at reports (botswain backtest --html): [LOOKS=light,dark,phone] npm run report-pictures -- DIR FILE... Opens each
// from disk without a network, says how long that took and what went wrong in it, and takes pictures of it, part by part,
// in light, dark and phone size, and on paper; in light its first screen for documents too (WebP).
import { writeFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { openBrowser } from './stage';

const [folder = '.', ...files] = process.argv.slice(2);
const wanted = (process.env.LOOKS ?? 'light,dark,phone').split(',');
const LOOKS = { light: { width: 1440, height: 1200, theme: 'light' }, dark: { width: 1440, height: 1200, theme: 'dark' }, phone: { width: 390, height: 844, theme: 'light' } } as const;
const DRAWING_MS = 700;
let faults = 0;

for (const file of files) {
  const name = basename(file, '.html');
  const address = pathToFileURL(resolve(file)).href;
    for (const [look, { width, height, theme }] of Object.entries(LOOKS).filter(([look]) => wanted.includes(look))) {
    const { context, close } = await openBrowser({ viewport: { width, height }, colorScheme: theme, offline: true });
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()));
    page.on('request', (request) => /^https?:/.test(request.url()) && wrong.push(`asked for ${request.url()}`));
    const began = performance.now();
    await page.goto(address, { waitUntil: 'load' });
    const took = (performance.now() - began) / 1_000;
    const inside: number = await page.evaluate('performance.timing.loadEventEnd - performance.timing.navigationStart');
    const tall: number = await page.evaluate('document.documentElement.scrollHeight');
    for (let at = 0, part = 0; at < tall; at += height - 60, part += 1) {
      await page.evaluate(`scrollTo({ top: ${at}, behavior: 'instant' })`);
      await page.waitForTimeout(DRAWING_MS); // pictures are drawn when they come into view
      await page.screenshot({ path: resolve(folder, `${name}-${look}-${part}.png`) });
    }
    const wide: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    if (wide > 0) wrong.push(`${wide} px wider than the window`);
    if (look === 'light') {
      await page.pdf({ path: resolve(folder, `${name}.pdf`), format: 'A4' });
      await page.evaluate("scrollTo({ top: 0, behavior: 'instant' })");
      await page.waitForTimeout(DRAWING_MS);
      const session = await context.newCDPSession(page);
      const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
      writeFileSync(resolve(folder, `${name}.webp`), Buffer.from(data, 'base64'));
    }
    console.log(`${name} ${look}: load ${(inside / 1_000).toFixed(2)} s, from outside ${took.toFixed(2)} s${wrong.map((one) => `\n  ${one}`).join('')}`);
    faults += wrong.length;
    await close();
  }
}
process.exitCode = faults ? 1 : 0;
