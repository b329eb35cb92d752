// When each new fill was painted on the page of trades, for SECONDS: a line of JSON, from its id to the milliseconds of
// this machine's clock. For benchmarks/fill_to_paint.py, which knows when each was committed.
import { Person } from './person';
import { openBrowser } from './stage';

const { ADDRESS = '', PASSWORD = '', SECONDS = '60' } = process.env;

// A row counts as painted in the task after the frame that follows its insertion: the browser has drawn by then.
const WATCH = `(() => {
  const painted = (window.painted = {});
  const fresh = (row) => {
    const id = row.dataset.row;
    if (id in painted) return;
    painted[id] = 0;
    requestAnimationFrame(() => setTimeout(() => (painted[id] = Date.now())));
  };
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
  await page.goto(`${ADDRESS}/sign-in`);
  await new Person(page, ADDRESS, PASSWORD).signIn();
  await page.getByRole('heading', { name: 'Dashboard' }).waitFor();
  await page.goto(`${ADDRESS}/trades`);
  await page.getByText('Live', { exact: true }).waitFor();
  // What is there before is loaded, not told.
  await page.locator('tbody tr').first().waitFor();
  await page.evaluate(WATCH);
  await new Promise((watched) => setTimeout(watched, Number(SECONDS) * 1_000));
  const painted = (await page.evaluate('window.painted')) as Record<string, number>;
  console.log(JSON.stringify(Object.fromEntries(Object.entries(painted).filter(([, at_ms]) => at_ms > 0))));
} finally {
  await close();
}
