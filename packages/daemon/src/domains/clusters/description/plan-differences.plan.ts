import type { PlanDifference } from '@operations-center/contract';
import type { PlanFact } from './plan-facts.plan.ts';

/** What is different, the plainest first; never empty for two plans that are not the same. */
export function differencesOf(before: readonly PlanFact[], now: readonly PlanFact[]): PlanDifference[] {
  const plain = pairsOf(before, now, isPlain);
  const told = new Set(plain.map(({ step }) => step));
  const hidden = pairsOf(before, now, (fact) => !isPlain(fact)).filter(({ step }) => !told.has(step));
  return [...plain, ...hidden].map(({ what, kind, was, is }) => ({
    what,
    before: was?.shown ?? null,
    now: shownNow(was, is),
    told: `${what}: ${tell[kind](was?.shown, is?.shown)}`,
  }));
}

/** The others are told only where nothing plainer of the same step says it. */
const isPlain = ({ kind }: PlanFact): boolean => kind === 'value' || kind === 'change';

type Pair = Pick<PlanFact, 'step' | 'what' | 'kind'> & { was: PlanFact | undefined; is: PlanFact | undefined };

function pairsOf(before: readonly PlanFact[], now: readonly PlanFact[], wanted: (fact: PlanFact) => boolean): Pair[] {
  const index = (facts: readonly PlanFact[]) =>
    new Map(facts.filter(wanted).map((fact) => [`${fact.step} ${fact.what}`, fact]));
  const [old, fresh] = [index(before), index(now)];
  return [...new Set([...old.keys(), ...fresh.keys()])].flatMap((key) => {
    const [was, is] = [old.get(key), fresh.get(key)];
    const fact = was ?? is;
    if (fact === undefined || was?.digest === is?.digest) return [];
    return [{ step: fact.step, what: fact.what, kind: fact.kind, was, is }];
  });
}

const shownNow = (was: PlanFact | undefined, is: PlanFact | undefined): string | null => {
  if (is === undefined) return null;
  return was?.shown === is.shown ? `${is.shown}, with another value` : is.shown;
};

/** What was planned and what would be done now. One of the two is there; alike on both sides: a secret is another. */
type Tell = (was: string | undefined, is: string | undefined) => string;

const tell: Readonly<Record<PlanFact['kind'], Tell>> = {
  value: (was, is) =>
    was === is
      ? `${was}, but no longer with the same value`
      : `when it was planned: ${was ?? 'nothing'}; now: ${is ?? 'nothing'}`,
  change: (was, is) => {
    if (was === undefined) return `the plan leaves it as it is; now it would be changed (${is})`;
    if (is === undefined) return `the plan changes it (${was}); now it is as wanted already`;
    return `the plan changes it (${was}); now it would be changed ${was === is ? 'to another value' : `differently (${is})`}`;
  },
  already: (was) =>
    was === undefined
      ? 'the plan changes it; now it is as wanted already'
      : 'the plan leaves it as it is; now it is no longer as wanted',
  call: (was, is) => {
    if (was === undefined) return 'the plan does not send it; now it would be sent';
    return is === undefined
      ? 'the plan sends it; now it would not be sent'
      : 'the plan sends it; now with another content';
  },
};
