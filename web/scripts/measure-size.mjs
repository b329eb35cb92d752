// What a browser must load before the first page stands: the entry and all that it imports at once, by the build's
// manifest, each as the API sends it: what lies beside it compressed, or whole where nothing does. Browsers take Brotli
// only over TLS and from their own machine, so the budget is for gzip. Charts are loaded later and shown apart. Fails
// above the budget. tests/test_wheel.py asks a process for the same files.
import { existsSync, readFileSync, statSync } from 'node:fs';

const BUDGET = 250 * 1024;
const OUT = new URL('../../src/botswain/web_app/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', OUT), 'utf8'));

function closure(key, found = new Set()) {
  if (!found.has(key)) {
    found.add(key);
    for (const next of manifest[key].imports ?? []) closure(next, found);
  }
  return found;
}

function sent(file, suffix) {
  const packed = new URL(file + suffix, OUT);
  return statSync(existsSync(packed) ? packed : new URL(file, OUT)).size;
}

function weight(keys, suffix = '.gz') {
  const files = new Set([...keys].map((key) => manifest[key].file).filter((file) => file.endsWith('.js')));
  return [...files].reduce((sum, file) => sum + sent(file, suffix), 0);
}

const shown = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
const first = closure(entry);
// The page that opens first is fetched at once with the entry, so it counts.
const landing = Object.keys(manifest).find((key) => key.includes('features/dashboard/dashboard-page'));
const withPage = landing ? closure(landing, new Set(first)) : first;
const all = new Set(Object.keys(manifest));

console.log(`entry ${shown(weight(first))}, with the dashboard ${shown(weight(withPage))}, everything with charts ${shown(weight(all))}; budget ${shown(BUDGET)} (gzip; Brotli: ${shown(weight(withPage, '.br'))})`);
for (const key of withPage) if (/charts|recharts/.test(key)) throw new Error(`${key} is loaded at once; charts must be lazy`);
if (weight(withPage) > BUDGET) {
  console.error('The first load is over its budget. Load what the first page does not need with lazy().');
  process.exitCode = 1;
}
