import { builtInsOf, type Rendered } from '@operations-center/documents';
import { defineCommand } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { required, text, wholeNumber } from '../../options.ts';
import { showFormat, showObject } from '../../output/list.ts';
import { printable } from '../../output/printable.ts';
import { writeYaml } from '../../output/yaml.ts';
import { loadTemplate } from './load-template.ts';
import { readValuesFile } from './read-values-file.ts';

export const templateRender = defineCommand({
  path: ['provisioning', 'cluster-template', 'render'],
  about: 'Show what a cluster template comes to with these values',
  detail:
    'Both documents, as "cluster add" would apply them; values of secret variables are shown as **redacted**. Built-in variables stay as they are written, or are put in: the name of the cluster (--cluster), what they are on one server (--server).',
  examples: [
    'operations-center provisioning cluster-template render branch --variables values.yaml',
    'operations-center provisioning cluster-template render branch --variables values.yaml --cluster wonderful',
    'operations-center provisioning cluster-template render branch --variables values.yaml --server server2 --index 2',
  ],
  args: { name: required('Its name', { names: 'cluster-templates' }) },
  options: {
    variables: text('Values for its variables', { names: 'files', placeholder: 'file' }),
    cluster: text('Put in as the name of the cluster', { placeholder: 'name' }),
    server: text('Show it as this server would get it', { names: 'servers', placeholder: 'name' }),
    index: wholeNumber('The place of that server in the list', 1),
    format: showFormat,
  },
  run: async ({ api, args, options, terminal }) => {
    const { renderTemplate, resolveBuiltIns } = await import('@operations-center/documents');
    const warn = (line: string) => terminal.stderr.write(`${printable(line)}\n`);
    const values = options.variables === '' ? {} : await readValuesFile(options.variables, warn);
    const rendered = renderTemplate(await loadTemplate(api, args.name), values, JSON.stringify(args.name));
    if (!rendered.ok) throw explain(rendered, options.variables);
    for (const { message } of rendered.warnings) warn(`Warning: ${message}`);
    const documents = {
      services_config: rendered.shown.services,
      application_seed_config: rendered.shown.application,
    };
    // What differs from server to server stays as it is written, as long as no server is named.
    if (options.server === '')
      return options.cluster === '' ? documents : resolveBuiltIns(documents, { CLUSTER_NAME: options.cluster });
    const { connection_url, os_data } = await api.ask('server_show', { params: { name: options.server } });
    const management = new URL(connection_url).hostname.replace(/^\[|\]$/g, '');
    const facts = { cluster: options.cluster || 'CLUSTER', server: options.server, index: options.index };
    const addresses = { management_address: management, cluster_address: clusterAddress(os_data) ?? management };
    return resolveBuiltIns(documents, builtInsOf({ ...facts, ...addresses }));
  },
  show: (documents, { options }) => showObject(documents, options.format, () => writeYaml(documents, 2)),
});

/** The first problem, all of them below it: a person mends them all at once. */
function explain({ problems }: Extract<Rendered, { ok: false }>, file: string): CliFailure {
  const told = problems.map((problem) => `${place(problem)}${problem.message}`);
  const [first = 'it comes to nothing', ...others] = told;
  return new CliFailure({
    what: first,
    ...(others.length === 0 ? {} : { why: others.map((one) => `Also ${one}`).join('\n') }),
    fix: file === '' ? 'Give the values: --variables FILE.' : `Correct ${file}, or the template.`,
    code: problems[0]?.code ?? 'template_fails',
  });
}

const place = (problem: { code: string; message: string; line?: number | null; file?: string | null }): string =>
  problem.line === undefined || problem.line === null ? '' : `${problem.file ?? ''}, line ${problem.line}: `;

type Interface = { roles?: string[] | null; addresses?: string[] | null };
type OsData = { network?: { state?: { interfaces?: Record<string, Interface> | null } | null } | null };

/** As the daemon chooses it: by the role, IPv6 before IPv4. It is the address that was last seen. */
function clusterAddress(osData: unknown): string | undefined {
  const { network } = (osData ?? {}) as OsData; // IncusOS' own words
  const addresses = Object.values(network?.state?.interfaces ?? {})
    .filter(({ roles }) => roles?.includes('cluster') === true)
    .flatMap((one) => (one.addresses ?? []).map((address) => address.split('/')[0] ?? ''))
    .filter((address) => address !== '' && !/^fe[89ab]/i.test(address) && !address.startsWith('169.254.'));
  return addresses.find((address) => address.includes(':')) ?? addresses[0];
}
