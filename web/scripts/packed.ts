// Beside every file of the build that gets smaller by it lies what it is compressed, .br and .gz: the API compresses
// nothing itself and sends what lies ready (src/botswain/api/web.py). Done last, when the files are as they stay.
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import type { Plugin } from 'vite';

// Pictures and fonts are compressed already.
const TEXTS = new Set(['.css', '.html', '.js', '.json', '.svg']);
// One packet of a network carries so much, and less is gained by nobody.
const LEAST_BYTES = 1_400;
const WORTH_IT = 0.9;

const PACKERS: Record<string, (text: Buffer) => Buffer> = {
  '.br': (text) => brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
  '.gz': (text) => gzipSync(text, { level: 9 }),
};

/** Compress what is worth it in a folder and those below it; names that begin with a dot are notes of the build. */
export function pack(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (name.startsWith('.')) continue;
    if (statSync(path).isDirectory()) pack(path);
    else if (TEXTS.has(extname(name))) packFile(path);
  }
}

function packFile(path: string): void {
  const text = readFileSync(path);
  for (const [suffix, packer] of Object.entries(PACKERS)) {
    const packed = text.length < LEAST_BYTES ? text : packer(text);
    if (packed.length < WORTH_IT * text.length) writeFileSync(path + suffix, packed);
    else rmSync(path + suffix, { force: true });
  }
}

export function packed(): Plugin {
  let folder = '';
  return {
    name: 'packed',
    apply: 'build',
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    closeBundle: { order: 'post', sequential: true, handler: () => pack(folder) },
  };
}
