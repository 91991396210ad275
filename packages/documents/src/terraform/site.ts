import { makeNames } from './names.ts';
import { makeSecrets, type Secrets } from './settings.ts';

/** What all files of one configuration share. */
export type TerraformSite = {
  members: readonly string[];
  secrets: Secrets;
  /** A name of its own for a resource of this type. */
  nameOf(type: string, ...parts: readonly string[]): string;
};

export function makeSite(members: readonly string[], secretTexts: readonly string[]): TerraformSite {
  const byType = new Map<string, ReturnType<typeof makeNames>>();
  return {
    members,
    secrets: makeSecrets(secretTexts),
    nameOf(type, ...parts) {
      const names = byType.get(type) ?? makeNames();
      byType.set(type, names);
      return names(...parts);
    },
  };
}
