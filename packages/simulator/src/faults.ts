import { SHOWN_FAULTS } from './shown-faults/table.ts';

const shown = Object.fromEntries(Object.entries(SHOWN_FAULTS).map(([name, { about }]) => [name, about])) as {
  // fromEntries forgets the names.
  [Name in keyof typeof SHOWN_FAULTS]: string;
};

/** The named faults: what a person can make a simulated server do wrong. The names are an interface (design §9). */
export const FAULTS = {
  'services-put-fails': 'PUT of a service (or only of the service named in ARG) answers 500',
  'bootstrap-fails': 'the operation that bootstraps a cluster on this server fails',
  'join-fails': 'the operation that joins this server to a cluster fails',
  'join-hangs': 'the operation that joins this server to a cluster never ends',
  'join-answers-but-dies': 'the join is accepted, then the server stops answering',
  slow: 'every answer takes MS longer (2000 if not given), with ARG = "MS PATH" those of paths with PATH in them',
  'refuses-connections': 'nothing listens on port 8443',
  'backup-torn': 'a backup of Incus was written to while it was read: its database is damaged',
  'backup-large': 'a backup of Incus is ARG bytes larger than it was (1100000 if not given)',
  'restore-cut': 'power fails while a restore is unpacked; what was unpacked stays, and no later restore is taken',
  'cut-off': 'its network is cut: connections are neither made nor refused, and nothing is answered',
  'answers-500': 'GET of the path ARG answers 500',
  'answers-garbage': 'GET of the path ARG answers half a JSON text',
  'answers-huge': 'GET of the path in ARG answers 200 MB, with ARG = "MB PATH" that many',
  'answers-endless': 'GET of the path ARG answers white space without end',
  'answers-endless-list': 'GET of the path ARG answers a list of objects without end',
  'answers-lacking': 'the objects that GET of a path answers lack a field, ARG = "FIELD PATH"',
  'clock-off': 'its clock is ARG seconds ahead (behind, with a minus) in the header Date',
  'wrong-certificate': 'new connections see a certificate that nobody knows',
  'events-cut': 'connections on /1.0/events break, and new ones break at once',
  'events-lost': 'every ARG-th event is lost on the way to who listens here (all of them if not given)',
  'preseed-item-fails':
    'creating a pool, network, volume, profile, project or certificate (or only the one named in ARG) fails',
  'item-delete-fails': 'deleting anything in Incus (or only what is named ARG) fails',
  ...shown,
} as const;

export type FaultName = keyof typeof FAULTS;
/** `server` is a server's name, or `*` for all of them. */
export type Fault = { name: FaultName; server: string; arg?: string };

/** What the simulated server asks before it does something: is this to go wrong here? */
export type FaultPort = { active(fault: string, server: string, argument?: string): { arg?: string } | undefined };

export type Faults = FaultPort & {
  set(fault: Fault): void;
  /** Answers whether there was such a fault. */
  clear(name: string, server: string): boolean;
  list(): Fault[];
  /** Called after each change, so that listeners can be opened and closed. */
  onChange(run: () => void): void;
};

export const isFaultName = (name: string): name is FaultName => Object.hasOwn(FAULTS, name);

/** Reads NAME@SERVER[:ARG]. Throws a TypeError that says what is wrong and which names exist. */
export function parseFault(text: string): Fault {
  const read = /^(?<name>[^@]+)@(?<server>[^:]+)(?::(?<arg>.*))?$/s.exec(text)?.groups;
  if (read === undefined)
    throw new TypeError(`'${text}' is no fault: write NAME@SERVER or NAME@SERVER:ARG, for example join-fails@server3`);
  const { name = '', server = '', arg } = read;
  if (!isFaultName(name))
    throw new TypeError(`there is no fault '${name}'; there are ${Object.keys(FAULTS).join(', ')}`);
  return { name, server, ...(arg === undefined ? {} : { arg }) };
}

export function makeFaults(initial: readonly Fault[] = []): Faults {
  const faults = new Map<string, Fault>();
  const listeners: (() => void)[] = [];
  const changed = () => listeners.forEach((run) => run());
  const put = (fault: Fault) => void faults.set(`${fault.name}@${fault.server}`, fault);
  initial.forEach(put);
  return {
    active(name, server, argument) {
      const fault = faults.get(`${name}@${server}`) ?? faults.get(`${name}@*`);
      if (fault === undefined) return carriesInName(server, name) ? {} : undefined;
      if (argument !== undefined && fault.arg !== undefined && fault.arg !== argument) return undefined;
      return fault.arg === undefined ? {} : { arg: fault.arg };
    },
    set(fault) {
      put(fault);
      changed();
    },
    clear(name, server) {
      const was = faults.delete(`${name}@${server}`);
      if (was) changed();
      return was;
    },
    list: () => [...faults.values()],
    onChange: (run) => void listeners.push(run),
  };
}

/** A server whose name carries a fault's name as whole words has it: `join-fails-1`, but not `slowness-1` for `slow`. */
function carriesInName(server: string, fault: string): boolean {
  return `-${server.replace(/\d+$/, (digits) => `-${digits}`)}-`.includes(`-${fault}-`);
}
