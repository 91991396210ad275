import { describe, expect, it } from 'vitest';
import { makeTestWorld } from './testing.ts';

describe('who may ask', () => {
  const stranger = { clientFingerprint: 'f'.repeat(64) };

  it.each([
    ['GET', '/', 200],
    ['GET', '/1.0', 200],
    ['GET', '/1.0/metadata/configuration', 200],
    ['GET', '/1.0/instances', 403],
    ['GET', '/1.0/operations', 403],
    ['PUT', '/1.0', 403],
    ['GET', '/1.0/nothing', 404],
  ])('a stranger: %s %s → %i', async (method, path, status) => {
    const { ask } = await makeTestWorld(1);
    expect((await ask(1, method, path, undefined, stranger)).status).toBe(status);
  });

  it('tells a stranger nothing but what the login page needs', async () => {
    const { ask } = await makeTestWorld(1);
    await ask(1, 'PATCH', '/1.0', { config: { 'user.ui.title': 'hello', 'user.other': 'secret' } });
    const { metadata } = await ask(1, 'GET', '/1.0', undefined, stranger);
    expect(metadata).toEqual({
      config: { 'user.ui.title': 'hello' },
      api_extensions: null,
      api_status: 'stable',
      api_version: '1.0',
      auth: 'untrusted',
      public: false,
      auth_methods: ['tls'],
    });
  });

  it('keeps the last client certificate', async () => {
    const { ask, administrator } = await makeTestWorld(1);
    const answer = await ask(1, 'DELETE', `/1.0/certificates/${administrator.fingerprint}`);
    expect([answer.status, answer.error]).toEqual([
      400,
      'Cannot remove last client certificate while running on IncusOS',
    ]);
  });

  it('holds a restricted certificate to its projects', async () => {
    const { ask, members } = await makeTestWorld(2);
    await ask(1, 'POST', '/1.0/projects', { name: 'web' });
    const certificate = members[1]?.own().certificate;
    await ask(1, 'POST', '/1.0/certificates', {
      type: 'client',
      name: 'bob',
      restricted: true,
      projects: ['web'],
      certificate,
    });
    const bob = { clientFingerprint: members[1]?.own().fingerprint };
    expect((await ask(1, 'POST', '/1.0/profiles?project=web', { name: 'mine' }, bob)).status).toBe(201);
    const answers = [
      await ask(1, 'POST', '/1.0/profiles', { name: 'other' }, bob),
      await ask(1, 'PATCH', '/1.0', { config: {} }, bob),
    ];
    expect(answers.map((one) => [one.status, one.error])).toEqual(
      answers.map(() => [403, 'Certificate is restricted']),
    );
  });

  it('takes a certificate once: 409 for the second time, 404 for a project that is not there', async () => {
    const { ask, members } = await makeTestWorld(2);
    const certificate = members[1]?.own().certificate.replaceAll(/-----[^-]*-----|\n/g, '');
    const wish = { type: 'client', name: 'bob', certificate };
    expect((await ask(1, 'POST', '/1.0/certificates', { ...wish, restricted: true, projects: ['nope'] })).error).toBe(
      'Project not found',
    );
    expect((await ask(1, 'POST', '/1.0/certificates', wish)).reply.headers.location).toBe(
      `/1.0/certificates/${members[1]?.own().fingerprint}`,
    );
    expect((await ask(1, 'POST', '/1.0/certificates', wish)).error).toBe('Certificate already in trust store');
  });

  it('lets a stranger in with an add token, once', async () => {
    const { ask, members } = await makeTestWorld(2);
    const { metadata } = (await ask(1, 'POST', '/1.0/certificates', { type: 'client', name: 'bob', token: true }))
      .metadata;
    const token = Buffer.from(JSON.stringify({ client_name: 'bob', secret: metadata.secret })).toString('base64');
    const bob = {
      clientFingerprint: members[1]?.own().fingerprint,
      clientCertificatePem: members[1]?.own().certificate,
    };
    expect((await ask(1, 'POST', '/1.0/certificates', { type: 'client', trust_token: token }, bob)).status).toBe(201);
    expect((await ask(1, 'GET', '/1.0/profiles', undefined, bob)).status).toBe(200);
    const again = await ask(1, 'POST', '/1.0/certificates', { type: 'client', trust_token: token }, stranger);
    expect([again.status, again.error]).toEqual([403, 'No matching certificate add operation found']);
  });
});

describe('ETags', () => {
  it('refuse a change of what has moved on, and let one pass that saw the present', async () => {
    const { ask } = await makeTestWorld(1);
    const before = (await ask(1, 'GET', '/1.0')).reply.headers.etag;
    await ask(1, 'PATCH', '/1.0', { config: { 'user.a': '1' } });
    const late = await ask(1, 'PATCH', '/1.0', { config: { 'user.a': '2' } }, { headers: { 'if-match': before } });
    expect(late.status).toBe(412);
    expect(late.error).toMatch(/^ETag doesn't match: [0-9a-f]{64} vs [0-9a-f]{64}$/);
    const now = (await ask(1, 'GET', '/1.0')).reply.headers.etag;
    expect(
      (await ask(1, 'PATCH', '/1.0', { config: { 'user.a': '2' } }, { headers: { 'if-match': now } })).status,
    ).toBe(200);
  });
});
