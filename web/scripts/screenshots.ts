// Takes every page in light, dark and phone size, and runs axe on each. The pictures go into a folder outside of the
// repository. Exits 1 where axe finds something, a page logs an error, or the content policy is broken.
//
//     npm run screenshots -- FOLDER [name ...]
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Page } from 'playwright-core';

import { audit, still } from './audit';
import { SHOTS, type Shot } from './pages';
import { openBrowser, PERSON, settle, startDouble } from './stage';

const [folder, ...wanted] = process.argv.slice(2);
if (!folder) throw new Error('name a folder for the pictures: npm run screenshots -- FOLDER');
const out = resolve(folder);
mkdirSync(out, { recursive: true });

const LOOKS = [
  { look: 'light', viewport: { width: 1440, height: 900 }, colorScheme: 'light', isMobile: false, hasTouch: false },
  { look: 'dark', viewport: { width: 1440, height: 900 }, colorScheme: 'dark', isMobile: false, hasTouch: false },
  { look: 'phone', viewport: { width: 390, height: 844 }, colorScheme: 'light', isMobile: true, hasTouch: true },
] as const;

const faults: string[] = [];

async function take(page: Page, address: string, shot: Shot, look: string): Promise<void> {
  const label = `${shot.name}.${look}`;
  await page.goto(address + shot.path);
  await settle(page);
  await shot.act?.(page);
  await settle(page);
  await still(page);
  await page.mouse.move(0, 0);
  if (look !== 'phone') await page.evaluate('window.scrollTo(0, 0)');
  const over = (await page.getByRole('dialog').count()) > 0;
  await page.screenshot({ path: join(out, `${label}.png`), fullPage: !over && (look !== 'phone' || !shot.act) });
  faults.push(...(await audit(page)).map((one) => `${label}: ${one}`));
}

const double = await startDouble();
try {
  for (const { look, ...options } of LOOKS) {
    const { context, close } = await openBrowser({ ...options, reducedMotion: 'reduce' });
    const page = await context.newPage();
    let current = '';
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(`${current}: console: ${message.text().slice(0, 300)}`);
    });
    page.on('pageerror', (error) => faults.push(`${current}: page error: ${error.message}`));
    const shots = SHOTS.filter((shot) => wanted.length === 0 || wanted.some((name) => shot.name.startsWith(name)));
    const signIn = async () => {
      await page.goto(`${double.address}/sign-in`);
      await page.getByLabel('Name').fill(PERSON.name);
      await page.getByLabel('Password', { exact: true }).fill(PERSON.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
    };
    let inside = false;
    for (const shot of [...shots].sort((a, b) => Number(b.signedOut ?? false) - Number(a.signedOut ?? false))) {
      current = `${shot.name}.${look}`;
      if (!shot.signedOut && !inside) {
        await signIn();
        inside = true;
      }
      try {
        await take(page, double.address, shot, look);
      } catch (error) {
        faults.push(`${current}: ${String(error).split('\n')[0]}`);
        await page.screenshot({ path: join(out, `${current}.failed.png`) });
      }
    }
    await close();
  }
} finally {
  double.process.kill();
}
for (const fault of faults) console.error(fault);
console.log(faults.length ? `${faults.length} faults` : 'no faults');
process.exitCode = faults.length ? 1 : 0;
