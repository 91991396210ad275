import type { Connection } from './api.ts';
import { loadClientCertificate } from './configuration/client-certificate.ts';
import type { Places } from './configuration/places.ts';
import { loadRemotes, type Remote } from './configuration/remotes.ts';
import { explainSocket } from './failures/connection.ts';
import { httpsTransport, openSocketTo } from './transport/https.ts';
import { connectToSocket, unixTransport } from './transport/unix.ts';

export type ConnectionWish = { places: Places; forceLocal: boolean; warn: (text: string) => void };

/** The selected remote, or the socket of this host if none is selected or --force-local was given. */
export async function openConnection(wish: ConnectionWish): Promise<Connection> {
  if (wish.forceLocal) return openSocket(wish.places);
  const { default_remote: selected, remotes } = await loadRemotes(wish.places.configuration);
  if (selected === '' || selected === 'local') return openSocket(wish.places);
  const remote = remotes[selected];
  if (remote === undefined) {
    wish.warn(`the selected remote "${selected}" does not exist any more; asking the daemon on this host`);
    return openSocket(wish.places);
  }
  return openRemote(`remote "${selected}"`, remote, wish.places);
}

function openSocket(places: Places): Connection {
  return {
    about: `the daemon behind ${places.sockets[0] ?? ''}`,
    send: unixTransport(places.sockets),
    connect: () => connectToSocket(places.sockets),
    explain: (error) => toError(explainSocket(error, places.sockets, places.socketSource)),
  };
}

/** Also used by `remote add`, before the remote has a place in the file. */
export async function openRemote(about: string, remote: Remote, places: Places): Promise<Connection> {
  const identity = await loadClientCertificate(places.configuration);
  const target = { address: remote.addr, serverCertificate: remote.server_cert, ...identity };
  return {
    about: `${about} (${remote.addr})`,
    send: httpsTransport(target),
    connect: () => openSocketTo(target),
    explain: toError,
  };
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
