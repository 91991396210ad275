import { Fault, type ServerPost, type ServerPut, type ServerSelfUpdate } from '@operations-center/contract';
import { afterCommit } from '@operations-center/database';
import type { Filter } from '@operations-center/filter';
import { isWanted } from '../../platform/list-filter.ts';
import type { Tx } from '../../schema.ts';
import { requireChannel } from '../channels/channels.service.ts';
import { adoptServer, expectReinstall } from './adoption.service.ts';
import { replaceBmc, zeroBmc } from './document/bmc-config.ts';
import { columnsFor, pickJson } from './document/server-fields-wanted.ts';
import { headJson, serverUrl, stableJson, tailJson } from './document/server-json.ts';
import type { ServerFilter, ServerRow, TailRow } from './document/server-rows.ts';
import { makeServerMembership } from './membership.service.ts';
import type { ServerMembership } from './membership.ts';
import { newServer } from './registration/new-server.ts';
import { nameTaken } from './registration/registration.rules.ts';
import { registerServer } from './registration/registration.service.ts';
import { updateSelf } from './registration/self-update.service.ts';
import { checkPublicUrl, checkServerName, invalid } from './server-name.rules.ts';
import type { ServerParts } from './server-parts.service.ts';
import {
  type Ask,
  deleteServer,
  findDocuments,
  findServer,
  hasServer,
  insertServer,
  inside,
  listColumns,
  listNames,
  listTails,
  outside,
  renameServer,
  reviseServer,
} from './servers.store.ts';

/** `json` as it is shown; `stable` the same without its times, which the ETag is made over. */
export type ShownServer = { json: string; stable: string };

export type ServerService = ServerMembership & {
  listNames(filter: ServerFilter, wanted?: Filter): Promise<string[]>;
  /** JSON texts, by name. */
  list(filter: ServerFilter, wanted?: Filter): Promise<string[]>;
  /** The same with these fields alone: a hundredth of it, where there are thousands. */
  listFields(filter: ServerFilter, fields: readonly string[], wanted?: Filter): Promise<string[]>;
  load(name: string): Promise<ShownServer>;
  /** Returns the Location. */
  register(
    token: string,
    wish: ServerPost,
    certificate: { pem: string; fingerprint: string } | undefined,
  ): Promise<string>;
  preRegister(wish: ServerPost): Promise<string>;
  updateSelf(fingerprint: string | undefined, update: ServerSelfUpdate): Promise<void>;
  /** `check` sees the server's stable JSON, in the same transaction, and may refuse. */
  update(name: string, wish: ServerPut, check: (stable: string) => void): Promise<void>;
  rename(from: string, to: string, check: (stable: string) => void): Promise<void>;
  remove(name: string): Promise<void>;
  /** Asks the server for everything and waits. */
  resync(name: string): Promise<void>;
  /** `name` takes the place of `replaces`, whose ids it claims. */
  replace(name: string, replaces: string): Promise<void>;
  expectReinstall(name: string): Promise<void>;
};

export function makeServerService(parts: ServerParts): ServerService {
  const { database, clock, poller } = parts;
  const read = outside(database);

  async function showWanted(filter: ServerFilter, wanted?: Filter): Promise<{ name: string; json: string }[]> {
    const shown: { name: string; json: string }[] = [];
    for (const row of await listTails(read, filter)) {
      const { json } = await showServer(parts, read, row);
      if (wanted === undefined || isWanted(wanted, JSON.parse(json), clock.nowMs()))
        shown.push({ name: row.name, json });
    }
    return shown;
  }

  return {
    ...makeServerMembership(parts),
    listNames: async (filter, wanted) =>
      wanted === undefined ? listNames(read, filter) : (await showWanted(filter, wanted)).map(({ name }) => name),
    list: async (filter, wanted) => (await showWanted(filter, wanted)).map(({ json }) => json),
    async listFields(filter, fields, wanted) {
      const fitting =
        wanted === undefined ? undefined : new Set((await showWanted(filter, wanted)).map(({ name }) => name));
      const rows = await listColumns(read, filter, columnsFor(fields));
      return rows
        .filter(({ name }) => fitting === undefined || fitting.has(name))
        .map((row) => pickJson(row, fields, parts.sightings.lastSeen(row.name, row.last_seen)));
    },
    async load(name) {
      return showServer(parts, read, (await findServer(read, name)) ?? raiseNotFound(name));
    },
    register: (token, wish, certificate) => registerServer(parts, token, wish, certificate),
    preRegister: (wish) => preRegister(parts, wish),
    updateSelf: (fingerprint, update) => updateSelf(parts, fingerprint, update),
    update: (name, wish, check) =>
      database.write('update server', async (tx) => {
        const row = await loadChecked(parts, tx, name, check);
        checkPublicUrl(wish.public_connection_url);
        if (wish.channel === '') throw invalid('channel', 'channel can not be empty');
        await requireChannel(tx, wish.channel);
        await reviseServer(tx, name, clock.nowMs(), {
          public_connection_url: wish.public_connection_url,
          description: wish.description,
          properties: wish.properties === null ? null : JSON.stringify(wish.properties),
          bmc_config: replaceBmc(row.bmc_config, wish.bmc_config, parts.sealer),
          // A member follows its cluster.
          channel: row.cluster === null ? wish.channel : row.channel,
        });
        await parts.events.changed(tx, { action: 'server-updated', source: serverUrl(name), name });
        afterCommit(tx, () => poller.changed([name], wish.channel !== row.channel));
      }),
    rename: (from, to, check) =>
      database.write('rename server', async (tx) => {
        const row = await loadChecked(parts, tx, from, check);
        if (to === '') throw invalid('name', 'New Server name cannot by empty');
        if (to === from) throw invalid('name', 'Old and new Server name are equal');
        refuseMember(row, `Server "${from}" is clustered: Operation not permitted`);
        checkServerName(to);
        if (await hasServer(inside(tx), to)) throw renameTaken(to);
        await renameServer(tx, from, to, clock.nowMs());
        await parts.warnings.rename(tx, 'server', from, to);
        const context = { old_name: from };
        await parts.events.changed(tx, { action: 'server-renamed', source: serverUrl(to), name: to, context });
        afterCommit(tx, () => {
          parts.sightings.forget(from);
          parts.heads.forget(from);
          poller.changed([from, to], false);
        });
      }),
    remove: (name) =>
      database.write('delete server', async (tx) => {
        const row = (await findServer(inside(tx), name)) ?? raiseNotFound(name, 'Failed to delete server');
        refuseMember(
          row,
          `Failed to delete server: Failed to delete server, server is part of cluster "${memberOf(row)}"`,
        );
        await deleteServer(tx, name);
        await parts.warnings.clear(tx, { entity_type: 'server', entity: name });
        await parts.events.changed(tx, { action: 'server-deleted', source: serverUrl(name), name });
        afterCommit(tx, () => {
          parts.sightings.forget(name);
          parts.heads.forget(name);
          poller.changed([name], false);
        });
      }),
    async resync(name) {
      if (!(await hasServer(read, name))) raiseNotFound(name);
      const seen = await poller.pollNow(name);
      if (seen === undefined || seen.kind === 'ready') return;
      throw new Fault('server_poll_failed', `Failed to poll server "${name}": ${seen.reason}`, {
        details: { server: name, reason: seen.reason },
      });
    },
    replace: (name, replaces) => adoptServer(parts, name, replaces),
    expectReinstall: (name) => expectReinstall(parts, name),
  };
}

