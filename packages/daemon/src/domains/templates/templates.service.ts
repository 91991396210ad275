import { randomUUID } from 'node:crypto';
import { Fault } from '@operations-center/contract';
import {
  type BuiltInName,
  type ParsedDocument,
  renderTemplate,
  type TemplateWarning,
  textsIn,
} from '@operations-center/documents';
import type { Clock } from '../../platform/clock.ts';
import { isSealed, redacted, type Sealer } from '../../platform/keys/sealing.ts';
import type { MainDatabase, Tx } from '../../schema.ts';
import type { EventLog } from '../events/event-log.ts';
import {
  changesOf,
  checkTemplate,
  checkTemplateName,
  fieldsThatDiffer,
  type Revision,
  renderingFailed,
  revisionNotFound,
  secretNames,
  templateNotFound,
  toTemplate,
} from './template.rules.ts';
import { type StoredTemplate, type TemplateWish, templateUrl } from './template.ts';
import type { StoredUse, TemplateUse } from './template-use.ts';
import {
  deleteTemplate,
  findRevision,
  findTemplate,
  findUse,
  insertTemplate,
  insertUse,
  type KeptRevision,
  listRevisions,
  listTemplates,
  renameTemplate,
  updateTemplate,
} from './templates.store.ts';

/** Sees what is there, in the same transaction, and may refuse. */
type Check = (current: StoredTemplate) => void;

export type RenderedTemplate = {
  services: ParsedDocument;
  application: ParsedDocument;
  warnings: readonly TemplateWarning[];
  builtIns: readonly BuiltInName[];
  use: TemplateUse;
};

export type TemplateService = {
  list(): Promise<StoredTemplate[]>;
  load(name: string): Promise<StoredTemplate>;
  create(name: string, wish: TemplateWish, changed_by: string): Promise<void>;
  update(name: string, wish: TemplateWish, changed_by: string, check: Check): Promise<void>;
  rename(from: string, to: string, check: Check): Promise<void>;
  remove(name: string): Promise<void>;
  /** What it was, newest first. */
  history(name: string): Promise<Revision[]>;
  revision(name: string, revision: number): Promise<KeptRevision>;
  /** Makes what it was at a revision its next one. */
  rollBack(name: string, revision: number, changed_by: string): Promise<void>;
  /** Remembers with what a cluster is made, in the write that takes its name. */
  remember(tx: Tx, cluster: string, use: TemplateUse): Promise<void>;
  /** With what a cluster, by its id, was made; secret values redacted. */
  useOf(cluster: string): Promise<StoredUse | undefined>;
  /** The texts of secret values with which a cluster, by its id, was made: shown nowhere. */
  secretTextsOf(cluster: string): Promise<readonly string[]>;
  /** What a template comes to with these values. */
  render(name: string, values: Readonly<Record<string, unknown>>): Promise<RenderedTemplate>;
};

export type TemplateParts = { database: MainDatabase; clock: Clock; events: EventLog; sealer: Sealer };

