// When each new fill came to the page of trades, was in its cache and was painted, for SECONDS: a line that says that it
// watches, then one of JSON, from a fill's id to milliseconds of this machine's clock. For benchmarks/fill_to_paint.py,
// which knows when each was committed and told.
import { Person } from './person';
import { openBrowser } from './stage';

const { ADDRESS = '', PASSWORD = '', SECONDS = '60' } = process.env;

interface Times {
  heard: Record<string, number>;
  applied: number[];
  drawn: Record<string, number>;
  painted: Record<string, number>;
  busy_ms: number;
}

// Frames of the connection are read before the application reads them; events are in the cache where the application
// says so to the browser's own profiler (`live/events.ts`).
const LISTEN = `(() => {
  const heard = (window.heard = {});
  const applied = (window.applied = []);
  window.busy_ms = 0;
  const Bare = window.WebSocket;
  window.WebSocket = class extends Bare {
    constructor(...given) {
      super(...given);
      this.addEventListener('message', ({ data }) => {
        if (typeof data !== 'string' || !data.includes('"trade_executed"')) return;
        const now = Date.now();
        for (const [, id] of data.matchAll(/"id":"([^"]+)"/g)) heard[id] ??= now;
      });
    }
  };
  new PerformanceObserver((list) => {
    for (const one of list.getEntriesByName('told')) applied.push(performance.timeOrigin + one.startTime);
  }).observe({ type: 'mark' });
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.busy_ms += one.duration;
  }).observe({ type: 'longtask' });
})()`;

// A row counts as painted in the task after the frame that follows its insertion: the browser has drawn by then.
const WATCH = `(() => {
  const painted = (window.painted = {});
  const drawn = (window.drawn = {});
  const fresh = (row) => {
    const id = row.dataset.row;
    if (id in painted) return;
    painted[id] = 0;
    drawn[id] = Date.now();
    requestAnimationFrame(() => setTimeout(() => (painted[id] = Date.now())));
  };
  window.busy_ms = 0;
  for (const row of document.querySelectorAll('tr[data-row]')) painted[row.dataset.row] = -1;
  new MutationObserver((changes) => {
    for (const change of changes)
      for (const node of change.addedNodes)
        if (node instanceof HTMLElement) for (const row of node.matches('tr[data-row]') ? [node] : node.querySelectorAll('tr[data-row]')) fresh(row);
  }).observe(document.body, { childList: true, subtree: true });
})()`;

const { context, close } = await openBrowser({ viewport: { width: 1280, height: 900 } });
try {
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.addInitScript(LISTEN);
  await page.goto(`${ADDRESS}/sign-in`);
  await new Person(page, ADDRESS, PASSWORD).signIn();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await page.goto(`${ADDRESS}/trades`);
  await page.getByText('Live', { exact: true }).waitFor();
  // What is there before is loaded, not told.
  await page.locator('tbody tr').first().waitFor();
  await page.evaluate(WATCH);
  console.log('watching');
  await new Promise((watched) => setTimeout(watched, Number(SECONDS) * 1_000));
  const { heard, applied, drawn, painted, busy_ms } = (await page.evaluate('({ heard, applied, drawn, painted, busy_ms })')) as Times;
  const inCache = (id: string) => applied.find((at_ms) => at_ms >= heard[id]! - 1);
  const seen = Object.keys(painted).filter((id) => painted[id]! > 0 && id in heard);
  const fills = seen.map((id) => [id, [heard[id], inCache(id) ?? drawn[id], drawn[id], painted[id]]]);
  console.log(JSON.stringify({ fills: Object.fromEntries(fills), busy: busy_ms / (Number(SECONDS) * 1_000) }));
} finally {
  await close();
}
