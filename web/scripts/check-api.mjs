// Fails where src/api/schema.ts is not what openapi.json says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'botswain-api-'));
try {
  const fresh = join(folder, 'schema.ts');
  const flags = ['--alphabetize', '--root-types', '--root-types-no-schema-suffix'];
  execFileSync('npx', ['--no-install', 'openapi-typescript', 'openapi.json', '--output', fresh, ...flags], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (readFileSync(fresh, 'utf8') !== readFileSync('src/api/schema.ts', 'utf8')) {
    console.error('src/api/schema.ts is not what openapi.json says; run: npm run api');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
