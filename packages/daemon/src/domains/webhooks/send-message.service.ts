import { postJson } from '../../platform/http/post-json.ts';
import type { Sealer } from '../../platform/keys/sealing.ts';
import { signatureOf } from './webhook.rules.ts';
import type { Answer, Message, StoredWebhook } from './webhook.ts';

const deadlineMs = 10_000;

/** One try to tell a webhook something: never throws, and says what came of it. */
export type SendMessage = (webhook: StoredWebhook, message: Message, signal: AbortSignal) => Promise<Answer>;

export const makeSendMessage =
  (sealer: Sealer, nowMs: () => number): SendMessage =>
  async (webhook, message, signal) => {
    try {
      const body = JSON.stringify(message);
      const timestamp = Math.floor(nowMs() / 1000);
      const headers = {
        'user-agent': 'operations-center',
        'x-operations-center-event': message.event,
        'x-operations-center-delivery': message.delivery,
        'x-operations-center-timestamp': String(timestamp),
        'x-operations-center-signature': signatureOf(sealer.open(webhook.secret), timestamp, body),
      };
      const { url, certificate } = webhook;
      const status = await postJson({ url, headers, body, certificate, deadlineMs, signal });
      return { delivered: status >= 200 && status < 300, text: answerText(status) };
    } catch (error) {
      return { delivered: false, text: error instanceof Error ? error.message.slice(0, 300) : 'it could not be sent' };
    }
  };

const answerText = (status: number): string =>
  status >= 300 && status < 400 ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
