import { isIP } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import { nearestWord } from '@operations-center/documents';
import {
  isServiceName,
  LvmConfig,
  SERVICE_APPLICATIONS,
  type ServiceDocument,
} from '@operations-center/fleet-protocol';
import { serviceNames, servicesOf, someoneWants, wantsService } from '../../creation/own-values.rules.ts';
import { allotLvmIds, lvmRange } from '../../lvm/lvm-ids.rules.ts';
import type { Check } from '../check.ts';
import type { Facts, Read, ServerFacts } from '../facts.ts';
import {
  bad,
  block,
  doubtful,
  eachServer,
  findModel,
  type Judgement,
  listNames,
  ok,
  toldBy,
  warn,
} from '../judge.rules.ts';
import { usesOf } from './service-uses.rules.ts';

const show = 'operations-center provisioning server os service show {server}:';
type Config = Record<string, unknown>;

/** Do the services exist, and what happens to what uses them? */
const afterwards = (service: string): string =>
  `leave the address out of the file; set it afterwards on each: operations-center provisioning server os service edit {server}:${service}`;

export const serviceChecks: readonly Check[] = [
  {
    name: 'services-known',
    group: 'services',
    title: 'Every server has the services',
    about: 'Which services there are is for IncusOS to say; some come with an application.',
    reads: ['GET /os/1.0/services', 'services_config of the request'],
    ignorable: false,
    remedy: 'operations-center provisioning server os service list {server}',
    run: ({ servers, request }) =>
      eachServer(
        servers,
        ({ live }) => live.known_services,
        (known, { name: server }) => {
          const missing = servicesOf(request, server)
            .map(({ name }) => name)
            .filter((name) => !known.includes(name));
          if (missing.length === 0) return 'all there';
          return bad({
            seen: `lacks ${missing.map((name) => describeMissing(name, known)).join(', ')}`,
            cause: 'it cannot be configured',
          });
        },
      ),
  },
  {
    name: 'services-in-use',
    group: 'services',
    title: 'No storage in use is disconnected',
    about:
      'A service is replaced whole: targets that the new configuration leaves out are disconnected, with what lies on them.',
    reads: ['GET /os/1.0/services/{name}: config, state', 'services_config of the request'],
    ignorable: true,
    remedy: `${show}SERVICE; add to the file what is in use, or detach it first`,
    run: ({ servers, request }) => {
      const wanted = serviceNames(request);
      if (wanted.length === 0) return [ok('no service is configured')];
      return wanted.flatMap((name) =>
        eachServer(servers, serviceOf(name), (document, { name: server }) => {
          const config = servicesOf(request, server).find((one) => one.name === name)?.config;
          if (config === undefined) return 'left alone';
          if (document === undefined) return 'not there';
          const { lost } = usesOf(name, document, config);
          return lost.length === 0
            ? 'nothing is disconnected'
            : bad({ seen: `${name} would lose ${listNames(lost)}`, cause: 'it is connected, and may be in use' });
        }),
      );
    },
  },
  {
    name: 'service-addresses',
    group: 'services',
    title: 'No service gets one address for all members',
    about:
      'tunnel_address of ovn and listen_address of linstor are of each machine alone; one value for all is right for one at most.',
    reads: ['services_config of the request: ovn.tunnel_address, linstor.listen_address'],
    ignorable: true,
    remedy: afterwards('ovn'),
    run: ({ request }) => {
      if (request.server_names.length < 2) return [ok('one member')];
      const wrong = request.services.flatMap(({ name, config }) => {
        const key = ownAddress[name];
        const address = key === undefined ? undefined : config[key];
        const alike = request.server_names.filter((server) => !overrides(request, server, name));
        if (alike.length < 2) return [];
        return typeof address === 'string' && isConcrete(address) ? [{ name, seen: `${name}.${key} ${address}` }] : [];
      });
      const [first] = wrong;
      if (first === undefined) return [ok('none')];
      const seen = listNames(wrong.map((one) => one.seen));
      const remedy = afterwards(first.name);
      return [block([], { seen, cause: 'only one of the members can have it', remedy })];
    },
  },
  {
    name: 'services-alike',
    group: 'services',
    title: 'Services that are left alone are the same on all servers',
    about: 'Instances move between members; what their storage and networks need must be on each.',
    reads: ['GET /os/1.0/services/{name}: config'],
    ignorable: true,
    remedy: `${show}SERVICE; name the service in the file to have it alike`,
    run: (facts) => {
      const named = new Set(serviceNames(facts.request));
      const rest = Object.keys(facts.servers[0]?.live.services ?? {}).filter((name) => !named.has(name));
      const outcomes = rest.flatMap((name) =>
        differences(facts, name).map((outcome) => ({ ...outcome, seen: `${name}: ${outcome.seen}` })),
      );
      return outcomes.length === 0 ? [ok('alike')] : outcomes;
    },
  },
  {
    name: 'lvm-ids-distinct',
    group: 'services',
    title: 'No two machines have one lvm id',
    about: 'sanlock knows machines by their id: two with one id destroy each other’s locks, and data.',
    reads: ['GET /os/1.0/services/lvm: config.enabled, config.system_id'],
    ignorable: false,
    remedy: 'disable lvm on one of them: operations-center provisioning server os service edit {server}:lvm',
    run: ({ servers, request }) => {
      const enabled = servers.flatMap((server) => {
        const lvm = lvmOf(server);
        return lvm?.enabled === true ? [{ name: server.name, id: lvm.system_id }] : [];
      });
      const shared = [...Map.groupBy(enabled, ({ id }) => id)].filter(([, group]) => group.length > 1);
      if (shared.length === 0) return [ok('all differ')];
      const tell = wantsLvm({ request }) ? block : warn;
      return shared.map(([id, group]) => {
        const names = group.map(({ name }) => name);
        return tell(names, { seen: `system_id ${id} on ${listNames(names)}`, cause: 'they take each other’s locks' });
      });
    },
  },
  {
    name: 'lvm-ids-in-range',
    group: 'services',
    title: 'Every lvm id is one that sanlock takes',
    about: `sanlock takes ${lvmRange.smallest} to ${lvmRange.largest}; an enabled lvm with another id has no locks.`,
    reads: ['GET /os/1.0/services/lvm: config.system_id'],
    ignorable: true,
    remedy:
      'operations-center provisioning server os service edit {server}:lvm; naming lvm in the file gives it an id, too',
    run: ({ servers, request }) =>
      eachServer(servers, serviceOf('lvm'), (document) => {
        const lvm = document === undefined ? undefined : readLvm(document);
        if (lvm?.enabled !== true) return 'lvm is off';
        if (lvm.system_id >= lvmRange.smallest && lvm.system_id <= lvmRange.largest) return 'in range';
        const words = {
          seen: `system_id ${lvm.system_id}`,
          cause: `sanlock takes ${lvmRange.smallest} to ${lvmRange.largest}`,
        };
        return wantsLvm({ request }) ? doubtful(words) : bad(words);
      }),
  },
  {
    name: 'lvm-ids-left',
    group: 'services',
    title: 'There are lvm ids left',
    about: 'An id belongs to a machine for good, so they can run out.',
    reads: ['GET /os/1.0/services/lvm of every registered server', 'our table of lvm ids'],
    ignorable: false,
    remedy:
      'turn lvm off on machines that do not need it: operations-center provisioning server os service edit NAME:lvm',
    run: ({ lvm, rows, servers, request }) => {
      if (!wantsLvm({ request })) return [ok('nobody asks for lvm')];
      const wanted = servers.flatMap(({ name, machine }) =>
        wantsService(request, name, 'lvm') ? lvm.filter((look) => look.machine === machine) : [],
      );
      const allotted = allotLvmIds(rows.lvm_ids, wanted);
      if (!('exhausted' in allotted)) return [ok('enough')];
      return [
        block([allotted.exhausted], {
          seen: 'none is free',
          cause: `all of ${lvmRange.smallest} to ${lvmRange.largest} are taken`,
        }),
      ];
    },
  },
];

