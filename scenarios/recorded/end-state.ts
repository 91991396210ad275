import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOfPem, makeCertificate } from '@operations-center/tls';
import type { Daemon } from '../lib/daemon.ts';
import { type Eyes, makeEyes } from '../lib/incus-eyes.ts';
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

/** A daemon and the servers that registered with it, simulated or real. */
export type EndStage = { daemon: Daemon; servers: readonly { name: string; url: string }[]; directory: string };
/** What was asked on both sides, and where the answers differ. */
export type EndState = { questions: readonly string[]; differences: readonly Difference[] };

/** Makes the recorded cluster on our servers, with the recorded inputs, and tells where its end state differs. */
export async function compareEndState({ daemon, servers, directory }: EndStage): Promise<EndState> {
  const recorded = readRecorded();
  const user = (await makeCertificate({ commonName: 'user', usage: 'client' })).certificate.trim();
  const addresses = servers.map(({ url }, index) => [`ADDR${index + 1}`, new URL(url).hostname] as const);
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
    const first = servers[0]?.url ?? '';
    await bindCertificates(daemon, first, eyes, bindings);
    const questions: string[] = [];
    const found: Difference[] = [];
    const compare = (place: string, key: string, ours: unknown, theirs: unknown) => {
      questions.push(`${place} ${key}`);
      // The recording has its keys sorted, so their order says nothing.
      const differences = findDifferences(sortLocations(ours), sortLocations(theirs), bindings).filter(
        ({ kind }) => kind !== 'order',
      );
      found.push(...differences.map((difference) => ({ exchange: `${place} ${key}`, ...difference })));
    };
    for (const [question, theirs] of Object.entries(recorded.incus))
      compare('incus', question, await lookAt(eyes, first, question), theirs);
    for (const [question, theirs] of Object.entries(recorded.operations_center))
      compare('oc', question, await ask(daemon, question.replace(/^GET /, '')), theirs);
    for (const [kind, theirs] of Object.entries(recorded.inventory))
      compare('inventory', kind, await ask(daemon, `/1.0/inventory/${kind}?recursion=1`), theirs);
    return { questions, differences: found };
  } finally {
    await eyes.close();
  }
}

/** Members stand there in the order in which they were told of a network; ours are told at once. */
function sortLocations(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortLocations);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === 'locations' && Array.isArray(inner) ? inner.toSorted() : sortLocations(inner),
    ]),
  );
}

/** What the names of the recording stand for, so that one certificate in place of another is seen. */
async function bindCertificates(daemon: Daemon, first: string, eyes: Eyes, bindings: Bindings): Promise<void> {
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
  const trusted = await eyes.get<{ name: string; fingerprint: string }[]>(first, '/1.0/certificates?recursion=1');
  const own = trusted.find(({ fingerprint }) => fingerprint === bindings.get('FP_OPERATIONS_CENTER'));
  bindings.set('NAME_OF_THE_CLIENT_CERTIFICATE_OF_OPERATIONS_CENTER', own?.name ?? '');
}

/** `GET /1.0?target=server1 (config)`: one request to Incus, and perhaps the part of the answer that was kept. */
async function lookAt(eyes: Eyes, url: string, question: string): Promise<unknown> {
  const { path = '', part } = /^GET (?<path>\S+)(?: \((?<part>.+)\))?$/.exec(question)?.groups ?? {};
  const answer = await eyes.get<unknown>(url, path);
  return part === undefined ? answer : part.split('.').reduce((value, key) => Object(value)[key] as unknown, answer);
}

async function ask(daemon: Daemon, path: string): Promise<unknown> {
  const reply = await daemon.send({ method: 'GET', path, headers: {}, body: undefined, signal: undefined });
  return (JSON.parse(reply.text) as { metadata: unknown }).metadata;
}
