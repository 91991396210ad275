import { isDeepStrictEqual } from 'node:util';
import { cluster, type FailureCase } from './failure-case.ts';
import { failureCases, mishaps } from './failure-cases.ts';
import { makeEyes } from './incus-eyes.ts';
import { addCluster, readOperations, type Standing, standingsOf } from './story.ts';
import type { OpenTrio, Trio } from './trio.ts';
import { listServers, until } from './world.ts';

export type FailureRow = {
  what: string;
  answer: string;
  in_oc: readonly [nameFree: string, reusable: string];
  /** `never there`, `stands`, or what else the operation came to. */
  end: string;
  nameFree: 'yes' | 'NO' | '-';
  reusable: 'yes' | 'NO' | '-';
  /** Empty: as it must be. */
  wrong: string[];
  seconds: number;
};

/** Makes each of these failures once, in a world of its own, and looks what is left. */
export async function runFailureTable(
  open: OpenTrio,
  report: (row: FailureRow) => void,
  cases: readonly FailureCase[] = [...failureCases, ...mishaps],
): Promise<FailureRow[]> {
  const rows: FailureRow[] = [];
  for (const failure of cases) {
    const trio = await open();
    try {
      const row = await failOnce(trio, failure);
      rows.push(row);
      report(row);
    } finally {
      await trio.stop();
    }
  }
  return rows;
}

async function failOnce(trio: Trio, failure: FailureCase): Promise<FailureRow> {
  const started = performance.now();
  const before = await standingsOf(trio);
  const { answer, wrong = [] } = await failure.run(trio);
  const end = await awaitEnd(trio);
  const seconds = (performance.now() - started) / 1000;
  const { what, in_oc, ends } = failure;
  const all = [
    ...wrong,
    ...(end === ends || (ends === 'either' && ['stands', 'never there'].includes(end))
      ? []
      : [`it ${end} instead of: ${ends}`]),
  ];
  if (end === 'stands') {
    all.push(...(await findUnclustered(trio)));
    return { what, in_oc, answer, end, seconds, wrong: all, nameFree: '-', reusable: '-' };
  }
  const changed = await findChanges(trio, before);
  const again = await addCluster(trio, cluster);
  const nameFree = again.stderr.includes('already exists') ? 'NO' : 'yes';
  const unusable = again.exit === 0 ? await findUnclustered(trio) : [`clustered again: ${again.stderr.trim()}`];
  all.push(...changed, ...unusable);
  const reusable = changed.length + unusable.length === 0 ? 'yes' : 'NO';
  return { what, in_oc, answer, end, seconds, wrong: all, nameFree, reusable };
}

/** Until nothing is under way any more. */
export async function awaitEnd({ daemon }: Trio): Promise<string> {
  let end = '';
  await until(
    'the operation to come to rest',
    async () => {
      const [last] = await readOperations(daemon);
      const shown = await daemon.client('cluster_show', { params: { name: cluster } });
      const status = last?.metadata.status ?? 'undone';
      end = shown.kind === 'ok' ? (status === 'finished' ? 'stands' : status) : 'never there';
      return ['finished', 'undone', 'left', 'needs_attention', 'paused'].includes(status);
    },
    240_000,
  );
  return end;
}

/** Whatever a creation could have changed on a server, and our own rows. */
export async function findChanges(trio: Trio, before: ReadonlyMap<string, Standing>): Promise<string[]> {
  const after = await standingsOf(trio);
  const changed = [...before].filter(([name, standing]) => !isDeepStrictEqual(after.get(name), standing));
  const rows = (await listServers(trio.daemon)).filter(({ cluster: of }) => of !== '');
  return [
    ...changed.map(([name, was]) => `${name} was ${JSON.stringify(was)}, is ${JSON.stringify(after.get(name))}`),
    ...rows.map(({ name, cluster: of }) => `${name} belongs to ${of}`),
  ];
}

/** The cluster has all three as members that work. */
export async function findUnclustered({ daemon, servers }: Trio): Promise<string[]> {
  const eyes = makeEyes(daemon);
  type Member = { server_name: string; status: string };
  try {
    const list = await eyes.get<Member[]>(servers[0]?.url ?? '', '/1.0/cluster/members?recursion=1');
    const online = list.filter(({ status }) => status === 'Online').map(({ server_name }) => server_name);
    const missing = servers.filter(({ name }) => !online.includes(name));
    return missing.map(({ name }) => `${name} is no member that works`);
  } catch (error) {
    return [`the cluster does not answer: ${error instanceof Error ? error.message : String(error)}`];
  } finally {
    await eyes.close();
  }
}

/** One line a failure, OC's end of it beside ours. */
export function failureTableText(rows: readonly FailureRow[]): string {
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, place) => (cells[place] ?? '').slice(0, width).padEnd(width))
      .join('  ')
      .trimEnd();
  return [
    line(['what', 'ends', 'name free?', 'servers reusable?', 'in OC 0.8.1: name free?, servers?', 's', 'answer']),
    ...rows.map(({ what, end, nameFree, reusable, in_oc, seconds, answer, wrong }) =>
      line([
        what,
        wrong.length === 0 ? end : `WRONG: ${end}`,
        nameFree,
        reusable,
        in_oc.join('; '),
        seconds.toFixed(1),
        answer,
      ]),
    ),
    ...rows.flatMap(({ what, wrong }) => wrong.map((why) => `WRONG: ${what}: ${why}`)),
  ].join('\n');
}
const widths = [68, 22, 10, 17, 42, 5, 160];
