import { type Call, isInteractive } from '../../call.ts';
import { defineCommand, showNothing } from '../../command.ts';
import { loadClientCertificate } from '../../configuration/client-certificate.ts';
import { loadRemotes, saveRemotes } from '../../configuration/remotes.ts';
import { openRemote } from '../../connection.ts';
import { explainConnection } from '../../failures/connection.ts';
import { CliFailure, UsageFailure } from '../../failures/failure.ts';
import { flag, required, text } from '../../options.ts';
import { askLine } from '../../prompt.ts';
import { isVouchedFor, seeCertificate } from '../../transport/server-certificate.ts';

export const remoteAdd = defineCommand({
  path: ['remote', 'add'],
  about: 'Name a daemon elsewhere, so that it can be asked',
  detail:
    'Its certificate is shown and has to be accepted once. Afterwards no other one is: compare the fingerprint with the one that the daemon writes into its log when it starts.',
  examples: [
    'operations-center remote add fleet https://oc.example.net:7443',
    'operations-center remote add fleet https://oc.example.net:7443 --accept-certificate',
  ],
  args: { name: required('How it is called from now on'), url: required('https://HOST:PORT') },
  options: {
    'auth-type': text('How it knows us', { initial: 'tls', choices: ['tls', 'oidc'], placeholder: 'type' }),
    'accept-certificate': flag('Accept its certificate without a question'),
  },
  run: async (call) => {
    const { args, options, places } = call;
    const { remotes, default_remote } = await loadRemotes(places.configuration);
    checkName(args.name, remotes);
    const address = readAddress(args.url);
    if (options['auth-type'] === 'oidc') {
      throw new CliFailure({
        what: 'signing in with OIDC is not built yet',
        fix: 'Use --auth-type tls.',
        code: 'not_built',
      });
    }
    const certificate = await acceptCertificate(address, call);
    const remote = { addr: address, auth_type: 'tls' as const, server_cert: certificate };
    await requireTrust(remote, call);
    saveRemotes(places.configuration, { default_remote, remotes: { ...remotes, [args.name]: remote } });
  },
  show: showNothing,
});

type AddCall = Call<{ name: string; url: string }, { 'accept-certificate': boolean }>;

function checkName(name: string, remotes: Readonly<Record<string, unknown>>): void {
  if (name === '' || name === 'local') throw new UsageFailure(`"${name}" cannot name a remote`, 'Choose another name.');
  if (name in remotes) {
    throw new CliFailure({
      what: `there is a remote "${name}" already`,
      fix: `Choose another name, or remove it first: operations-center remote remove ${name}.`,
      code: 'remote_exists',
    });
  }
}

function readAddress(url: string): string {
  const parsed = URL.parse(url);
  const fix = 'Write it like https://oc.example.net:7443.';
  if (parsed?.protocol !== 'https:') throw new UsageFailure(`"${url}" is no address`, fix);
  const { username, password, pathname, search, hash, host } = parsed;
  // What was dropped in silence would be missed later, far from here.
  const more = [
    username || password ? 'a user' : '',
    pathname === '/' ? '' : 'a path',
    search && 'a query',
    hash && 'a fragment',
  ];
  const odd = more.filter((one) => one !== '');
  if (odd.length > 0) throw new UsageFailure(`the address holds ${odd.join(', ')}; only host and port are used`, fix);
  return `https://${host}`;
}

/** The certificate to pin; empty if the system's authorities vouch for it. */
async function acceptCertificate(address: string, call: AddCall): Promise<string> {
  const identity = await loadClientCertificate(call.places.configuration);
  const url = new URL(address);
  try {
    if (await isVouchedFor(url, identity)) return '';
    const { pem, fingerprint } = await seeCertificate(url, identity);
    call.terminal.stderr.write(`Certificate fingerprint of ${address}: ${fingerprint}\n`);
    if (call.options['accept-certificate']) return pem;
    if (!isInteractive(call.terminal)) {
      throw new CliFailure({
        what: `the certificate of ${address} is not trusted; nothing was added`,
        why: 'There is no terminal to ask on.',
        fix: 'Compare the fingerprint, then say --accept-certificate.',
        code: 'certificate_untrusted',
      });
    }
    const answer = await askLine(call.terminal, 'Is this its fingerprint? (yes/no) [default=no] ');
    if (/^y(?:es)?$/i.test((answer ?? '').trim())) return pem;
    throw new CliFailure({
      what: 'the certificate was not accepted; nothing was added',
      fix: 'Compare it with the fingerprint that the daemon writes into its log when it starts, then add the remote again.',
      code: 'certificate_untrusted',
    });
  } catch (error) {
    throw explainConnection(error, address);
  }
}

/** A daemon that does not know us yet is told on its own host; the command for it is part of the message. */
async function requireTrust(
  remote: { addr: string; auth_type: 'tls'; server_cert: string },
  call: AddCall,
): Promise<void> {
  const connection = await openRemote(`remote "${call.args.name}"`, remote, call.places);
  const reply = await connection
    .send({ method: 'GET', path: '/1.0', headers: {}, body: undefined, signal: undefined })
    .catch((error: unknown) => {
      throw explainConnection(error, remote.addr);
    });
  if (/"auth"\s*:\s*"tls"/.test(reply.text)) return;
  const { fingerprintOfPem } = await import('@operations-center/tls');
  const { certificate } = await loadClientCertificate(call.places.configuration);
  throw new CliFailure({
    what: `${remote.addr} does not know this client yet; the remote was not added`,
    why: 'It trusts client certificates by their fingerprint.',
    fix: `On the daemon's host: operations-center system trust add ${fingerprintOfPem(certificate)}\nThen add the remote again.`,
    code: 'client_untrusted',
  });
}
