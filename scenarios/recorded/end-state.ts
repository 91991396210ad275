import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOfPem, makeCertificate } from '@operations-center/tls';
import { type Eyes, makeEyes } from '../lib/incus-eyes.ts';
import type { World } from '../lib/world.ts';
import { type Bindings, type Difference, findDifferences } from './compare.ts';

type Recorded = {
  inputs: { 'service configuration': string; 'application configuration': string };
  incus: Record<string, unknown>;
  operations_center: Record<string, unknown>;
  inventory: Record<string, unknown>;
};
// The file is ours: what OC 0.8.1 made of three real Incus 7.0.2, from the files of the user's page.
const readRecorded = (): Recorded =>
  JSON.parse(readFileSync(new URL('cluster-state.json', import.meta.url), 'utf8')) as Recorded;

/** Makes the recorded cluster on our fleet, with the recorded inputs, and tells where its end state differs. */
export async function compareEndState({ daemon, fleet, directory }: World): Promise<Difference[]> {
  const recorded = readRecorded();
  const user = (await makeCertificate({ commonName: 'user', usage: 'client' })).certificate.trim();
  const addresses = fleet.servers.map((server, index) => [`ADDR${index + 1}`, server.address] as const);
  const bindings: Bindings = new Map([...addresses, ['CERT_USER', user], ['FP_USER', fingerprintOfPem(user)]]);

  const files = ['service', 'application'] as const;
  const [services, application] = files.map((kind) => {
    const file = join(directory, `${kind}.yaml`);
    const indented = user.replaceAll('\n', '\n      ');
    writeFileSync(file, recorded.inputs[`${kind} configuration`].replace('<CERT_USER>', indented));
    return file;
  });
  const command = `provisioning cluster add demo https://${addresses[0]?.[1] ?? ''}:8443`.split(' ');
  const added = await daemon.cli(
    ...command,
    '--server-names=server1,server2,server3',
    `--services-config=${services ?? ''}`,
    `--application-seed-config=${application ?? ''}`,
  );
  if (added.exit !== 0) throw new Error(added.stderr);

  const eyes = makeEyes(daemon);
  try {
    await bindCertificates(daemon, fleet, eyes, bindings);
    const first = fleet.servers[0]?.url ?? '';
    const found: Difference[] = [];
    const compare = (place: string, key: string, ours: unknown, theirs: unknown) => {
      // The recording has its keys sorted, so their order says nothing.
      const differences = findDifferences(ours, theirs, bindings).filter(({ kind }) => kind !== 'order');
      found.push(...differences.map((difference) => ({ exchange: `${place} ${key}`, ...difference })));
    };
    for (const [question, theirs] of Object.entries(recorded.incus))
      compare('incus', question, await lookAt(eyes, first, question), theirs);
    for (const [question, theirs] of Object.entries(recorded.operations_center))
      compare('oc', question, await ask(daemon, question.replace(/^GET /, '')), theirs);
    for (const [kind, theirs] of Object.entries(recorded.inventory))
      compare('inventory', kind, await ask(daemon, `/1.0/inventory/${kind}?recursion=1`), theirs);
    return found;
  } finally {
    await eyes.close();
  }
}

/** What the names of the recording stand for, so that one certificate in place of another is seen. */
async function bindCertificates(
  daemon: World['daemon'],
  fleet: World['fleet'],
  eyes: Eyes,
  bindings: Bindings,
): Promise<void> {
  const bind = (name: string, pem: string) =>
    bindings.set(`CERT_${name}`, pem.trim()).set(`FP_${name}`, fingerprintOfPem(pem));
  bind('OPERATIONS_CENTER', readFileSync(join(daemon.directory, 'client.crt'), 'utf8'));
  const servers = (await ask(daemon, '/1.0/provisioning/servers?recursion=1')) as {
    name: string;
    certificate: string;
  }[];
  for (const { name, certificate } of servers) bind(name.toUpperCase(), certificate);
  const { certificate } = (await ask(daemon, '/1.0/provisioning/clusters/demo')) as { certificate: string };
  bind('CLUSTER', certificate);
  const trusted = await eyes.get<{ name: string; fingerprint: string }[]>(
    fleet.servers[0]?.url ?? '',
    '/1.0/certificates?recursion=1',
  );
  const own = trusted.find(({ fingerprint }) => fingerprint === bindings.get('FP_OPERATIONS_CENTER'));
  bindings.set('NAME_OF_THE_CLIENT_CERTIFICATE_OF_OPERATIONS_CENTER', own?.name ?? '');
}

/** `GET /1.0?target=server1 (config)`: one request to Incus, and perhaps the part of the answer that was kept. */
async function lookAt(eyes: Eyes, url: string, question: string): Promise<unknown> {
  const { path = '', part } = /^GET (?<path>\S+)(?: \((?<part>.+)\))?$/.exec(question)?.groups ?? {};
  const answer = await eyes.get<unknown>(url, path);
  return part === undefined ? answer : part.split('.').reduce((value, key) => Object(value)[key] as unknown, answer);
}

async function ask(daemon: World['daemon'], path: string): Promise<unknown> {
  const reply = await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  return (JSON.parse(reply.text) as { metadata: unknown }).metadata;
}