const wantsLvm = ({ request }: Pick<Facts, 'request'>): boolean => someoneWants(request, 'lvm');

const overrides = (request: Facts['request'], server: string, service: string): boolean =>
  request.overrides?.[server]?.services.some(({ name }) => name === service) ?? false;

const serviceOf =
  (name: string) =>
  ({ live: { services, known_services } }: ServerFacts): Read<ServiceDocument | undefined> =>
    // Nothing was asked of a server that does not answer.
    services[name] ?? (known_services.ok ? { ok: true, value: undefined } : known_services);

function lvmOf(server: ServerFacts): LvmConfig | undefined {
  const read = serviceOf('lvm')(server);
  return read.ok && read.value !== undefined ? readLvm(read.value) : undefined;
}

function readLvm({ config }: ServiceDocument): LvmConfig | undefined {
  const read = LvmConfig.safeParse(config);
  return read.success ? read.data : undefined;
}

function describeMissing(name: string, known: readonly string[]): string {
  const application = isServiceName(name) ? SERVICE_APPLICATIONS[name] : undefined;
  if (application !== undefined) return `${name} (it comes with the application ${application})`;
  const meant = nearestWord(name, known);
  return meant === undefined ? name : `${name} (did you mean "${meant}"?)`;
}

const ownAddress: Readonly<Record<string, string>> = { ovn: 'tunnel_address', linstor: 'listen_address' };
const wildcards = ['0.0.0.0', '::', '127.0.0.1', '::1'];
const isConcrete = (address: string): boolean => isIP(address) !== 0 && !wildcards.includes(address);

/** What is of each machine alone does not count. Only names are told: configurations hold secrets. */
const ownKeys: Readonly<Record<string, readonly string[]>> = {
  lvm: ['system_id'],
  ovn: ['tunnel_address', 'ic_chassis'],
  linstor: ['listen_address', 'tls_server_certificate', 'tls_server_key'],
};

function differences({ servers }: Facts, name: string) {
  const isAlike = (one: ServiceDocument | undefined, other: ServiceDocument | undefined): boolean =>
    isDeepStrictEqual(shared(name, one), shared(name, other));
  const model = findModel(toldBy(servers, serviceOf(name)), isAlike);
  const judge = (own: ServiceDocument | undefined): Judgement => {
    if (model === undefined || isAlike(own, model.value)) return 'alike';
    const differs =
      own === undefined || model.value === undefined ? 'only one of them has it' : 'configured differently';
    return doubtful({
      seen: `${differs}, compared with ${model.name}`,
      cause: 'what needs it works on some members only',
    });
  };
  return eachServer(servers, serviceOf(name), judge).filter(({ verdict }) => verdict === 'warning');
}

function shared(name: string, document: ServiceDocument | undefined): Config | undefined {
  if (document === undefined) return undefined;
  // What is off is off, whatever else stands beside it.
  if (document.config['enabled'] !== true) return {};
  return Object.fromEntries(Object.entries(document.config).filter(([key]) => !(ownKeys[name] ?? []).includes(key)));
}
