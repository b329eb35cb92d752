// How long from `botswain up --demo` to a page that can be used, RUNS times (5), each from nothing: until the sign-in form
// stands, until the signed-in dashboard shows the demonstration's bots, and until the engine is up too. Chromium runs
// before the clock does. Prints a line a run, and the least and the middle of each. On a machine that does nothing else.
import { Person } from './person';
import { startReal } from './real-stage';
import { openBrowser } from './stage';

const RUNS = Number(process.env.RUNS ?? 5);
const found: number[][] = [];

async function once(): Promise<number[]> {
  const { context, close } = await openBrowser({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const began = performance.now();
  const since = () => (performance.now() - began) / 1_000;
  const real = await startReal('api: http');
  try {
    await page.goto(`${real.address}/sign-in`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    const form = since();
    await new Person(page, real.address, real.password).signIn();
    await page.getByRole('link', { name: 'btc-ladder' }).first().waitFor();
    const bots = since();
    await page.getByRole('complementary').getByText('Live', { exact: true }).waitFor();
    await real.until('is ready after');
    return [form, bots, since()];
  } finally {
    await close();
    await real.stop();
  }
}

for (let run = 0; run < RUNS; run++) {
  const times = await once();
  found.push(times);
  console.log(`sign-in form ${times[0]!.toFixed(2)} s, dashboard with its bots ${times[1]!.toFixed(2)} s, everything ${times[2]!.toFixed(2)} s`);
}
const sorted = (place: number) => found.map((times) => times[place]!).sort((a, b) => a - b);
const said = ['sign-in form', 'dashboard', 'everything'].map((what, place) => `${what} ${sorted(place)[0]!.toFixed(2)} / ${sorted(place)[RUNS >> 1]!.toFixed(2)} s`);
console.log(`least / middle of ${RUNS}: ${said.join(', ')}`);
