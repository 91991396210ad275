import { Fault, serverStatuses } from '@operations-center/contract';
import {
  type Ask,
  checkIfMatch,
  created,
  empty,
  etagOf,
  type Handler,
  handle,
  ok,
  okList,
} from '../../platform/http/answer.ts';
import { readFilter } from '../../platform/list-filter.ts';
import { readUuid } from '../tokens/token.rules.ts';
import { serverFields } from './document/server-fields.ts';
import { readWantedFields } from './document/server-fields-wanted.ts';
import { serverUrl } from './document/server-json.ts';
import type { ServerFilter } from './document/server-rows.ts';
import type { ServerService } from './servers.service.ts';

/** `client` is the certificate that servers are to trust. */
export const serverHandlers = (service: ServerService, client: { certificate: string }): Handler[] => [
  handle('servers_list', async ({ query }) => {
    const filter = readConditions(query);
    const wanted = readFilter(query.filter, serverFields);
    const fields = readWantedFields(query.fields);
    if (query.recursion && fields !== undefined) return okList(await service.listFields(filter, fields, wanted));
    return query.recursion
      ? okList(await service.list(filter, wanted))
      : ok((await service.listNames(filter, wanted)).map(serverUrl));
  }),
  handle('server_create', async (ask) =>
    created(await createServer(service, ask), { certificate: client.certificate }),
  ),
  handle('server_self_update', async ({ caller, body }) => {
    // Over the socket it is the IncusOS under the daemon, which is no server of ours.
    if (caller.protocol !== 'unix') await service.updateSelf(caller.fingerprint, body);
    return empty;
  }),
  handle('server_self_register', async () => empty),
  handle('server_show', async ({ params }) => {
    const { json, stable } = await service.load(params.name);
    return { status: 200, json, etag: etagOf(stable) };
  }),
  handle('server_update', async (ask) => {
    await service.update(ask.params.name, ask.body, (stable) => checkIfMatch(ask, stable));
    return empty;
  }),
  handle('server_rename', async (ask) => {
    await service.rename(ask.params.name, ask.body.name, (stable) => checkIfMatch(ask, stable));
    return created(serverUrl(ask.body.name));
  }),
  handle('server_delete', async ({ params }) => service.remove(params.name).then(() => empty)),
  handle('server_resync', async ({ params }) => service.resync(params.name).then(() => empty)),
  handle('server_adopt', async ({ params, body }) => {
    await service.replace(params.name, body.replaces);
    return created(serverUrl(body.replaces));
  }),
  handle('server_expect_reinstall', async ({ params }) => service.expectReinstall(params.name).then(() => empty)),
];

/** With a token a machine speaks for itself; without one somebody who may create servers does. */
function createServer(service: ServerService, { query, body, caller }: Ask<'server_create'>): Promise<string> {
  if (query.token !== undefined && query.token !== '') {
    const token = readUuid(query.token);
    const pem = caller.certificate();
    const { fingerprint } = caller;
    return service.register(
      token,
      body,
      pem === undefined || fingerprint === undefined ? undefined : { pem, fingerprint },
    );
  }
  if (!caller.trusted) throw new Fault('not_authorized', 'Forbidden: a registration needs a token');
  return service.preRegister(body);
}

function readConditions(query: { cluster?: string | undefined; status?: string | undefined }): ServerFilter {
  const status = serverStatuses.find((word) => word === query.status);
  if (query.status !== undefined && query.status !== '' && status === undefined)
    throw new Fault('query_invalid', `Invalid status "${query.status.slice(0, 40)}"`, {
      hint: `One of ${serverStatuses.join(', ')}.`,
    });
  return {
    ...(query.cluster === undefined || query.cluster === '' ? {} : { cluster: query.cluster }),
    ...(status === undefined ? {} : { status }),
  };
}
