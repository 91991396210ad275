import { isObject } from './decode.ts';
import { type ParsedDocument, parseDocument } from './document.ts';
import { normalisePreseed, type PreseedOptions } from './preseed.ts';
import { type Checked, Report } from './problem.ts';
import { applicationSchema } from './schemas/application.ts';
import { readBySchema } from './schemas/read-by-schema.ts';
import { serviceSchemas } from './schemas/services/services.ts';
import { normaliseServices, type ServicesOptions } from './services-config.ts';

type Written = Record<string, unknown>;

/**
 * A services file that is right, as it is sent: what was written and no more, but with each scalar of the type that its
 * place has. The world-wide name 0x5000c500a1b2c3d4 goes out as text, with or without quotes.
 */
export const writtenServices = (text: string, file: string, options: ServicesOptions): Checked<Written> =>
  readWritten(text, file, ({ value, origin }) => normaliseServices(value, origin, options), servicesAsTyped);

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
