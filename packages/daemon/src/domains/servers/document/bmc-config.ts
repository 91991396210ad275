import { type BmcConfig, Fault } from '@operations-center/contract';
import { redacted, type Sealer } from '../../../platform/keys/sealing.ts';

/** As it is stored: JSON in OC's order, the password sealed. */
export const bmcText = (config: BmcConfig): string =>
  JSON.stringify({
    api_type: config.api_type,
    endpoint: config.endpoint,
    certificate: config.certificate,
    auto_pin_certificate: config.auto_pin_certificate,
    username: config.username,
    password: config.password,
  });

export const zeroBmc = bmcText({
  api_type: '',
  endpoint: '',
  certificate: '',
  auto_pin_certificate: false,
  username: '',
  password: '',
});

/** What a PUT asks for, on top of what is stored: a redacted password means "unchanged". */
export function replaceBmc(stored: string, wish: BmcConfig, sealer: Sealer): string {
  if (wish.api_type !== '')
    throw new Fault('bmc_not_built', `Failed to get BMC server client for type "${wish.api_type.slice(0, 80)}"`);
  if (wish.password !== redacted) return sealer.sealPaths(bmcText(wish), [['password']]);
  // Written by this file.
  const { password } = JSON.parse(stored) as BmcConfig;
  return bmcText({ ...wish, password });
}
