import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Ran } from './programs.ts';
import { addCluster, lastOperation, untilBegun } from './story.ts';
import type { Trio } from './trio.ts';
import { until } from './world.ts';

export const cluster = 'wonderful';

/**
 * One thing that goes wrong. `ends`: *never there*, the name is free and the servers are as they were, or *stands*, a
 * whole cluster of three; *either* where it depends on the moment.
 */
export type FailureCase = {
  what: string;
  /** What OC 0.8.1 left of the same: is the name free, are the servers reusable? */
  in_oc: readonly [nameFree: string, reusable: string];
  ends: 'never there' | 'stands' | 'either';
  run(trio: Trio): Promise<Told>;
};

/** What the person at the terminal read; `wrong` is what should not be. */
type Told = { answer: string; wrong?: string[] };

export const answerOf = ({ exit, stderr }: Ran): string => {
  if (exit === 0) return 'made';
  const lines = stderr.trim().split('\n');
  return lines.find((line) => line.startsWith('Error: ')) ?? lines.at(-1) ?? '';
};

/** `cluster add` with a file of its own in place of one of the page's. */
export function addWith(
  trio: Trio,
  change: { services?: string; application?: string; servers?: string[]; more?: string[] },
) {
  const write = (name: string, text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    writeFileSync(join(trio.directory, name), text);
    return join(trio.directory, name);
  };
  const services = write('services-of-case.yaml', change.services) ?? trio.files.services;
  const application = write('application-of-case.yaml', change.application) ?? trio.files.application;
  return addCluster(
    { ...trio, files: { ...trio.files, services, application } },
    cluster,
    change.servers,
    change.more ?? [],
  );
}

const writeIn = ({ directory }: Trio, name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};

/** A template with a variable that must be given. */
export async function addTemplate(trio: Trio): Promise<void> {
  const services = writeIn(
    trio,
    'services.tmpl',
    'nvme:\n  enabled: true\n  targets: [{transport: tcp, address: @ADDRESS@}]\n',
  );
  const application = writeIn(trio, 'application.tmpl', 'config:\n  user.ui.title: "@TITLE@"\n');
  const variables = writeIn(trio, 'variables.yaml', 'ADDRESS: {description: of the target}\nTITLE: {}\n');
  const files = ['-c', services, '-a', application, '--variables', variables];
  const added = await trio.daemon.cli('provisioning', 'cluster-template', 'add', 'branch', ...files);
  if (added.exit !== 0) throw new Error(added.stderr);
}

/** `cluster add` from a template, with these values. */
export const addFromTemplate = (trio: Trio, template: string, values: string): Promise<Ran> =>
  trio.daemon.cli(
    ...commandOf(trio).slice(0, -2),
    `--cluster-template=${template}`,
    `--cluster-template-variables=${writeIn(trio, 'values.yaml', values)}`,
  );

export const refusal = (what: string, in_oc: FailureCase['in_oc'], add: (trio: Trio) => Promise<Ran>): FailureCase => ({
  what,
  in_oc,
  ends: 'never there',
  run: async (trio) => ({ answer: answerOf(await add(trio)) }),
});

export const seed = (what: string, in_oc: FailureCase['in_oc'], text: string): FailureCase => ({
  what,
  in_oc,
  ends: 'stands',
  run: async (trio) => ({ answer: answerOf(await addWith(trio, { application: `${text}${trio.extra}` })) }),
});

/** Something happens while this step runs; the answer comes when it has been mended. */
export const during = (
  what: string,
  in_oc: FailureCase['in_oc'],
  ends: FailureCase['ends'],
  step: string,
  act: (trio: Trio) => Promise<void>,
): FailureCase => ({
  what,
  in_oc,
  ends,
  async run(trio) {
    const adding = addCluster(trio, cluster);
    await untilBegun(trio.daemon, step);
    await act(trio);
    return { answer: answerOf(await adding) };
  },
});

/** The operation says that it waits for this server, perhaps only while it takes back what it did. */
export const untilWaitedFor = (trio: Trio, server: string, status?: 'undoing'): Promise<void> =>
  until(
    `the operation to wait for ${server}`,
    async () => {
      const { metadata } = await lastOperation(trio.daemon);
      const waitsForIt = metadata.waits.some(({ observed }) => observed?.text.includes(server) ?? false);
      return waitsForIt && (status === undefined || metadata.status === status);
    },
    120_000,
  );

export const gone = (what: string, leave: (trio: Trio) => Promise<void>): FailureCase => ({
  what,
  in_oc: ['after remove', 'server1 no'],
  ends: 'stands',
  async run(trio) {
    await leave(trio);
    return { answer: 'nobody is there to be told' };
  },
});

/** Posts as a program would, and hangs up. */
export async function postAndHangUp(trio: Trio, afterMs: number): Promise<void> {
  const body = {
    name: cluster,
    connection_url: trio.servers[0]?.url ?? '',
    server_type: 'incus',
    server_names: trio.servers.map(({ name }) => name),
    services_config: { lvm: { enabled: true } },
    application_seed_config: {
      config: { 'user.ui.title': 'My wonderful cluster' },
      ...(trio.extra === '' ? {} : { storage_pools: [{ name: 'local', driver: 'dir' }] }),
    },
  };
  const asked = trio.daemon.send({
    method: 'POST',
    path: '/1.0/provisioning/clusters',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(afterMs),
  });
  await asked.catch(() => undefined);
}

export const killDaemon = async ({ daemon }: Trio): Promise<void> => {
  await daemon.kill();
  await daemon.restart();
};

export async function presentOf({ daemon }: Trio, name: string): Promise<string[]> {
  const shown = await daemon.client('cluster_show', { params: { name } });
  return shown.kind === 'ok' ? [`there is a cluster ${name}`] : [];
}

export const commandOf = ({ servers, files }: Trio): string[] => [
  'provisioning',
  'cluster',
  'add',
  cluster,
  servers[0]?.url ?? '',
  `--server-names=${servers.map(({ name }) => name).join(',')}`,
  `--services-config=${files.services}`,
  `--application-seed-config=${files.application}`,
];
