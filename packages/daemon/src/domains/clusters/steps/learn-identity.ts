import { certificateFromPem } from '@operations-center/tls';
import { StepFailure } from '@operations-center/workflow';
import { isFleetFailure } from '../../../fleet/fleet-failure.ts';
import type { PlannedServer } from '../plan/plan.ts';
import { type ClusterIdentity, ownEndpoint } from './endpoints.ts';
import type { CreateClusterParts } from './parts.ts';

/** A bootstrap makes the cluster's certificate; one that is much older is not of ours. Clocks may differ by this. */
const clockToleranceMs = 24 * 60 * 60 * 1000;

/** What a server is at this moment. */
export type Standing = { kind: 'standalone' } | { kind: 'member'; identity: ClusterIdentity };

/**
 * Looks whether a server is standalone, by its own certificate, or a member, by the cluster's. `known` is what the
 * journal has. Without it, and only where `mayBelieve` says that our journal shows this server's bootstrap as begun, a
 * new certificate is believed: if it was made just now, is used by the server of this name that trusts us, and is what
 * that server calls its own. Any other certificate makes the operation ask.
 */
export async function learnStanding(
  parts: CreateClusterParts,
  server: PlannedServer,
  known: ClusterIdentity | undefined,
  options: { signal: AbortSignal; mayBelieve: boolean },
): Promise<Standing> {
  const { signal } = options;
  const endpoint = ownEndpoint(server, server.connection_url);
  const pins = known === undefined ? endpoint.pins : [...endpoint.pins, known.fingerprint];
  try {
    const { value } = await parts.fleet.incus.getServer({ ...endpoint, pins }, { signal, fresh: true });
    const { environment } = value;
    if (environment?.server_clustered !== true) return { kind: 'standalone' };
    const shown = environment.certificate_fingerprint;
    if (known === undefined ? !options.mayBelieve : shown !== known.fingerprint) {
      throw stranger(server, shown, 'it is in a cluster that this operation did not make');
    }
    return { kind: 'member', identity: { certificate: environment.certificate, fingerprint: shown } };
  } catch (error) {
    if (!isFleetFailure(error, 'certificate_changed')) throw error;
    if (known !== undefined || !options.mayBelieve) {
      throw stranger(server, error.shownFingerprint ?? 'unknown', 'it is neither its own nor that of our cluster');
    }
    return { kind: 'member', identity: await believeNewCertificate(parts, server, signal) };
  }
}

async function believeNewCertificate(
  parts: CreateClusterParts,
  server: PlannedServer,
  signal: AbortSignal,
): Promise<ClusterIdentity> {
  const shown = certificateFromPem(
    await parts.fleet.readShownCertificate({ name: server.name, url: server.connection_url }, { signal }),
  );
  const ageMs = parts.clock.nowMs() - shown.notBefore.getTime();
  if (ageMs > clockToleranceMs) throw stranger(server, shown.fingerprint, 'it is older than this operation');
  const endpoint = { name: server.name, url: server.connection_url, pins: [shown.fingerprint] };
  const { value } = await parts.fleet.incus.getServer(endpoint, { signal });
  const { environment } = value;
  const isOurs =
    value.auth === 'trusted' &&
    environment?.server_clustered === true &&
    environment.server_name === server.name &&
    environment.certificate_fingerprint === shown.fingerprint;
  if (!isOurs) throw stranger(server, shown.fingerprint, 'the server behind it is not the one we know');
  return { certificate: shown.pem, fingerprint: shown.fingerprint };
}

const stranger = (server: PlannedServer, shown: string, why: string): StepFailure =>
  new StepFailure(
    'attention',
    'certificate_changed',
    `${server.name} shows certificate ${shown}, which we do not know: ${why}`,
    {
      hint: 'Compare the fingerprint with the one on the console of the server.',
      details: { server: server.name, expected: server.fingerprint, shown },
    },
  );
