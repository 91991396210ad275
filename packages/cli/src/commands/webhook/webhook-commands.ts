import type { Webhook, WebhookDelivery, WebhookEvent } from '@operations-center/contract';
import { terminalWidth } from '../../call.ts';
import { type Command, defineCommand, showNothing } from '../../command.ts';
import { CliFailure } from '../../failures/failure.ts';
import { list, required, text } from '../../options.ts';
import { type Column, listFormat, showList } from '../../output/list.ts';
import { showTime } from '../../output/time.ts';
import { readTextFile } from '../../read-file.ts';
import { requireExtension } from '../../require-extension.ts';

const file = { names: 'files', placeholder: 'file' } as const;
const events: readonly WebhookEvent[] = ['needs_attention', 'paused', 'failed', 'cancelled', 'finished', 'left'];
const name = required('Its name');
const needs = (api: Parameters<typeof requireExtension>[0]) => requireExtension(api, 'webhooks', 'webhooks');

const webhookColumns: readonly Column<Webhook>[] = [
  { header: 'Name', value: (webhook) => webhook.name },
  { header: 'URL', value: (webhook) => webhook.url, free: true },
  { header: 'Events', value: (webhook) => webhook.events.join(', ') },
  { header: 'Waiting', value: (webhook) => String(webhook.waiting) },
  { header: 'Created', value: (webhook) => showTime(webhook.created_at) },
];

const webhookList = defineCommand({
  path: ['system', 'webhook', 'list'],
  about: 'List the webhooks and how much each is still to be told',
  examples: ['operations-center system webhook list'],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'There is no webhook',
    from: 'Add one: operations-center system webhook add NAME URL.',
  },
  run: async ({ api }) => {
    await needs(api);
    return (await api.ask('webhooks_list', { query: { recursion: '1' } })) as Webhook[]; // with recursion: objects
  },
  show: (webhooks, { options, terminal }) =>
    showList(webhooks, webhookColumns, options.format, terminalWidth(terminal)),
});

const webhookAdd = defineCommand({
  path: ['system', 'webhook', 'add'],
  about: 'Add a webhook: a URL that is told when an operation needs attention or fails',
  detail: 'Without --secret-file a secret is made and printed, this once. What is sent is signed with it.',
  examples: [
    'operations-center system webhook add night https://pager.example/hook',
    'operations-center system webhook add chat https://chat.example/in --event failed,finished --secret-file secret.txt',
  ],
  args: { name, url: required('Where to: http or https') },
  options: {
    event: list('What to tell; without it: needs_attention, paused, failed', {
      placeholder: 'events',
      choices: events,
    }),
    'secret-file': text('File with the secret that signs', file),
    certificate: text('Certificate of an authority to trust beside the public ones', file),
  },
  run: async ({ api, args, options }) => {
    await needs(api);
    const read = (path: string) => (path === '' ? '' : readTextFile(path));
    const body = {
      name: args.name,
      url: args.url,
      secret: read(options['secret-file']).trim(),
      certificate: read(options.certificate),
      // What is no event is refused by the daemon, which names those that are.
      ...(options.event.length === 0 ? {} : { events: [...options.event] as WebhookEvent[] }),
    };
    return api.ask('webhooks_create', { body });
  },
  show: ({ secret }) => (secret === '' ? '' : `${secret}\n`),
});

const webhookRemove = defineCommand({
  path: ['system', 'webhook', 'remove'],
  about: 'Remove a webhook; what it was still to be told is dropped',
  examples: ['operations-center system webhook remove night'],
  args: { name },
  options: {},
  run: async ({ api, args }) => {
    await needs(api);
    await api.ask('webhook_delete', { params: { name: args.name } });
  },
  show: showNothing,
});

const webhookTest = defineCommand({
  path: ['system', 'webhook', 'test'],
  about: 'Send a webhook one message now, and say what came of it',
  examples: ['operations-center system webhook test night'],
  args: { name },
  options: {},
  run: async ({ api, args }) => {
    await needs(api);
    const tested = await api.ask('webhook_test', { params: { name: args.name } });
    if (tested.delivered) return tested;
    throw new CliFailure({
      what: `webhook "${args.name}" did not take the message: ${tested.answer}`,
      fix: `Look at the receiver, and at the URL: operations-center system webhook list.`,
      code: 'webhook_not_delivered',
    });
  },
  show: ({ answer, duration_ms }) => `delivered: ${answer} in ${duration_ms} ms\n`,
});

const deliveryColumns: readonly Column<WebhookDelivery>[] = [
  { header: 'At', value: (delivery) => showTime(delivery.at), sorted: false },
  { header: 'Event', value: (delivery) => delivery.event.replaceAll('_', ' '), sorted: false },
  { header: 'Operation', value: (delivery) => delivery.operation.split('/').at(-1) ?? '', sorted: false },
  { header: 'State', value: (delivery) => delivery.state.replaceAll('_', ' '), sorted: false },
  { header: 'Tries', value: (delivery) => String(delivery.attempts), sorted: false },
  {
    header: 'Next Try',
    value: (delivery) => (delivery.next_at === null ? '' : showTime(delivery.next_at)),
    sorted: false,
  },
  { header: 'Last Answer', value: (delivery) => delivery.last_answer, sorted: false, free: true },
];

const webhookDeliveries = defineCommand({
  path: ['system', 'webhook', 'deliveries'],
  about: 'List what a webhook was told lately, newest first',
  examples: ['operations-center system webhook deliveries night'],
  args: { name },
  options: { format: listFormat },
  whenEmpty: { none: 'It was told nothing lately', from: 'Try it: operations-center system webhook test NAME.' },
  run: async ({ api, args }) => {
    await needs(api);
    return api.ask('webhook_deliveries', { params: { name: args.name } });
  },
  show: (deliveries, { options, terminal }) =>
    showList(deliveries, deliveryColumns, options.format, terminalWidth(terminal)),
});

export const webhookCommands: readonly Command[] = [
  webhookList,
  webhookAdd,
  webhookRemove,
  webhookTest,
  webhookDeliveries,
];
