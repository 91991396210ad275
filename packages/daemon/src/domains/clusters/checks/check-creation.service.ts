import type { ClusterPost, Preflight } from '@operations-center/contract';
import type { Clock } from '../../../platform/clock.ts';
import type { ServerMembership } from '../../servers/membership.ts';
import { type ReadRequestParts, readRequest } from '../creation/read-request.service.ts';
import { catalogue } from './catalogue.rules.ts';
import { checkIgnore } from './ignore.rules.ts';
import { type PreflightParts, runPreflight } from './preflight.service.ts';

export type CreationCheckParts = Omit<PreflightParts, 'nowMs'> &
  ReadRequestParts & {
    clock: Clock;
    servers: ServerMembership;
  };

export type CreationCheck = { check(given: ClusterPost & { ignore: string[] }): Promise<Preflight> };

/** The doctor by itself: every check of a creation, nothing stored, nothing changed. */
export const makeCreationCheck = (parts: CreationCheckParts): CreationCheck => ({
  async check({ ignore, ...given }) {
    const started = performance.now();
    checkIgnore(ignore);
    const request = await readRequest(parts, given);
    const servers = await parts.servers.findAll(request.server_names);
    const ask = { request, servers, ignore };
    const { findings } = await runPreflight({ ...parts, nowMs: () => parts.clock.nowMs() }, ask);
    const count = (verdict: string) => findings.filter((one) => one.verdict === verdict).length;
    const blocking = findings.filter(({ verdict }) => verdict === 'blocking');
    return {
      cluster: request.name,
      checks: catalogue.map(({ name, group, title }) => ({ name, group, title })),
      findings: [...findings],
      summary: {
        ok: count('ok'),
        warning: count('warning'),
        blocking: blocking.length,
        skipped: count('skipped'),
        ignored: blocking.filter(({ ignored }) => ignored).length,
        servers: request.server_names.length,
        ms: Math.round(performance.now() - started),
      },
      blocked: blocking.some(({ ignored }) => !ignored),
    };
  },
});
