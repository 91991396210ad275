import { stringify } from 'yaml';

/** A value as a YAML file that is read back as the same, here and by readers of the older YAML. */
export const writeDocument = (value: unknown): string =>
  stringify(value, { compat: 'yaml-1.1', lineWidth: 0, aliasDuplicateObjects: false, version: '1.2' });
