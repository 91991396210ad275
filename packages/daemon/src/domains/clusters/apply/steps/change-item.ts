import { type Step, StepFailure, stepKey, type UndoContext } from '@operations-center/workflow';
import { isRefusedWith } from '../../../../fleet/fleet-failure.ts';
import { type OpenItem, openItem } from '../../plan/open-item.ts';
import type { ItemSite } from '../../steps/item.ts';
import { itemKinds } from '../../steps/item-kinds.ts';
import type { CreateClusterParts } from '../../steps/parts.ts';
import { comesWithItsProject } from '../../steps/plain-items.ts';
import { applying, returning } from '../../steps/policies.ts';
import { onServer, untilServerCan } from '../../steps/step-failure.ts';
import { type ApplyPlan, type ChangedItem, type FieldChange, throughOf } from '../apply.ts';
import { applyStep, byMember, openChanges } from '../describe-apply.plan.ts';
import { isAsWanted, toValues, withChanges } from '../item-values.plan.ts';
import { readPart, writePart } from './item-parts.ts';

type Did = 'created' | 'updated' | 'nothing';

export const stepOfChange = ({ key }: Pick<ChangedItem, 'key'>): string => stepKey({ name: applyStep, target: key });

/** Brings the fields of one item that the plan names to what is wanted: observe, compare, then make, change or nothing. */
export const changeItem = (
  parts: CreateClusterParts,
  planned: ChangedItem,
  first: readonly string[],
): Step<ApplyPlan> => ({
  name: applyStep,
  target: planned.key,
  about: `${planned.action === 'create' ? 'Make' : 'Change'} ${planned.kind} ${planned.name}`,
  after: [...first, ...planned.after.map((key) => stepOfChange({ key }))],
  policy: applying,
  async run({ plan, mayBeDone, earlier, signal }) {
    const site = siteOf(parts, plan, signal);
    const item = openItem(parts, planned);
    const changes = openChanges(planned, parts.sealer);
    // Forward again after it was taken back: what was somebody else's before is so still.
    const mayBeOurs = mayBeDone && earlier<{ did: Did }>()?.did !== 'nothing';
    const did = await onServer(() => bring(site, item, changes, mayBeOurs));
    return { output: { did }, already: did === 'nothing' };
  },
  undo: {
    policy: returning,
    async run(context) {
      const site = siteOf(parts, context.plan, context.signal);
      const item = openItem(parts, planned);
      const changes = openChanges(planned, parts.sealer);
      const did = context.output<{ did: Did }>(stepOfChange(planned))?.did;
      await untilServerCan(async () => {
        if (planned.action === 'create') await takeAway(site, item, did, context);
        else await putBack(site, item, changes, context);
      });
    },
  },
});

const siteOf = (parts: CreateClusterParts, plan: ApplyPlan, signal: AbortSignal): ItemSite => ({
  parts,
  cluster: throughOf(plan),
  members: plan.members.map(({ name }) => name),
  signal,
});

async function bring(
  site: ItemSite,
  item: OpenItem,
  changes: readonly FieldChange[],
  mayBeOurs: boolean,
): Promise<Did> {
  const { planned } = item;
  if (planned.action === 'change') return change(site, item, changes, 'checked');
  if (comesWithItsProject(planned)) {
    await change(site, item, changes, 'unchecked');
    return 'created';
  }
  const kind = itemKinds[planned.kind];
  const found = await kind.read(site, item);
  if (found !== null && !found.partial && !mayBeOurs) {
    if (isAsWanted(item, found.live)) return 'nothing';
    throw meanwhile(item, 'somebody made it meanwhile, and differently');
  }
  if (found === null || found.partial) await kind.create(site, item);
  return 'created';
}

/** Each member's own first, then what all have; nothing is sent for what is so already. */
async function change(
  site: ItemSite,
  item: OpenItem,
  changes: readonly FieldChange[],
  mode: 'checked' | 'unchecked',
): Promise<Did> {
  let did: Did = 'nothing';
  for (const [member, own] of byMember(changes)) {
    const live = await readPart(site, item, member);
    if (live === undefined) throw meanwhile(item, 'somebody deleted it meanwhile');
    const values = toValues(item.planned.kind, live.body);
    const todo = own.filter(({ field, after }) => (values[field] ?? null) !== after);
    const strange = todo.find(({ field, before }) => (values[field] ?? null) !== before);
    if (strange !== undefined && mode === 'checked') {
      throw meanwhile(item, `somebody changed ${strange.field} meanwhile`);
    }
    if (todo.length === 0) continue;
    await writePart(site, item, member, { ...live, body: withChanges(item.planned.kind, live.body, todo) });
    did = 'updated';
  }
  return did;
}

const meanwhile = ({ planned }: OpenItem, reason: string): StepFailure =>
  new StepFailure('permanent', 'item_conflict', `${planned.kind} ${planned.name}: ${reason}`, {
    hint: 'Plan it again: what is there now is compared anew.',
    details: { item: planned.key },
  });

/** Only fields that are as we left them get back what they had; what somebody else changed since is theirs. */
async function putBack(
  site: ItemSite,
  item: OpenItem,
  changes: readonly FieldChange[],
  { warn }: Pick<UndoContext<ApplyPlan>, 'warn'>,
): Promise<void> {
  for (const [member, own] of byMember(changes).reverse()) {
    const live = await readPart(site, item, member);
    if (live === undefined) continue;
    const values = toValues(item.planned.kind, live.body);
    const ours = own.filter(({ field, before, after }) => before !== after && (values[field] ?? null) === after);
    const theirs = own.filter(({ field, before, after }) => ![before, after].includes(values[field] ?? null));
    for (const { field } of theirs) {
      const message = `${item.planned.kind} ${item.planned.name}: ${field} was changed by somebody else meanwhile and is left`;
      warn({ code: 'field_left', message });
    }
    if (ours.length === 0) continue;
    const back = ours.map(({ field, before }) => ({ field, after: before }));
    await writePart(site, item, member, { ...live, body: withChanges(item.planned.kind, live.body, back) });
  }
}

/** What we made goes, unless somebody uses it by now. Without an output the step was interrupted: ours if it looks so. */
async function takeAway(
  site: ItemSite,
  item: OpenItem,
  did: Did | undefined,
  { warn }: Pick<UndoContext<ApplyPlan>, 'warn'>,
): Promise<void> {
  if (did === 'nothing') return;
  const kind = itemKinds[item.planned.kind];
  const found = await kind.read(site, item);
  if (found === null) return;
  const { kind: what, name } = item.planned;
  if (did === undefined && !found.partial && !comesWithItsProject(item.planned) && !isAsWanted(item, found.live)) {
    return warn({ code: 'item_left', message: `${what} ${name} was made by somebody else meanwhile and is left` });
  }
  try {
    await kind.remove(site, item);
  } catch (error) {
    if (!isRefusedWith(error, 400)) throw error;
    throw new StepFailure('attention', 'item_in_use', `${what} ${name} cannot be taken away: ${error.message}`, {
      hint: 'Something uses it by now. Free it and retry, or leave it as it is.',
      details: { item: item.planned.key },
      cause: error,
    });
  }
}
