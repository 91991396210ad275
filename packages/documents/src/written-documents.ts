import { isObject } from './decode.ts';
import { type ParsedDocument, parseDocument } from './document.ts';
import { normalisePreseed, type PreseedOptions } from './preseed.ts';
import { type Checked, Report } from './problem.ts';
import { applicationSchema } from './schemas/application.ts';
import { readBySchema } from './schemas/read-by-schema.ts';
import { serviceSchemas } from './schemas/services/services.ts';
import { normaliseOverrides, type OverridesOptions, originBelow } from './server-overrides.ts';
import { normaliseServices, type ServicesOptions } from './services-config.ts';
import { builtInsOf, resolveBuiltIns } from './templates/built-ins.ts';

type Written = Record<string, unknown>;

/**
 * A services file that is right, as it is sent: what was written and no more, but with each scalar of the type that its
 * place has. The world-wide name 0x5000c500a1b2c3d4 goes out as text, with or without quotes.
 */
export const writtenServices = (text: string, file: string, options: WrittenOptions): Checked<Written> =>
  readWritten(
    text,
    file,
    ({ value, origin }) => normaliseServices(sampled(value, options), origin, options),
    (document) => (options.builtIns === true ? plain(document) : servicesAsTyped(document)),
  );

/** `builtIns`: built-in variables may stand where text or a number is meant; they are judged by a sample. */
export type WrittenOptions = ServicesOptions & { builtIns?: boolean };

const sample = builtInsOf({
  ...{ cluster: 'cluster', server: 'server', index: 1 },
  ...{ cluster_address: '192.0.2.1', management_address: '192.0.2.1' },
});
const sampled = (value: unknown, { builtIns = false }: WrittenOptions): unknown =>
  builtIns ? resolveBuiltIns(value, sample) : value;

const plain = ({ value }: ParsedDocument): Written => (isObject(value) ? value : {});

/** A file of what single servers get otherwise, in the same way. */
export const writtenOverrides = (
  text: string,
  file: string,
  options: WrittenOptions & OverridesOptions,
): Checked<Written> =>
  readWritten(
    text,
    file,
    ({ value, origin }) => normaliseOverrides(sampled(value, options), origin, options),
    ({ value, origin }) =>
      Object.fromEntries(
        Object.entries(plain({ value, origin })).map(([server, given]) => {
          if (options.builtIns === true || !isObject(given) || given['services'] === undefined) return [server, given];
          const services = { value: given['services'], origin: originBelow(origin, [server, 'services']) };
          return [server, { ...given, services: servicesAsTyped(services) }];
        }),
      ),
  );

/** An application file, in the same way. */
export const writtenApplication = (text: string, file: string, options: PreseedOptions): Checked<Written> =>
  readWritten(text, file, ({ value, origin }) => normalisePreseed(value, origin, options), applicationAsTyped);

function readWritten(
  text: string,
  file: string,
  check: (document: ParsedDocument) => Checked<unknown>,
  asTyped: (document: ParsedDocument) => Written,
): Checked<Written> {
  const parsed = parseDocument(text, file);
  if (!parsed.ok) return parsed;
  const checked = check(parsed.value);
  const warnings = [...parsed.warnings, ...checked.warnings];
  return checked.ok ? { ok: true, value: asTyped(parsed.value), warnings } : { ...checked, warnings };
}

// It was checked just before: what is reported here was told.
const quietly = ({ origin }: ParsedDocument) =>
  ({ report: new Report(origin), strict: false, allowUnknown: true, keepUnknown: true }) as const;

const applicationAsTyped = (document: ParsedDocument): Written =>
  readBySchema(applicationSchema, document.value ?? {}, [], quietly(document));

function servicesAsTyped(document: ParsedDocument): Written {
  const { value } = document;
  if (!isObject(value)) return {};
  const schemas = new Map<string, (typeof serviceSchemas)[keyof typeof serviceSchemas]>(Object.entries(serviceSchemas));
  return Object.fromEntries(
    Object.entries(value).map(([name, given]) => {
      const schema = schemas.get(name);
      const isWrapped = isObject(given) && Object.hasOwn(given, 'config');
      const [inner, at] = isWrapped ? [given['config'], [name, 'config']] : [given, [name]];
      return [name, schema === undefined ? given : readBySchema(schema, inner, at, quietly(document))];
    }),
  );
}
