import { makeCertificate } from '../../packages/tls/src/index.ts';

/** The two files of the user's page, as the command line sends them, with a real certificate in place of its dots. */
export async function pageConfigs(): Promise<{
  services_config: Record<string, unknown>;
  application_seed_config: Record<string, unknown>;
}> {
  const { certificate } = await makeCertificate({ commonName: 'me', usage: 'client' });
  return {
    services_config: {
      lvm: { enabled: true },
      nvme: { enabled: true, targets: [{ transport: 'tcp', address: '192.168.1.100', port: 8009 }] },
    },
    application_seed_config: {
      config: { 'user.ui.title': 'My wonderful cluster' },
      certificates: [
        {
          type: 'client',
          name: 'my-client-cert',
          description: 'Client certificate for accessing the cluster',
          certificate,
        },
      ],
    },
  };
}
