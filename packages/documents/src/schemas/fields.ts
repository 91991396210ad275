import * as z from 'zod';

/** What a schema says to our reader beside what zod knows; left out of JSON Schema. */
export type Hints = {
  /** What is expected here, in words: `a port from 1 to 65535`. */
  expected?: string;
  /** A private key, a password: never shown, and a private key may stand here. */
  secret?: true;
  /** A map of configuration keys: whose, as in the table of keys. */
  keys_of?: string;
  /** Which keys there are depends on this field, or of a device on its type: `storage_` and the driver. */
  keys_by?: string;
  /** Must be there; what is said when it is not is for its own rule. */
  needed?: true;
  /** The one value that can be given, if it is given. */
  only?: boolean;
  /** Text, number, true or false, of which Incus makes text. */
  scalar?: true;
};
export const HINT_NAMES = [
  'expected',
  'secret',
  'keys_of',
  'keys_by',
  'needed',
  'only',
  'scalar',
] as const satisfies readonly (keyof Hints)[];

export const hintsOf = (schema: z.ZodType): Hints => (schema.meta() ?? {}) as Hints; // made by `about` below

/** Gives a field its title, description and example; the example stands in help and in JSON Schema. */
export function about<S extends z.ZodType>(
  schema: S,
  title: string,
  description: string,
  example?: unknown,
  hints: Hints = {},
): S {
  return schema.meta({ title, description, ...(example === undefined ? {} : { examples: [example] }), ...hints });
}

// Lenient on purpose: they catch what is certainly wrong, the rest is for the servers to say.
const IPV4 = '\\d{1,3}(?:\\.\\d{1,3}){3}';
const IPV6 = '[0-9a-fA-F]*:[0-9a-fA-F:.]+';
const IP = new RegExp(`^(?:${IPV4}|${IPV6})$`);
const CIDR = new RegExp(`^(?:${IPV4}/(?:3[0-2]|[12]?\\d)|${IPV6}/(?:12[0-8]|1[01]\\d|\\d{1,2}))$`);
const HOST_PORT = /^(?:\[[0-9a-fA-F:.]+\]|[^:\s[\]]*):\d{1,5}$/;
export const CERTIFICATE = /^\s*-----BEGIN CERTIFICATE-----/;
const PRIVATE_KEY = /^\s*-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;

const matching = (pattern: RegExp, expected: string) => (title: string, description: string, example: unknown) =>
  about(z.string().regex(pattern), title, description, example, { expected });

export const word = matching(/^\S+$/, 'text without blanks');
export const ipAddress = matching(IP, 'an IP address');
export const cidr = matching(CIDR, 'an address with its prefix, such as 10.0.0.0/24');
export const hostPort = matching(HOST_PORT, 'an address with its port, such as 10.0.0.11:3366 or [fd00::1]:3366');
export const url = matching(/^https?:\/\/\S+$/, 'a URL that begins with https://');
export const certificate = matching(CERTIFICATE, 'a PEM certificate, from -----BEGIN CERTIFICATE----- on');

export const privateKey = (title: string, description: string) =>
  about(z.string().regex(PRIVATE_KEY), title, description, undefined, {
    expected: 'a PEM private key',
    secret: true,
  });
export const secret = (title: string, description: string) =>
  about(z.string().regex(/^\S+$/), title, description, undefined, { expected: 'text without blanks', secret: true });

export const flag = (title: string, description: string, example = true) =>
  about(z.boolean(), title, description, example);

/** 0 is how a port that was not given is told. */
export const port = (title: string, description: string, example: number) =>
  about(z.int().min(0).max(65_535), title, description, example, { expected: 'a port from 1 to 65535' });

export const enabled = about(
  z.boolean().optional(),
  'Enabled',
  'Whether the service runs. Left out, IncusOS switches it off.',
  true,
);