/** The ready-made head of this revision, or a new one. */
async function showServer(parts: ServerParts, ask: Ask, row: TailRow): Promise<ShownServer> {
  const shows = parts.showsSecrets();
  const head = parts.heads.find(row.name, row.revision, shows) ?? (await makeHead(parts, ask, row.name, shows));
  const last_seen = parts.sightings.lastSeen(row.name, row.last_seen);
  return { json: head + tailJson(row, last_seen), stable: stableJson(head, row) };
}

async function makeHead(parts: ServerParts, ask: Ask, name: string, shows: boolean): Promise<string> {
  // The row first: documents that are newer than it do no harm, the other way round they would be kept for good.
  const row = (await findServer(ask, name)) ?? raiseNotFound(name);
  const head = headJson(row, await findDocuments(ask, name), openOr(parts, shows));
  parts.heads.keep(name, row.revision, shows, head);
  return head;
}

const openOr =
  ({ sealer }: ServerParts, shows: boolean) =>
  (json: string): string =>
    shows ? sealer.openAll(json) : sealer.redactAll(json);

async function loadChecked(
  parts: ServerParts,
  tx: Tx,
  name: string,
  check: (stable: string) => void,
): Promise<ServerRow> {
  const ask = inside(tx);
  const row = (await findServer(ask, name)) ?? raiseNotFound(name);
  // Not through the cache of heads: what this write sees may be taken back.
  check(stableJson(headJson(row, await findDocuments(ask, name), openOr(parts, parts.showsSecrets())), row));
  return row;
}

/** Only its name is taken; a machine becomes it if it shows the ids that are given here. */
async function preRegister(parts: ServerParts, wish: ServerPost): Promise<string> {
  checkServerName(wish.name);
  checkPublicUrl(wish.public_connection_url);
  if (wish.channel === '') throw invalid('channel', 'channel can not be empty');
  await parts.database.write('pre-register server', async (tx) => {
    if (await hasServer(inside(tx), wish.name)) throw nameTaken(wish.name);
    await requireChannel(tx, wish.channel);
    const described = {
      name: wish.name,
      channel: wish.channel,
      description: wish.description,
      public_connection_url: wish.public_connection_url,
      properties: wish.properties === null ? null : JSON.stringify(wish.properties),
      bmc_config: replaceBmc(zeroBmc, wish.bmc_config, parts.sealer),
      system_uuid: wish.system_uuid || null,
      machine_id: wish.machine_id || null,
    };
    const standing = { status: 'unregistered', status_detail: '', last_seen: 0 } as const;
    await insertServer(tx, newServer({ ...described, ...standing }, parts.clock.nowMs()));
    await parts.events.changed(tx, { action: 'server-created', source: serverUrl(wish.name), name: wish.name });
  });
  return serverUrl(wish.name);
}

const memberOf = (row: ServerRow): string => row.cluster ?? row.forming_cluster ?? '';

function refuseMember(row: ServerRow, message: string): void {
  if (row.cluster === null && row.forming_cluster === null) return;
  throw new Fault('server_is_cluster_member', message, { details: { server: row.name, cluster: memberOf(row) } });
}

const renameTaken = (name: string): Fault =>
  new Fault('server_exists', `Failed to rename server: Server "${name}" already exists: Constraint violation`, {
    details: { name },
  });

export function raiseNotFound(name: string, prefix = `Failed to get server "${name.slice(0, 255)}" by name`): never {
  throw new Fault('server_not_found', `${prefix}: Not found`, { details: { name: name.slice(0, 255) } });
}
