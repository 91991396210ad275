import { seededBytes, uuidOf } from './random.ts';

/** What is burnt into a simulated machine: it survives a factory reset, unlike the machine id. */
export type Identity = {
  name: string;
  system_uuid: string;
  serial: string;
  /** The MAC of network card `index`. */
  mac(index: number): string;
};

export function makeIdentity(seed: string, name: string): Identity {
  const bytes = seededBytes(seed, `machine ${name}`);
  return {
    name,
    system_uuid: uuidOf(bytes),
    serial: `SIM${bytes.toString('hex', 16, 20).toUpperCase()}`,
    mac: (index) => {
      const tail = seededBytes(seed, `mac ${name} ${index}`);
      return `10:66:6a:${[0, 1, 2].map((i) => tail.toString('hex', i, i + 1)).join(':')}`;
    },
  };
}

/** /etc/machine-id: another one after each installation (`generation` counts factory resets). */
export const makeMachineId = (seed: string, name: string, generation: number): string =>
  seededBytes(seed, `machine-id ${name} ${generation}`).toString('hex', 0, 16);

/** A recovery key as IncusOS makes them: eight groups of eight letters. */
export function makeRecoveryKey(seed: string, name: string, generation: number): string {
  const one = seededBytes(seed, `recovery ${name} ${generation} a`);
  const two = seededBytes(seed, `recovery ${name} ${generation} b`);
  const letters = [...one, ...two].map((byte) => 'cbdefghijklnrtuv'[byte & 15]).join('');
  return (letters.match(/.{8}/g) ?? []).join('-');
}
