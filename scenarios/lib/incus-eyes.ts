import { readFileSync } from 'node:fs';
import { Agent, request } from 'undici';
import type { Daemon } from './daemon.ts';

/** Looks at a server as an administrator with the daemon's own certificate would; trusts whatever it shows. */
export type Eyes = {
  get<T>(url: string, path: string): Promise<T>;
  fingerprint(url: string): Promise<string>;
  /** Changes something behind the daemon's back. */
  change(method: 'PUT' | 'POST' | 'PATCH' | 'DELETE', url: string, path: string, body: unknown): Promise<void>;
  close(): Promise<void>;
};

export function makeEyes(daemon: Daemon, pair?: { certificate: string; key: string }): Eyes {
  const identity = pair ?? {
    certificate: readFileSync(`${daemon.directory}/client.crt`, 'utf8'),
    key: readFileSync(`${daemon.directory}/client.key`, 'utf8'),
  };
  const agent = new Agent({
    // A test looks at certificates that change; a kept connection would show an old one.
    pipelining: 0,
    connect: { cert: identity.certificate, key: identity.key, rejectUnauthorized: false, maxCachedSessions: 0 },
  });
  return {
    async get<T>(url: string, path: string): Promise<T> {
      const reply = await request(`${url}${path}`, { dispatcher: agent, headersTimeout: 20_000 });
      const body = (await reply.body.json()) as { type: string; error: string; metadata: T };
      if (body.type === 'error') throw new Error(`GET ${url}${path}: ${reply.statusCode} ${body.error}`);
      return body.metadata;
    },
    async fingerprint(url) {
      const { environment } = await this.get<{ environment?: { certificate_fingerprint: string } }>(url, '/1.0');
      return environment?.certificate_fingerprint ?? '';
    },
    async change(method, url, path, body) {
      const reply = await request(`${url}${path}`, {
        dispatcher: agent,
        method,
        body: JSON.stringify(body),
        headersTimeout: 20_000,
      });
      const answer = (await reply.body.json()) as { type: string; error: string };
      if (answer.type === 'error') throw new Error(`${method} ${url}${path}: ${reply.statusCode} ${answer.error}`);
    },
    close: () => agent.close(),
  };
}
