import { Fault } from '@operations-center/contract';

/** Refuses what is no name for a server: it becomes a path segment, a file name and a member of a cluster. */
export function checkServerName(name: string): void {
  if (name === '') throw refuse(name, 'name can not be empty');
  if (name.startsWith(':')) throw refuse(name, 'name can not start with ":"');
  if (name === '.' || name === '..') throw refuse(name, `name can not be "${name}"`);
  if (Buffer.byteLength(name) > 255) throw refuse(name, 'name can not be longer than 255 bytes');
  if (/[\\/:*?"<>|\p{Cc}]/u.test(name)) throw refuse(name, 'name holds a character that names cannot have');
}

const refuse = (name: string, what: string): Fault =>
  new Fault('name_invalid', `Invalid server, ${what}`, { details: { name: name.slice(0, 100) } });

/** How we reach a server: https, a host, perhaps a port, nothing else. */
export function checkConnectionUrl(url: string): void {
  if (url === '') throw invalid('connection_url', 'connection URL can not be empty');
  const read = URL.canParse(url) ? new URL(url) : undefined;
  const isBare =
    read !== undefined && read.pathname === '/' && read.search === '' && read.hash === '' && read.username === '';
  if (!isBare || read.protocol !== 'https:' || read.password !== '' || read.hostname === '')
    throw invalid('connection_url', `connection URL "${url.slice(0, 200)}" is no https URL of just a host and a port`);
}

/** Shown to people only, so any URL will do. */
export function checkPublicUrl(url: string): void {
  if (url !== '' && !URL.canParse(url) && !URL.canParse(url, 'https://any'))
    throw invalid('public_connection_url', `public connection URL "${url.slice(0, 200)}" is no URL`);
}

export const invalid = (field: string, what: string): Fault =>
  new Fault('server_invalid', `Invalid server, ${what}`, { details: { field } });
