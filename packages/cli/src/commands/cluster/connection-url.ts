/**
 * What is odd about a cluster's connection URL that the daemon takes, as OC does: people and their clients only read it,
 * so it is no error. Undefined: nothing.
 */
export function findOddConnectionUrl(text: string): string | undefined {
  if (text === '') return undefined;
  const url = URL.parse(text);
  if (url === null) return undefined; // refused by the daemon, which says why
  if (url.protocol !== 'https:') return `it does not begin with https://, and Incus' clients speak nothing else`;
  if (url.username !== '' || url.password !== '') return 'it holds a user, which everybody can read';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') return 'it is more than a host and a port';
  return undefined;
}
