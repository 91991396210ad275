import { Fault, prefixFault } from '@operations-center/contract';
import {
  type Ask,
  checkIfMatch,
  created,
  empty,
  type Handler,
  handle,
  ok,
  okList,
  okTagged,
} from '../../platform/http/answer.ts';
import { templateJson, templateLocation, templateUrl } from './template.ts';
import type { TemplateService } from './templates.service.ts';

export const templateHandlers = (service: TemplateService): Handler[] => [
  handle('cluster_templates_list', async ({ query }) => {
    const templates = await service.list();
    return query.recursion ? okList(templates.map(templateJson)) : ok(templates.map(({ name }) => templateUrl(name)));
  }),
  handle('cluster_templates_create', async (ask) => {
    const { name, ...wish } = ask.body;
    await service.create(name, wish, callerText(ask)).catch(asCreation);
    return created(templateLocation(name));
  }),
  handle('cluster_template_show', async ({ params }) => okTagged(templateJson(await service.load(params.name)))),
  handle('cluster_template_update', async (ask) => {
    const check = (current: Parameters<typeof templateJson>[0]) => checkIfMatch(ask, templateJson(current));
    await service.update(ask.params.name, ask.body, callerText(ask), check);
    return created(templateLocation(ask.params.name));
  }),
  handle('cluster_template_rename', async (ask) => {
    await service.rename(ask.params.name, ask.body.name, (current) => checkIfMatch(ask, templateJson(current)));
    return created(templateLocation(ask.body.name));
  }),
  handle('cluster_template_revisions', async ({ params }) =>
    ok((await service.history(params.name)).map((one) => ({ ...one, at: new Date(one.at).toISOString() }))),
  ),
  handle('cluster_template_revision', async ({ params }) => {
    const { wish, at, ...revision } = await service.revision(params.name, readRevision(params.revision));
    return ok({ ...revision, at: new Date(at).toISOString(), ...wish });
  }),
  handle('cluster_template_roll_back', async (ask) => {
    await service.rollBack(ask.params.name, ask.body.revision, callerText(ask));
    return created(templateLocation(ask.params.name));
  }),
  handle('cluster_template_delete', async ({ params }) => service.remove(params.name).then(() => empty)),
];

/** OC says first what failed. */
function asCreation(error: unknown): never {
  throw error instanceof Fault ? prefixFault('Failed creating cluster config template', error) : error;
}

const callerText = ({ caller }: Pick<Ask<'cluster_templates_create'>, 'caller'>): string =>
  caller.user === '' ? caller.protocol : `${caller.protocol}:${caller.user}`;

/** A word that is no number names no revision. */
const readRevision = (word: string): number => (/^\d{1,9}$/.test(word) ? Number(word) : 0);
