import { existsSync } from 'node:fs';
import type { Api } from '../../api.ts';
import { terminalWidth } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { CliFailure, UsageFailure } from '../../failures/failure.ts';
import { required } from '../../options.ts';
import { listFormat, showList } from '../../output/list.ts';
import { readTextFile } from '../../read-file.ts';

const ownAdditions = 'Who has a trusted certificate may do everything, from everywhere.';

export const trustList = defineCommand({
  path: ['system', 'trust', 'list'],
  about: 'List the client certificates with full rights',
  examples: ['operations-center system trust list'],
  args: {},
  options: { format: listFormat },
  whenEmpty: {
    none: 'No client certificate is trusted',
    from: "Only this host's socket has rights. Add one: operations-center system trust add FILE.",
  },
  run: async ({ api }) => (await loadFingerprints(api)).map((fingerprint) => ({ fingerprint })),
  show: (rows, { options, terminal }) =>
    showList(
      rows,
      [{ header: 'Fingerprint', value: (row) => row.fingerprint }],
      options.format,
      terminalWidth(terminal),
    ),
});

export const trustAdd = defineCommand({
  path: ['system', 'trust', 'add'],
  about: 'Give a client certificate full rights',
  detail: ownAdditions,
  examples: ['operations-center system trust add client.crt', 'operations-center system trust add da4d232f1012…'],
  args: { certificate: required('A PEM file, or a SHA-256 fingerprint', { names: 'files' }) },
  options: {},
  run: async ({ api, args }) => {
    const fingerprint = await readFingerprint(args.certificate);
    await changeFingerprints(api, (known) => (known.includes(fingerprint) ? known : [...known, fingerprint]));
  },
  show: showNothing,
});

export const trustRemove = defineCommand({
  path: ['system', 'trust', 'remove'],
  about: 'Take full rights away from a client certificate',
  examples: ['operations-center system trust remove da4d232f1012…'],
  args: { certificate: required('A PEM file, or a SHA-256 fingerprint; its begin is enough') },
  options: {},
  run: async ({ api, args }) => {
    const wanted = await readFingerprint(args.certificate, 12);
    await changeFingerprints(api, (known) => {
      const found = known.filter((one) => one.startsWith(wanted));
      if (found.length === 1) return known.filter((one) => one !== found[0]);
      throw new CliFailure({
        what: found.length === 0 ? `no trusted certificate begins with ${wanted}` : `${wanted} is not unique`,
        fix: 'List them: operations-center system trust list.',
        code: 'fingerprint_not_found',
      });
    });
  },
  show: showNothing,
});

async function loadFingerprints(api: Api): Promise<string[]> {
  const { trusted_tls_client_cert_fingerprints: known } = await api.ask('system_security_show');
  return known.map(plain);
}

/** Sends everything else back as it was read. */
async function changeFingerprints(api: Api, change: (known: string[]) => string[]): Promise<void> {
  const security = await api.ask('system_security_show');
  const known = security.trusted_tls_client_cert_fingerprints.map(plain);
  const wanted = change(known);
  if (wanted === known) return;
  await api.ask('system_security_update', { body: { ...security, trusted_tls_client_cert_fingerprints: wanted } });
}

const plain = (fingerprint: string): string => fingerprint.replaceAll(':', '').toLowerCase();

async function readFingerprint(given: string, atLeast = 64): Promise<string> {
  const fingerprint = plain(given);
  if (/^[0-9a-f]+$/.test(fingerprint) && fingerprint.length >= atLeast && fingerprint.length <= 64) return fingerprint;
  if (!existsSync(given)) {
    throw new UsageFailure(
      `"${given}" is neither a file nor a SHA-256 fingerprint`,
      'A fingerprint has 64 hexadecimal digits.',
    );
  }
  const { fingerprintOfPem } = await import('@operations-center/tls');
  const pem = readTextFile(given);
  try {
    return fingerprintOfPem(pem);
  } catch (error) {
    throw new CliFailure(
      {
        what: `${given} holds no PEM certificate`,
        fix: 'Name the client certificate (client.crt, "-----BEGIN CERTIFICATE-----"), not its key.',
        code: 'certificate_invalid',
      },
      error,
    );
  }
}
