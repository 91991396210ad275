import { type DaemonConfiguration, loadDaemonConfiguration } from '../platform/daemon-configuration.ts';
import { type FoundKey, takeGivenKeys } from '../platform/keys/sealing-key.ts';
import { findStateDirectory, type StateDirectory } from '../platform/state-directory.ts';

export type ConfiguredState = {
  state: StateDirectory;
  configuration: DaemonConfiguration;
  /** Sealing keys from elsewhere than their file. */
  givenKeys: readonly FoundKey[];
};

/** The state directory of this environment and its daemon.yml; key and configuration may stand elsewhere than in it. */
export function findConfiguredState(): ConfiguredState {
  const found = findStateDirectory(process.env, process.getuid?.() === 0);
  const configuration = loadDaemonConfiguration(process.env, found);
  const sealingKey = configuration.sealing_key?.file ?? found.sealingKey;
  const state = { ...found, sealingKey, configuration: configuration.path };
  return { state, configuration, givenKeys: takeGivenKeys(process.env) };
}
