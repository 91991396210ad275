import { configFrom, type Route } from './call.ts';
import { Refusal, success } from './envelope.ts';
import { isObject, map, string, struct } from './go-json.ts';
import type { OsCall } from './incus-os.ts';

const PROVIDER = struct('SystemProviderConfig', { name: string, 'config?': map(string) });

/** A provider's config map: strings only, as decoded. */
export function providerConfig(value: unknown): Record<string, string> {
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, String(item)])) : {};
}

/** What is wrong with a provider before anything is asked over the network. */
export function providerProblem(name: string, config: Record<string, string>): string | undefined {
  if (!['images', 'operations-center', 'debug'].includes(name)) return `unknown provider "${name}"`;
  if (name !== 'operations-center') return undefined;
  if (!config['server_url']) return 'no operations center URL provided';
  if (!config['server_token']) return 'no operations center token provided';
  const pin = config['server_certificate'];
  return pin === undefined || pin.includes('-----BEGIN CERTIFICATE-----') ? undefined : 'invalid remote certificate';
}

async function replace(call: OsCall) {
  const { state, provider } = call.os;
  const wanted = configFrom(call, PROVIDER, 400);
  const name = String(wanted['name']);
  if (name === '') throw new Refusal(400, 'a provider name must be specified');
  const before = state.provider;
  if (name !== before.name && before.name === 'operations-center') throw new Refusal(500, 'deregistration unsupported');
  const config = providerConfig(wanted['config']);
  const problem = providerProblem(name, config);
  if (problem !== undefined) throw new Refusal(500, problem);
  state.provider = { name, config, registered: name === before.name && before.registered };
  try {
    await provider.configure();
  } catch (error) {
    state.provider = { ...before, registered: state.provider.registered };
    throw new Refusal(500, error instanceof Error ? error.message : String(error));
  }
  return success();
}

export const PROVIDER_ROUTES: readonly Route[] = [
  {
    path: '/1.0/system/provider',
    GET: (call) => {
      const { name, config, registered } = call.os.state.provider;
      return success({
        config: { name, ...(Object.keys(config).length === 0 ? {} : { config }) },
        state: { registered },
      });
    },
    PUT: replace,
  },
];
