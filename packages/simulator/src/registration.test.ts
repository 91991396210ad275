import { once } from 'node:events';
import { createServer } from 'node:tls';
import { certificateFromPem, fingerprintOfPem, makeCertificate } from '@operations-center/tls';
import { afterEach, expect, test } from 'vitest';
import { manualClock } from './clock.ts';
import { askProvider } from './provider-client.ts';
import { notifySelf, register } from './registration.ts';
import { pretendOs } from './testing.ts';

const cleanup: (() => void)[] = [];
afterEach(() => cleanup.splice(0).forEach((run) => run()));

type Arrived = {
  head: string;
  body: string;
  servername: string | false;
  alpn: string | false;
  clientFingerprint: string;
  clientUsage: string[];
};

/** A TLS server that writes down the raw bytes of what arrives; each connection gets the next answer (null: it is cut after the body). */
async function recorder(answers: (string | null)[]) {
  const own = await makeCertificate({ commonName: 'oc', dnsNames: ['oc.example'] });
  const arrived: Arrived[] = [];
  const server = createServer({
    key: own.key,
    cert: own.certificate,
    requestCert: true,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  server.on('secureConnection', (socket) => {
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      text += chunk.toString();
      const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (!text.includes('\r\n\r\n') || body.length < length) return;
      const client = socket.getPeerX509Certificate();
      arrived.push({
        head,
        body,
        servername: socket.servername ?? false,
        alpn: socket.alpnProtocol ?? false,
        clientFingerprint: client?.fingerprint256.replaceAll(':', '').toLowerCase() ?? '',
        clientUsage: client?.keyUsage ?? [],
      });
      const answer = answers.shift() ?? null;
      if (answer === null) return socket.destroy();
      socket.end(`HTTP/1.1 201 Created\r\nContent-Length: ${Buffer.byteLength(answer)}\r\n\r\n${answer}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup.push(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { arrived, url: `https://127.0.0.1:${port}`, pin: own.certificate };
}

const accepted = (metadata: unknown) => JSON.stringify({ type: 'sync', status_code: 200, metadata });

async function registering(answers: (string | null)[]) {
  const world = await recorder(answers);
  const client = await makeCertificate({
    commonName: 'root@server1',
    dnsNames: ['server1'],
    curve: 'P-384',
    usage: 'server',
  });
  const os = pretendOs();
  os.state.provider = {
    name: 'operations-center',
    config: {
      server_url: world.url,
      server_token: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
      server_certificate: world.pin,
    },
    registered: false,
  };
  const trusted: { name: string; certificate: string }[] = [];
  const clock = { ...manualClock(), pause: () => Promise.resolve() };
  const parts = {
    os,
    clock,
    certificate: () => client,
    trust: (entry: { name: string; certificate: string }) => void trusted.push(entry),
    signal: new AbortController().signal,
  };
  return { ...world, client, os, trusted, parts };
}

test('it registers with the headers, the body and the certificate of IncusOS', async () => {
  const back = (await makeCertificate({ commonName: 'oc client' })).certificate;
  const { parts, arrived, os, client, trusted, url } = await registering([accepted({ certificate: back })]);
  await register(parts);
  const [request] = arrived;
  const lines = request?.head.split('\r\n') ?? [];
  expect(lines[0]).toBe('POST /1.0/provisioning/servers?token=1b4e28ba-2fa1-41d2-883f-0016d3cca427 HTTP/1.1');
  expect(lines.slice(1).map((line) => line.split(':')[0])).toEqual([
    'Host',
    'User-Agent',
    'Content-Length',
    'Accept-Encoding',
  ]);
  expect(lines[2]).toBe('User-Agent: Go-http-client/1.1');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    name: 'server1',
    connection_url: 'https://127.77.0.11:8443',
    system_uuid: os.identity.system_uuid,
    machine_id: os.state.machine_id,
    public_connection_url: '',
    channel: '',
    description: '',
    properties: null,
    bmc_config: {
      api_type: '',
      endpoint: '',
      certificate: '',
      auto_pin_certificate: false,
      username: '',
      password: '',
    },
  });
  expect(request).toMatchObject({
    servername: 'oc.example',
    alpn: false,
    clientFingerprint: client.fingerprint,
    clientUsage: ['1.3.6.1.5.5.7.3.1'],
  });
  expect(trusted).toEqual([{ name: url, certificate: back }]);
  expect(os.state.provider.registered).toBe(true);
  expect(certificateFromPem(client.certificate).subject).toContain('root@server1');
});

test('a body that was sent once is never sent again', async () => {
  const { parts, arrived, os } = await registering([null, accepted({ certificate: '' })]);
  await expect(register(parts)).rejects.toThrow(/with Body length 0/);
  expect(arrived).toHaveLength(1);
  expect(os.state.provider.registered).toBe(false);
});

test.each([
  [
    'an error',
    JSON.stringify({ type: 'error', error: 'token exhausted', error_code: 400 }),
    'error from operations center: token exhausted',
  ],
  [
    'an asynchronous answer',
    JSON.stringify({ type: 'async', status_code: 100 }),
    'bad response from operations center',
  ],
  ['HTML', '<html>', 'invalid character'],
])('%s is a failed registration', async (_what, answer, message) => {
  const { parts, os, trusted } = await registering([answer]);
  await expect(register(parts)).rejects.toThrow(message);
  expect(os.state.provider.registered).toBe(false);
  expect(trusted).toEqual([]);
});

test('a refused trust entry leaves it unregistered', async () => {
  const { parts, os } = await registering([accepted({ certificate: 'PEM' })]);
  const refusing = { ...parts, trust: () => Promise.reject(new Error('Certificate already in trust store')) };
  await expect(register(refusing)).rejects.toThrow('already in trust store');
  expect(os.state.provider.registered).toBe(false);
});

test('a server that is not the pinned one gets nothing', async () => {
  const { parts, os, arrived } = await registering([accepted({ certificate: '' })]);
  os.state.provider.config['server_certificate'] = (
    await makeCertificate({ commonName: 'other', dnsNames: ['other'] })
  ).certificate;
  await expect(register(parts)).rejects.toThrow(/self-signed certificate/);
  expect(arrived).toEqual([]);
});

test('only a registered server tells Operations Center what happened', async () => {
  const { parts, os, arrived } = await registering([accepted({})]);
  expect(await notifySelf(parts, 'system-is-ready')).toBe(false);
  expect(arrived).toEqual([]);
  os.state.provider.registered = true;
  expect(await notifySelf(parts, 'system-is-ready')).toBe(true);
  expect(arrived[0]?.head.split('\r\n')[0]).toBe('PUT /1.0/provisioning/servers/:self HTTP/1.1');
  expect(JSON.parse(arrived[0]?.body ?? '')).toEqual({
    connection_url: 'https://127.77.0.11:8443',
    cause: 'system-is-ready',
  });
});

test('before its application is installed it asks without a certificate', async () => {
  const { arrived, url, pin } = await recorder([accepted([])]);
  const target = { url, pin, client: undefined, forgetPin: () => {} };
  expect(
    await askProvider(
      target,
      { method: 'GET', path: '/1.0/provisioning/updates?recursion=1' },
      manualClock(),
      new AbortController().signal,
    ),
  ).toEqual([]);
  expect(arrived[0]?.clientFingerprint).toBe('');
  expect(fingerprintOfPem(pin)).toHaveLength(64);
});
