import { X509Certificate } from 'node:crypto';
import { fingerprintOfPem } from '@operations-center/tls';
import type { Call } from './call.ts';
import { bodyOf } from './call.ts';
import type { CertificateRow } from './database.ts';
import { emitLifecycle } from './events.ts';
import { failItem } from './faults.ts';
import type { Answer } from './reply.ts';
import { checkMatch, created, done, IncusError, ok, tagged } from './reply.ts';
import { createAddToken, redeemToken } from './tokens.ts';

export function listCertificates(call: Call): Answer {
  const rows = [...call.data.certificates].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
  return ok(call.recursion > 0 ? rows.map(shown) : rows.map((row) => `/1.0/certificates/${row.fingerprint}`));
}

export function showCertificate(call: Call): Answer {
  const row = findCertificate(call);
  return tagged(shown(row), writable(row));
}

export function createCertificate(call: Call): Answer {
  const body = bodyOf(call, 'CertificatesPost');
  const wantsToken = body.flag('token');
  // Seen: a member-to-be whose certificate is already trusted has its token checked all the same.
  const asServer = call.data.certificates.some(
    (row) => row.type === 'server' && row.fingerprint === call.request.clientFingerprint,
  );
  if (!call.trusted || (asServer && body.has('trust_token'))) redeemToken(call, body.text('trust_token'));
  else if (body.text('certificate') === '' && !wantsToken) throw new IncusError(400, 'Client is already trusted');
  const type = body.text('type');
  if (type !== 'client' && type !== 'server' && type !== 'metrics')
    throw new IncusError(400, 'Invalid certificate type');
  if (!call.trusted && type === 'metrics') throw new IncusError(403, 'not authorized');
  if (wantsToken) return createAddToken(call, body);
  const certificate = pemOf(call, body.text('certificate'));
  checkProjects(call, body.list('projects'));
  failItem(call, body.text('name'));
  const row = addCertificate(call.data.certificates, {
    name: body.text('name') || commonName(certificate),
    type,
    restricted: body.flag('restricted'),
    projects: body.list('projects'),
    certificate,
    description: body.text('description'),
  });
  emitLifecycle(call, 'certificate-created', `/1.0/certificates/${row.fingerprint}`);
  return created(`/1.0/certificates/${row.fingerprint}`);
}

/** Adds to a trust store. Throws 409 if the certificate is there already. */
export function addCertificate(store: CertificateRow[], entry: Omit<CertificateRow, 'fingerprint'>): CertificateRow {
  const fingerprint = fingerprintOfPem(entry.certificate);
  if (store.some((row) => row.fingerprint === fingerprint))
    throw new IncusError(409, 'Certificate already in trust store');
  const row = { fingerprint, ...entry };
  store.push(row);
  return row;
}

export const replaceCertificate = (call: Call): Answer => changeCertificate(call, false);
export const mergeCertificate = (call: Call): Answer => changeCertificate(call, true);

function changeCertificate(call: Call, merge: boolean): Answer {
  const row = findCertificate(call);
  checkMatch(call.request.headers['if-match'], writable(row));
  const body = bodyOf(call, 'CertificatePut');
  const keep = <T>(key: string, before: T, after: T): T => (merge && !body.has(key) ? before : after);
  const type = keep('type', row.type, body.text('type') as CertificateRow['type']); // checked on the next line
  if (!['client', 'server', 'metrics'].includes(type)) throw new IncusError(400, 'Invalid certificate type');
  checkProjects(call, body.list('projects'));
  const given = body.text('certificate');
  // Seen: a change wants PEM, whatever a creation takes.
  if (given !== '' && given !== row.certificate) Object.assign(row, renewed(given));
  row.name = keep('name', row.name, body.text('name'));
  row.type = type;
  row.restricted = keep('restricted', row.restricted, body.flag('restricted'));
  row.projects = keep('projects', row.projects, body.list('projects'));
  row.description = keep('description', row.description, body.text('description'));
  emitLifecycle(call, 'certificate-updated', `/1.0/certificates/${row.fingerprint}`);
  return done();
}

function renewed(given: string): Pick<CertificateRow, 'certificate' | 'fingerprint'> {
  if (!given.includes('-----BEGIN CERTIFICATE-----')) throw new IncusError(400, 'Invalid PEM encoded certificate');
  const certificate = parsed(given, given);
  return { certificate, fingerprint: fingerprintOfPem(certificate) };
}

export function deleteCertificate(call: Call): Answer {
  const row = findCertificate(call);
  const clients = call.data.certificates.filter((other) => other.type === 'client');
  if (row.type === 'client' && clients.length === 1 && call.machine.options.onIncusOs !== false) {
    throw new IncusError(400, 'Cannot remove last client certificate while running on IncusOS');
  }
  call.data.certificates.splice(call.data.certificates.indexOf(row), 1);
  emitLifecycle(call, 'certificate-deleted', `/1.0/certificates/${row.fingerprint}`);
  return done();
}

function findCertificate(call: Call): CertificateRow {
  const start = call.param('fingerprint').toLowerCase();
  const rows = call.data.certificates.filter((row) => row.fingerprint.startsWith(start));
  if (rows.length > 1) throw new IncusError(400, 'More than one certificate matches');
  const [row] = rows;
  if (row === undefined) throw new IncusError(404, 'Certificate not found');
  return row;
}

function checkProjects(call: Call, projects: string[]): void {
  const missing = projects.find((name) => !call.data.projects.some((row) => row.name === name));
  if (missing !== undefined) throw new IncusError(404, 'Project not found');
}

function pemOf(call: Call, given: string): string {
  if (given === '') {
    const own = call.request.clientCertificatePem;
    if (own === undefined) throw new IncusError(400, 'No client certificate provided');
    return own;
  }
  if (given.includes('-----BEGIN')) return parsed(given, given);
  const compact = given.replaceAll(/\s/g, '');
  const bad = compact.search(/[^A-Za-z0-9+/=]/);
  if (bad >= 0 || compact.length % 4 !== 0) {
    throw new IncusError(
      400,
      `illegal base64 data at input byte ${bad >= 0 ? bad : compact.length - (compact.length % 4)}`,
    );
  }
  return parsed(Buffer.from(compact, 'base64'), given);
}

function parsed(source: string | Buffer, given: string): string {
  try {
    const certificate = new X509Certificate(source);
    if (certificate.validToDate.getTime() < Date.now())
      throw new IncusError(400, 'The provided certificate is expired');
    return certificate.toString();
  } catch (error) {
    if (error instanceof IncusError) throw error;
    throw new IncusError(
      400,
      `Invalid certificate material: ${given.includes('-----BEGIN') ? 'failed to parse PEM' : 'x509: malformed certificate'}`,
    );
  }
}

const commonName = (pem: string): string => /CN=([^\n]*)/.exec(new X509Certificate(pem).subject)?.[1] ?? '';

const writable = (row: CertificateRow): unknown => ({
  name: row.name,
  type: row.type,
  restricted: row.restricted,
  projects: row.projects,
  description: row.description,
});

const shown = (row: CertificateRow): unknown => ({
  name: row.name,
  type: row.type,
  restricted: row.restricted,
  projects: row.projects,
  certificate: row.certificate,
  description: row.description,
  fingerprint: row.fingerprint,
});
