import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RouteSpec, routes } from '@operations-center/contract';
import type { FastifyReply } from 'fastify';

/** Go's router, which OC's clients know: unclean paths are redirected, 404 and 405 are plain text. */
export const isUnclean = (url: string): boolean => {
  const path = pathOf(url);
  return path.includes('//') || /\/\.{1,2}(\/|$)/.test(path);
};

export function redirectClean(request: IncomingMessage, response: ServerResponse): void {
  const url = request.url ?? '/';
  const query = url.includes('?') ? url.slice(url.indexOf('?')) : '';
  const location = cleanPath(pathOf(url)) + query;
  request.resume();
  response.writeHead(307, { location, 'content-type': 'text/plain; charset=utf-8' });
  response.end('Temporary Redirect\n');
}

/** Of what anybody sent, so it may be no URL at all: nothing here throws, and it leads to no other host. */
function cleanPath(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const segment of segments) {
    if (segment === '..') kept.pop();
    else if (segment !== '' && segment !== '.') kept.push(segment);
  }
  const isFolder = kept.length > 0 && ['', '.', '..'].includes(segments.at(-1) ?? '');
  // Browsers take a backslash for a slash.
  return `/${kept.join('/')}${isFolder ? '/' : ''}`.replaceAll('\\', '%5C');
}

export const pathOf = (url: string): string => url.split('?', 1)[0] ?? '/';

/** Which methods each path of the contract has; compiled when first needed. */
let methodsByPath: { pattern: RegExp; methods: string[] }[] | undefined;

export function notFound(method: string, url: string, reply: FastifyReply): FastifyReply {
  methodsByPath ??= compileMethods();
  const found = methodsByPath.filter((entry) => entry.pattern.test(pathOf(url))).flatMap((entry) => entry.methods);
  reply.header('content-type', 'text/plain; charset=utf-8').header('x-content-type-options', 'nosniff');
  if (found.length === 0 || found.includes(method)) return reply.code(404).send('404 page not found\n');
  return reply
    .code(405)
    .header('allow', [...new Set(found)].sort().join(', '))
    .send('Method Not Allowed\n');
}

function compileMethods(): { pattern: RegExp; methods: string[] }[] {
  return Object.values<RouteSpec>(routes).map((spec) => ({
    pattern: new RegExp(`^${spec.path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    methods: spec.method === 'GET' ? ['GET', 'HEAD'] : [spec.method],
  }));
}