export function makeTemplateService({ database, clock, events, sealer }: TemplateParts): TemplateService {
  const tell = (tx: Tx, action: string, name: string): Promise<void> =>
    events.changed(tx, { action, source: templateUrl(name), name });
  const load = async (name: string): Promise<StoredTemplate> =>
    (await findTemplate(database.read, name)) ?? raise(templateNotFound(name));
  const requireFree = async (tx: Tx, name: string): Promise<void> => {
    if ((await findTemplate(tx, name)) !== undefined) throw templateExists(name);
  };
  return {
    list: () => listTemplates(database.read),
    load,
    async create(name, wish, changed_by) {
      checkTemplateName(name);
      checkTemplate(wish);
      await database.write('create cluster template', async (tx) => {
        await requireFree(tx, name);
        await insertTemplate(tx, { id: randomUUID(), name, wish }, { changed_by, at: clock.nowMs() });
        await tell(tx, 'cluster-template-created', name);
      });
    },
    async update(name, wish, changed_by, check) {
      await database.write('update cluster template', async (tx) => {
        const current = (await findTemplate(tx, name)) ?? raise(templateNotFound(name));
        check(current);
        checkTemplate(wish);
        // What somebody sends again is no change, and no revision.
        if (fieldsThatDiffer(current, wish).length === 0) return;
        await updateTemplate(tx, current, wish, { changed_by, at: clock.nowMs() });
        await tell(tx, 'cluster-template-updated', name);
      });
    },
    async rename(from, to, check) {
      await database.write('rename cluster template', async (tx) => {
        const current = (await findTemplate(tx, from)) ?? raise(templateNotFound(from));
        check(current);
        if (to === '') throw emptyNewName();
        checkTemplateName(to);
        if (to !== from) await requireFree(tx, to);
        await renameTemplate(tx, current.id, to, clock.nowMs());
        await events.changed(tx, {
          action: 'cluster-template-renamed',
          source: templateUrl(to),
          name: to,
          context: { old_name: from },
        });
      });
    },
    async remove(name) {
      await database.write('delete cluster template', async (tx) => {
        if (!(await deleteTemplate(tx, name))) throw templateNotFound(name, 'Failed to delete cluster template: ');
        await tell(tx, 'cluster-template-deleted', name);
      });
    },
    async history(name) {
      const { id } = await load(name);
      return changesOf(await listRevisions(database.read, id));
    },
    async revision(name, revision) {
      const { id } = await load(name);
      return (await findRevision(database.read, id, revision)) ?? raise(revisionNotFound(name, revision));
    },
    async rollBack(name, revision, changed_by) {
      await database.write('roll back cluster template', async (tx) => {
        const current = (await findTemplate(tx, name)) ?? raise(templateNotFound(name));
        const { wish } = (await findRevision(tx, current.id, revision)) ?? raise(revisionNotFound(name, revision));
        await updateTemplate(tx, current, wish, { changed_by, at: clock.nowMs() });
        await tell(tx, 'cluster-template-updated', name);
      });
    },
    async remember(tx, cluster, { template, name, revision, values, secret }) {
      const seal = (value: unknown) => sealer.seal(JSON.stringify(value));
      const kept = Object.entries(values).map(([key, value]) => [key, secret.includes(key) ? seal(value) : value]);
      await insertUse(tx, cluster, { template, name, revision, values: Object.fromEntries(kept) });
    },
    async useOf(cluster) {
      const use = await findUse(database.read, cluster);
      if (use === undefined) return undefined;
      const shown = Object.entries(use.values).map(([key, value]) => [key, isSealed(value) ? redacted : value]);
      return { ...use, values: Object.fromEntries(shown) };
    },
    async secretTextsOf(cluster) {
      const use = await findUse(database.read, cluster);
      const sealed = Object.values(use?.values ?? {}).filter(isSealed);
      // A value that only looks sealed is somebody's own, and no secret.
      const secrets = sealed.flatMap((value) => sealer.tryOpen(value) ?? []);
      return secrets.flatMap((secret) => textsIn(JSON.parse(secret)));
    },
    async render(name, values) {
      const template = await load(name);
      const rendered = renderTemplate(toTemplate(template), values, JSON.stringify(name));
      if (!rendered.ok) throw renderingFailed(template, rendered);
      const { services, application, warnings, builtIns, secrets: secret_texts } = rendered;
      const secret = secretNames(template, values);
      const use = { template: template.id, name, revision: template.revision, values, secret, secret_texts };
      return { services, application, warnings, builtIns, use };
    },
  };
}

const templateExists = (name: string): Fault =>
  new Fault('cluster_template_exists', 'Constraint violation', { details: { template: name } });

const emptyNewName = (): Fault =>
  new Fault('cluster_template_invalid', 'New cluster template name cannot by empty', { details: { field: 'name' } });

function raise(fault: Fault): never {
  throw fault;
}
