import * as z from 'zod';

/** A map of config keys to strings. Incus writes null where it has none (seen on cluster groups). */
export const ConfigMap = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});
export type ConfigMap = Record<string, string>;

/** A list that Go writes as null when it is empty. */
export const listOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);

/** A list of URLs, as every list answers without recursion. */
export const UrlList = listOf(z.string());

/** The object's own name: the last path segment of its URL, percent-decoded, without the query. */
export const nameFromUrl = (url: string): string => decodeURIComponent(url.split('?')[0]?.split('/').at(-1) ?? '');
