import type { Check } from '../check.ts';
import type { Ping, Read, ServerFacts } from '../facts.ts';
import { bad, doubtful, eachServer, findModel, mapRead, toldBy } from '../judge.rules.ts';

const doubtfulMs = 2_000;
const tooFarMs = 5_000;
const usTooFarMs = 30_000;
/** Incus sends whole seconds, rounded down. */
const resolutionMs = 1_000;

/** By how much a clock differs from ours: somewhere in between, because the header has whole seconds and a way to go. */
type Offset = { leastMs: number; mostMs: number };

const ours: Offset = { leastMs: 0, mostMs: 0 };
const setTheirClock = 'operations-center provisioning server os system network edit {server}: set time.ntp_servers';

/** Do all clocks agree? */
export const clockChecks: readonly Check[] = [
  {
    name: 'clock-skew',
    group: 'clocks',
    title: 'The clocks of the members agree',
    about:
      'The cluster’s certificate begins at its first member’s now; a member that is behind cannot take it yet. Heartbeats warn from 5 s on.',
    reads: ['header Date of GET /'],
    ignorable: true,
    remedy: setTheirClock,
    run: ({ servers }) => {
      const told = toldBy(servers, offsetOf).flatMap(({ name, value }) =>
        value === undefined ? [] : [{ name, value }],
      );
      const model = findModel(told, agree, (offset) => Math.abs(surelyApart(offset, ours)));
      return eachServer(servers, offsetOf, (offset, { name }) => {
        if (model === undefined || offset === undefined) return 'it sends no time';
        const apart = surelyApart(offset, model.value);
        const ms = Math.abs(apart);
        if (ms < doubtfulMs) return `within ${doubtfulMs / 1000} s`;
        const words = {
          seen: `${name} is at least ${(ms / 1000).toFixed(1)} s ${apart > 0 ? 'ahead of' : 'behind'} ${model.name}`,
          cause: `joins tolerate ${tooFarMs / 1000} s`,
        };
        return ms < tooFarMs ? doubtful(words) : bad(words);
      });
    },
  },
  {
    name: 'clock-against-ours',
    group: 'clocks',
    title: 'Our own clock agrees with theirs',
    about: 'Tokens, certificates and schedules are judged by our clock.',
    reads: ['header Date of GET /', 'our clock'],
    ignorable: true,
    remedy: 'set the clock of this machine: timedatectl set-ntp true',
    run: ({ servers }) => {
      const blamed = blame(servers);
      return eachServer(servers, offsetOf, (offset) => {
        if (offset === undefined) return 'it sends no time';
        const apart = surelyApart(offset, ours);
        if (Math.abs(apart) < usTooFarMs) return `within ${usTooFarMs / 1000} s`;
        const seen = `at least ${Math.round(Math.abs(apart) / 1000)} s ${apart > 0 ? 'ahead of' : 'behind'} us`;
        return doubtful({ seen, ...blamed });
      });
    },
  },
];

/** Whose clock is wrong is a vote, and ours is one of the voices; what most agree on is right. */
function blame(servers: readonly ServerFacts[]): { cause: string; remedy?: string } {
  const offsets = servers.map(offsetOf).flatMap((read) => (read.ok && read.value !== undefined ? [read.value] : []));
  const agree = offsets.filter((offset) => Math.abs(surelyApart(offset, ours)) < usTooFarMs).length;
  if (agree + 1 > offsets.length - agree) {
    return { cause: `its clock is wrong: ${agree} of ${offsets.length} servers agree with us`, remedy: setTheirClock };
  }
  return { cause: 'one of the two clocks is wrong' };
}

const offsetOf = ({ live }: ServerFacts): Read<Offset | undefined> => mapRead(live.ping, toOffset);

/** It looked at its clock somewhere between our question and its answer. */
const toOffset = ({ date, asked_at, answered_at }: Ping): Offset | undefined =>
  date === undefined ? undefined : { leastMs: date - answered_at, mostMs: date + resolutionMs - asked_at };

const agree = (one: Offset, other: Offset): boolean => Math.abs(surelyApart(one, other)) < doubtfulMs;

/** How far apart two clocks are for certain; 0 if they may agree, positive if the first is ahead. */
function surelyApart(one: Offset, other: Offset): number {
  if (one.leastMs > other.mostMs) return one.leastMs - other.mostMs;
  return one.mostMs < other.leastMs ? one.mostMs - other.leastMs : 0;
}
