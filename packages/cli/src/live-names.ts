import type { Api } from './api.ts';
import { listArtifacts, loadArtifact } from './commands/artifact/artifacts.ts';
import { listChannels } from './commands/channel/list.ts';
import { listClusters } from './commands/cluster/list-clusters.ts';
import { listTemplates } from './commands/cluster-template/list-templates.ts';
import { listOperations } from './commands/operation/list-operations.ts';
import { listPlans } from './commands/plan/find-plan.ts';
import { listServers } from './commands/server/list-servers.ts';
import { listTokens } from './commands/token/list-tokens.ts';
import type { FindNames } from './completion.ts';
import type { Places } from './configuration/places.ts';
import { loadRemotes } from './configuration/remotes.ts';

/** Nobody waits longer for a Tab. */
const patienceMs = 1500;

/** Asks the daemon for what can be completed; whatever goes wrong, there is just nothing to offer. */
export const makeFindNames =
  (api: Api, places: Places): FindNames =>
  async (source, given) => {
    const tooLate = new Promise<string[]>((resolve) => {
      setTimeout(() => resolve([]), patienceMs).unref();
    });
    return Promise.race([listNames(source, given, api, places).catch(() => []), tooLate]);
  };

async function listNames(
  source: Parameters<FindNames>[0],
  [cluster = '', artifact = '']: readonly string[],
  api: Api,
  places: Places,
): Promise<string[]> {
  switch (source) {
    case 'servers':
      return (await listServers(api)).map((server) => server.name);
    case 'servers-os':
      return (await listServers(api)).map((server) => `${server.name}:`);
    case 'clusters':
      return (await listClusters(api)).map((cluster) => cluster.name);
    case 'cluster-templates':
      return (await listTemplates(api)).map((template) => template.name);
    case 'artifacts':
      return (await listArtifacts(api, cluster)).map(({ name }) => name);
    case 'artifact-files':
      return (await loadArtifact(api, cluster, artifact)).files.map(({ name }) => name);
    case 'tokens':
      return (await listTokens(api)).map((token) => token.uuid);
    case 'channels':
      return (await listChannels(api)).map((channel) => channel.name);
    case 'operations':
      return (await listOperations(api, {}, 100)).map((operation) => operation.id);
    case 'plans':
      return (await listPlans(api)).map((plan) => plan.id);
    case 'warnings':
      return (await api.ask('warnings_list')).map((warning) => warning.uuid);
    case 'remotes':
      return ['local', ...Object.keys((await loadRemotes(places.configuration)).remotes)];
  }
}
