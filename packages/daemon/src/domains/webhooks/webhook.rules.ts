import { createHmac } from 'node:crypto';
import { Fault, type WebhookEvent } from '@operations-center/contract';
import { fingerprintOfPem } from '@operations-center/tls';
import type { Rest } from '@operations-center/workflow';

/** Tries of one delivery; the last is about an hour and a half after the first. */
export const attemptsAllowed = 10;
const firstPauseMs = 10_000;

/** Until the next try after `attempts` have failed; undefined: it is given up. */
export const pauseAfter = (attempts: number): number | undefined =>
  attempts >= attemptsAllowed ? undefined : firstPauseMs * 2 ** (attempts - 1);

export function eventOf({ status, failed }: Pick<Rest, 'status' | 'failed'>): WebhookEvent {
  if (status === 'undone') return failed ? 'failed' : 'cancelled';
  return status;
}

/** One rest of one operation is told once, however often the daemon starts anew. */
export const occasionOf = ({ operation, status, seq }: Rest): string => `${operation} ${status} ${seq}`;

/** HMAC-SHA-256 over `timestamp.body`: what was recorded cannot be sent again later as if it were new. */
export const signatureOf = (secret: string, timestamp: number, body: string): string =>
  `sha256=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;

export type WebhookWish = {
  name: string;
  url: string;
  secret: string;
  events: readonly WebhookEvent[];
  certificate: string;
};

/** Throws `webhook_invalid`, naming the field. */
export function checkWebhook({ name, url, secret, events, certificate }: WebhookWish): void {
  if (!/^[a-z0-9][a-z0-9._-]{0,62}$/i.test(name))
    refuse('name', 'expected 1 to 63 letters, digits, dots, dashes or underscores');
  checkUrl(url);
  if (secret !== '' && (secret.length < 16 || secret.length > 200)) refuse('secret', 'expected 16 to 200 characters');
  if (events.length === 0) refuse('events', 'expected at least one');
  if (certificate !== '') checkCertificate(certificate);
}

/** It is kept and told as it is, so a key that was pasted with it must not come in. */
function checkCertificate(text: string): void {
  if (text.includes('PRIVATE KEY')) refuse('certificate', 'expected the certificate alone, without its private key');
  if (text.length > 100_000 || !isCertificate(text)) refuse('certificate', 'expected a certificate as PEM text');
}

function isCertificate(pem: string): boolean {
  try {
    return fingerprintOfPem(pem) !== '';
  } catch {
    return false; // told by who asks
  }
}

function checkUrl(text: string): void {
  if (text.length > 2_000 || !URL.canParse(text)) refuse('url', 'expected a URL such as https://host.example/hook');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') refuse('url', 'expected http or https');
  if (url.username !== '' || url.password !== '') refuse('url', 'expected no user and no password in it');
}

function refuse(field: string, expected: string): never {
  throw new Fault('webhook_invalid', `Invalid webhook, ${field}: ${expected}`, { details: { field, expected } });
}
