import { UsageFailure } from '../../failures/failure.ts';

/** One that nobody can open. OC's own command takes it; the mistake would be seen by whoever uses the cluster. */
export function requireUsableUrl(text: string): void {
  const host = URL.parse(text)?.host ?? '';
  if (host !== '') return;
  const what =
    text === '' ? 'the connection URL is empty' : `the connection URL ${JSON.stringify(text)} is no URL with a host`;
  throw new UsageFailure(what, 'Write where people reach the cluster: https://ADDRESS:8443.', 'connection_url_invalid');
}

/**
 * What is odd about a cluster's connection URL that the daemon takes, as OC does: people and their clients only read it,
 * so it is no error. Undefined: nothing.
 */
export function findOddConnectionUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return undefined; // none given
  if (url.protocol !== 'https:') return `it does not begin with https://, and Incus' clients speak nothing else`;
  if (url.username !== '' || url.password !== '') return 'it holds a user, which everybody can read';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'it is more than a host and a port';
  return undefined;
}
