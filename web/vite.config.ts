// Builds into the Python package, so that a wheel carries the application. In development the API is proxied:
// to the double in mock/ by default, to a real one with API=http://127.0.0.1:8000.
import { fileURLToPath } from 'node:url';

import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

import { packed } from './scripts/packed.ts';

const api = process.env.API ?? 'http://127.0.0.1:8787';
const forwarded = { target: api, changeOrigin: false };

export default defineConfig({
  plugins: [react(), tailwindcss(), packed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': forwarded, '/socket.io': { ...forwarded, ws: true } } },
  build: {
    outDir: '../src/botswain/web_app',
    emptyOutDir: true,
    target: 'es2023',
    manifest: true,
    // Small pictures inlined as data: addresses would need a wider content policy.
    assetsInlineLimit: 0,
    // The module-preload helper is an inline script in older builds; browsers of this target need none.
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  test: { environment: 'node', include: ['src/**/*.test.{ts,tsx}'], restoreMocks: true, testTimeout: 60_000 },
});
