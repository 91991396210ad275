import { created, empty, type Handler, handle, ok } from '../../platform/http/answer.ts';
import { webhookUrl } from './webhook.ts';
import type { WebhookService } from './webhooks.service.ts';

export const webhookHandlers = (service: WebhookService): Handler[] => [
  handle('webhooks_list', async ({ query }) => {
    const webhooks = await service.list();
    return ok(query.recursion ? webhooks : webhooks.map(({ name }) => webhookUrl(name)));
  }),
  handle('webhooks_create', async ({ body }) => {
    const secret = await service.create(body);
    return created(webhookUrl(body.name), { secret });
  }),
  handle('webhook_show', async ({ params }) => ok(await service.load(params.name))),
  handle('webhook_delete', async ({ params }) => service.remove(params.name).then(() => empty)),
  handle('webhook_deliveries', async ({ params }) => ok(await service.deliveries(params.name))),
  handle('webhook_test', async ({ params, signal }) => {
    const { delivered, text, duration_ms } = await service.test(params.name, signal);
    return ok({ delivered, answer: text, duration_ms });
  }),
];
