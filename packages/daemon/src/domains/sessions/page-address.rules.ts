/** All addresses at once are none that a browser could open: on this host it is the loopback. */
const everywhere: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '[::]': '[::1]' };

/** Where a browser finds the UI: as the settings say, else where HTTPS is listened for (`0.0.0.0:7443`). Empty: nowhere. */
export function pageAddress(told: string, listening: string | undefined): string {
  if (told !== '') return told.replace(/\/+$/, '');
  if (listening === undefined) return '';
  const at = listening.lastIndexOf(':');
  const host = listening.slice(0, at);
  return `https://${everywhere[host] ?? host}${listening.slice(at)}`;
}
