import { makeCall } from './call.ts';
import { createCertificate } from './certificates.ts';
import { hostOf, isWildcard, portOf } from './config-keys.ts';
import type { Machine } from './machine.ts';
import { isHeard, pause, shownCertificate } from './machine.ts';
import { IncusError } from './reply.ts';

const UNREACHABLE_MS = 3_100;

export type JoinWish = {
  name: string;
  address: string;
  target: string;
  certificate: string;
  token: string;
  memberConfig: { entity: string; name: string; key: string; value: string }[];
};

/** Steps 1 and 2: the joiner puts its certificate into the cluster's trust store. Neither is ever undone. */
export async function setUpTrust(machine: Machine, wish: JoinWish): Promise<Machine | undefined> {
  const withToken = wish.token !== '';
  const target = reach(machine, wish.target);
  const url = `https://${wish.target}/1.0/certificates`;
  if (target === undefined) {
    if (!(await pause(machine, UNREACHABLE_MS))) return undefined;
    const why = `Unable to connect to: ${wish.target} ([dial tcp ${wish.target}: connect: no route to host])`;
    throw new Error(
      withToken
        ? `Failed to setup cluster trust: Failed to add server cert to cluster: Post "${url}": ${why}`
        : `Failed to update cluster trust: Failed to connect to target cluster node "${wish.target}": ${why}`,
    );
  }
  if (!(await pause(machine, 20))) return undefined;
  checkPin(
    target,
    wish,
    withToken ? `Failed to setup cluster trust: Failed to add server cert to cluster: Post "${url}": ` : '',
  );
  if (withToken) presentToken(machine, target, wish);
  checkTrustEntry(machine, target, wish);
  return target;
}

function checkPin(target: Machine, wish: JoinWish, prefix: string): void {
  const shown = shownCertificate(target);
  const compact = (pem: string): string => pem.replaceAll(/\s/g, '');
  if (compact(shown.certificate) === compact(wish.certificate)) return;
  if (!wish.certificate.includes('-----BEGIN CERTIFICATE')) {
    throw new Error(
      `Failed to update cluster trust: Failed to connect to target cluster node "${wish.target}": Invalid remote certificate`,
    );
  }
  throw new Error(
    `${prefix || 'Failed to update cluster trust: '}tls: failed to verify certificate: x509: certificate signed by unknown authority`,
  );
}

function presentToken(machine: Machine, target: Machine, wish: JoinWish): void {
  const trusted = target.store.data.certificates.some((row) => row.fingerprint === machine.own.fingerprint);
  const body = { type: 'server', name: wish.name, certificate: machine.own.certificate, trust_token: wish.token };
  const request = {
    method: 'POST',
    path: '/1.0/certificates',
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    clientFingerprint: machine.own.fingerprint,
    clientCertificatePem: machine.own.certificate,
    signal: new AbortController().signal,
  };
  try {
    createCertificate(makeCall(target, request, {}, trusted));
  } catch (error) {
    if (error instanceof IncusError && error.status === 409) return;
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`Failed to setup cluster trust: Failed to add server cert to cluster: ${why}`, { cause: error });
  }
}

function checkTrustEntry(machine: Machine, target: Machine, wish: JoinWish): void {
  const entry = target.store.data.certificates.find((row) => row.fingerprint === machine.own.fingerprint);
  if (entry === undefined)
    throw new Error('Failed to update cluster trust: Failed getting existing certificate: not authorized');
  if (entry.type === 'server' && entry.name !== wish.name) {
    const why = `Existing server certificate with different name "${entry.name}" already in trust store`;
    throw new Error(`Failed to update cluster trust: ${why}`);
  }
  entry.type = 'server';
  entry.name = wish.name;
}

/** The machine that listens on host:port, if it runs. */
function reach(machine: Machine, address: string): Machine | undefined {
  const [host, port] = [hostOf(address), portOf(address)];
  return machine.world.machines.find(
    (other) =>
      isHeard(other) &&
      other !== machine &&
      addressesOf(other).some((one) => hostOf(one) === host && portOf(one) === port),
  );
}

function addressesOf(machine: Machine): string[] {
  const local = machine.row.local_config;
  const named = [local['cluster.https_address'], local['core.https_address']].filter(
    (one) => one !== undefined && one !== '',
  );
  const { management, cluster } = machine.options.addresses;
  return named.flatMap((one = '') =>
    isWildcard(one) ? [management, cluster].map((host) => `${host}:${portOf(one)}`) : [one],
  );
}
