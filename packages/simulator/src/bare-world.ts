import { fingerprintOfPem } from '@operations-center/tls';
import type {
  IncusMember,
  IncusReply,
  IncusWorld,
  IncusWorldOptions,
  MemberOptions,
  ServerCertificate,
} from './incus/member.ts';

/** An Incus that knows its trust store and nothing else: enough to register and to be polled. Goes when incus/world.ts is there. */
export function makeIncusWorld(_options: IncusWorldOptions): IncusWorld {
  return { makeMember };
}

function makeMember({ name, certificate }: MemberOptions): IncusMember {
  let own: ServerCertificate = certificate;
  let running = true;
  const trusted = new Map<string, string>();
  const reply = (status: number, body: object): IncusReply => ({
    status,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify({ operation: '', error_code: 0, error: '', ...body })}\n`,
  });
  const sync = (metadata: unknown) => reply(200, { type: 'sync', status: 'Success', status_code: 200, metadata });
  const refuse = (code: number, error: string) =>
    reply(code, { type: 'error', status: '', status_code: 0, error_code: code, error, metadata: null });
  return {
    serverName: name,
    handle: (request) => {
      if (request.path === '/') return Promise.resolve(sync(['/1.0']));
      const known = request.clientFingerprint !== undefined && trusted.has(request.clientFingerprint);
      if (request.path === '/1.0') {
        return Promise.resolve(
          sync({ api_version: '1.0', api_status: 'stable', auth: known ? 'trusted' : 'untrusted', config: {} }),
        );
      }
      return Promise.resolve(known ? refuse(404, 'not found') : refuse(403, 'not authorized'));
    },
    openEvents: () => refuse(404, 'not found'),
    tls: () => own,
    own: () => own,
    isTrusted: (fingerprint) => fingerprint !== undefined && trusted.has(fingerprint),
    trust: (entry) => void trusted.set(fingerprintOfPem(entry.certificate), entry.name),
    isClustered: () => false,
    backup: () => Promise.reject(new Error('no backup here')),
    restore: () => Promise.reject(new Error('no restore here')),
    factoryReset: (fresh) => {
      own = fresh;
      trusted.clear();
    },
    setRunning: (up) => void (running = up),
    isRunning: () => running,
  };
}
