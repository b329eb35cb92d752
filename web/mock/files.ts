// Serves a built application with the content policy that the API will send, so that what breaks it is seen early.
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';

const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2', '.json': 'application/json' };
export const POLICY = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

export async function sendFile(request: IncomingMessage, response: ServerResponse, folder: string | undefined): Promise<void> {
  const path = normalize(new URL(request.url ?? '/', 'http://double').pathname);
  const found = folder && (await readFile(join(folder, path)).catch(() => null));
  // What is no file is a page of the application, which has its own addresses.
  const body = found || (folder && !extname(path) && (await readFile(join(folder, 'index.html')).catch(() => null)));
  if (!body) {
    response.writeHead(404).end('not found');
    return;
  }
  const type = found ? (TYPES[extname(path)] ?? 'application/octet-stream') : 'text/html';
  response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(body);
}
