/** The arrows of the house: who may import whom. Read it beside docs/architecture.md. */

/** Package → packages it may import. Nothing imports daemon, cli or simulator. */
export const packageArrows: Record<string, readonly string[]> = {
  contract: [],
  'fleet-protocol': [],
  filter: [],
  documents: ['filter', 'fleet-protocol'],
  database: [],
  tls: [],
  workflow: ['database'],
  daemon: ['contract', 'database', 'documents', 'filter', 'fleet-protocol', 'tls', 'workflow'],
  cli: ['contract', 'documents', 'tls'],
  simulator: ['fleet-protocol', 'tls'],
  ui: ['contract', 'filter'],
  scenarios: ['contract', 'database', 'tls'],
};

/** Domain → domains whose model and service it may use. The list is acyclic. */
export const domainArrows: Record<string, readonly string[]> = {
  channels: [],
  events: [],
  audit: ['events'],
  warnings: ['events'],
  access: [],
  sessions: ['events'],
  daemons: [],
  root: [],
  schemas: [],
  settings: ['channels', 'events', 'warnings'],
  tokens: ['channels', 'events'],
  templates: ['events'],
  updates: ['channels'],
  servers: ['channels', 'events', 'tokens', 'warnings', 'settings', 'daemons'],
  operations: ['events', 'warnings'],
  webhooks: ['operations', 'warnings'],
  health: ['operations', 'warnings'],
  inventory: ['warnings', 'servers'],
  clusters: ['channels', 'events', 'tokens', 'servers', 'operations', 'warnings', 'inventory', 'settings', 'templates'],
};

/** Room → rooms it may import; style and questions in docs/architecture.md. */
export const roomArrows: Record<string, readonly string[]> = {
  platform: ['platform'],
  adapter: ['adapter', 'platform'],
  tables: ['tables', 'model'],
  schema: ['tables'],
  migrations: ['tables', 'schema'],
  model: ['model', 'schema', 'platform'],
  rules: ['model', 'rules'],
  plan: ['model', 'rules', 'plan', 'platform'],
  machine: ['model', 'rules', 'machine'],
  snapshot: ['model', 'rules', 'plan', 'snapshot', 'adapter', 'platform', 'store', 'schema', 'service'],
  store: ['model', 'tables', 'schema', 'store', 'platform'],
  service: [
    'model',
    'rules',
    'plan',
    'machine',
    'snapshot',
    'store',
    'service',
    'adapter',
    'platform',
    'schema',
    'workflow',
  ],
  workflow: ['model', 'rules', 'plan', 'store', 'service', 'workflow', 'adapter', 'platform', 'schema'],
  loop: ['model', 'rules', 'machine', 'store', 'service', 'adapter', 'platform', 'schema', 'loop'],
  routes: ['model', 'rules', 'service', 'platform', 'routes'],
  worker: ['model', 'rules', 'store', 'platform', 'tables', 'worker'],
  assembly: [
    'assembly',
    'platform',
    'adapter',
    'schema',
    'migrations',
    'model',
    'rules',
    'store',
    'service',
    'workflow',
    'loop',
    'routes',
    'machine',
    'plan',
    'snapshot',
    'worker',
    'tables',
  ],
};

/** Folders of a package outside the daemon → its folders they may import. `.` is the package's own top: what all of it speaks of. */
export const folderArrows: Record<string, Record<string, readonly string[]>> = {
  workflow: {
    '.': ['.'],
    derive: ['.', 'derive'],
    store: ['.', 'derive', 'store'],
    run: ['.', 'derive', 'store', 'run'],
  },
  ui: {
    '.': ['.', 'pages', 'parts', 'data'],
    pages: ['.', 'pages', 'forms', 'parts', 'data'],
    forms: ['forms', 'parts', 'data'],
    parts: ['parts', 'data'],
    data: ['data', 'parts'],
  },
};

/** The package's front door may open to all of it. */
export const frontDoor = 'index.ts';

// `await-member` is the name of a step.
const waiting = /\bawait\b(?!-)|\bDate\.now\(|\bperformance\.now\(|\bset(?:Timeout|Interval)\(/;
const sql = /\b(?:selectFrom|insertInto|updateTable|deleteFrom|createTable|alterTable)\(|\bsql[`<]/;

/** What never stands in a room (the last column of docs/architecture.md), as far as a line shows it. */
export const neverThere: readonly { what: string; line: RegExp; rooms: readonly string[] }[] = [
  { what: 'waits or asks the clock', line: waiting, rooms: ['rules', 'plan', 'machine'] },
  {
    what: 'speaks SQL',
    line: sql,
    rooms: Object.keys(roomArrows).filter((room) => !['store', 'tables', 'migrations'].includes(room)),
  },
];

const suffixRooms = [
  'tables',
  'rules',
  'plan',
  'machine',
  'snapshot',
  'store',
  'service',
  'workflow',
  'loop',
  'routes',
  'worker',
];

/** Which room a file of the daemon is in: told by its folder and the last part of its name. */
export function roomOf(file: string): { room: string; domain: string | undefined } {
  const parts = file.replace('packages/daemon/src/', '').split('/');
  const [top, domain] = parts;
  const base = parts.at(-1) ?? '';
  if (top === 'platform') return { room: 'platform', domain: undefined };
  if (top === 'fleet') return { room: 'adapter', domain: undefined };
  if (top !== 'domains') return { room: topRooms[base] ?? 'assembly', domain: undefined };
  if (parts.includes('steps')) return { room: 'workflow', domain };
  const suffix = suffixRooms.find((room) => base.endsWith(`.${room}.ts`));
  return { room: base === 'assembly.ts' ? 'assembly' : (suffix ?? 'model'), domain };
}

const topRooms: Record<string, string> = {
  'schema.ts': 'schema',
  'migrations.ts': 'migrations',
  'main.ts': 'assembly',
  'assembly.ts': 'assembly',
};
