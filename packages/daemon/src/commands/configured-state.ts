import { type DaemonConfiguration, loadDaemonConfiguration } from '../platform/daemon-configuration.ts';
import { findStateDirectory, type StateDirectory } from '../platform/state-directory.ts';

/** The state directory of this environment and its daemon.yml; key and configuration may stand elsewhere than in it. */
export function findConfiguredState(): { state: StateDirectory; configuration: DaemonConfiguration } {
  const found = findStateDirectory(process.env, process.getuid?.() === 0);
  const configuration = loadDaemonConfiguration(process.env, found);
  const sealingKey = configuration.sealing_key?.file ?? found.sealingKey;
  return { state: { ...found, sealingKey, configuration: configuration.path }, configuration };
}
