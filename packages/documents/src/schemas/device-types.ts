import { entityKinds } from './config-keys.ts';

// The table has network cards and GPUs by what they hang on, and character and block devices as one.
const isUnixNode = (type: string): boolean => /^unix-(?:char|block)$/.test(type);

export const deviceEntities = (type: string): string[] =>
  entityKinds('device_')
    .filter((kind) => kind === type || kind.startsWith(`${type}_`) || (kind === 'unix-char-block' && isUnixNode(type)))
    .map((kind) => `device_${kind}`);

export const deviceTypes = (): string[] => {
  const kinds = entityKinds('device_').map((kind) => kind.split('_')[0] ?? kind);
  return [
    ...new Set([...kinds.filter((kind) => kind !== 'unix-char-block'), 'unix-block', 'unix-char', 'none']),
  ].sort();
};
