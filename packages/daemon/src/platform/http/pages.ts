import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import { pathOf } from './paths.ts';

export type PageParts = {
  /** Where the built UI is; its file names hold a hash of what is in them, but for the page itself. */
  folder?: string | undefined;
  signIn(request: IncomingMessage, response: ServerResponse): Promise<void>;
  log: Pick<Log, 'error'>;
};

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/**
 * Nothing from elsewhere, no script in the page itself, no frame around it. A style in the page needs this answer's
 * number: the parts of the UI write a few of their own.
 */
const policyWith = (nonce?: string): string =>
  [
    "default-src 'none'; script-src 'self'; style-src 'self'",
    nonce === undefined ? '' : ` 'nonce-${nonce}'`,
    "; style-src-attr 'unsafe-inline'; font-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  ].join('');
const always = {
  'content-security-policy': policyWith(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
};
/** Where the page says the number of its styles; each answer has its own. */
const noncePlace = '__STYLE_NONCE__';

/** The web UI: its page for every path below `/ui/` that is no file, so that a link into it can be opened anywhere. */
export function makePages(parts: PageParts): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405);
    if (path === '/ui/sign-in')
      return void parts.signIn(request, response).catch((error: unknown) => {
        parts.log.error({ err: error }, 'a browser could not be signed in');
        refuse(response, 503);
      });
    if (path === '/ui') return redirect(response);
    const file = parts.folder === undefined ? undefined : findFile(parts.folder, path.slice('/ui/'.length));
    if (file === undefined) return refuse(response, 404);
    if (!file.isPage) return sendFile(file.path, request, response);
    sendPage(file.path, request, response).catch((error: unknown) => {
      parts.log.error({ err: error }, 'the page of the web UI could not be read');
      refuse(response, 503);
    });
  };
}

/** Where the build puts the UI: beside the bundle that asks, or in `dist` above the source. */
export function findPages(here: string): string {
  const beside = fileURLToPath(new URL('./ui', here));
  return here.endsWith('.ts') ? fileURLToPath(new URL('../../../dist/ui', here)) : beside;
}

/** Only names that a build makes: no path from outside leads out of the folder. */
const assetName = /^assets\/[A-Za-z0-9_.-]+$/;

function findFile(folder: string, name: string): { path: string; isPage: boolean } | undefined {
  const isAsset = assetName.test(name) && !name.includes('..');
  const path = join(folder, isAsset ? name : 'index.html');
  const found = statSync(path, { throwIfNoEntry: false });
  // A script that is not there is no page.
  return found?.isFile() === true && (isAsset || !name.startsWith('assets/')) ? { path, isPage: !isAsset } : undefined;
}

async function sendPage(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const page = await readFile(path, 'utf8');
  const nonce = randomBytes(16).toString('base64url');
  response.writeHead(200, {
    ...always,
    'content-security-policy': policyWith(nonce),
    'content-type': types['.html'],
    'cache-control': 'no-store',
  });
  response.end(request.method === 'HEAD' ? undefined : page.replace(noncePlace, nonce));
}

function sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, {
    ...always,
    'content-type': types[extname(path)] ?? 'application/octet-stream',
    // Their names hold a hash of what is in them.
    'cache-control': 'public, max-age=31536000, immutable',
  });
  if (request.method === 'HEAD') return void response.end();
  const stream: ReadStream = createReadStream(path);
  stream.on('error', () => response.destroy());
  stream.pipe(response);
}

function redirect(response: ServerResponse): void {
  response.writeHead(308, { ...always, location: '/ui/' });
  response.end();
}

function refuse(response: ServerResponse, status: number): void {
  if (!response.headersSent) response.writeHead(status, { ...always, 'content-type': 'text/plain; charset=utf-8' });
  response.end(status === 404 ? 'There is no such page.\n' : '');
}
