import { z } from 'zod';
import { strictFields } from './body-fields.ts';
import { Fault } from './fault.ts';
import { type FaultCode, faults } from './faults.ts';
import { type ProxySpec, proxies, proxyMethods } from './proxies.ts';
import type { RouteSpec } from './route.ts';
import { routes } from './routes.ts';

/** The contract as an OpenAPI 3.1 document: `docs/generated/rest-api.json`. */
export function makeOpenApi(): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const spec of Object.values<RouteSpec>(routes)) {
    paths[spec.path] = { ...paths[spec.path], [spec.method.toLowerCase()]: operationOf(spec) };
  }
  for (const spec of Object.values<ProxySpec>(proxies)) paths[`${spec.path}${spec.mount}/{path}`] = passThrough(spec);
  return {
    openapi: '3.1.0',
    info: { title: 'Operations Center', version: '1.0', license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths: Object.fromEntries(Object.entries(paths).sort(([a], [b]) => (a < b ? -1 : 1))),
    components: { schemas: { Fault: faultSchema } },
  };
}

const faultSchema = {
  type: 'object',
  properties: {
    type: { const: 'error' },
    error_code: { type: 'integer' },
    error: { type: 'string' },
    code: { enum: Object.keys(faults).sort() },
    hint: { type: 'string' },
    details: { type: 'object' },
    request_id: { type: 'string' },
  },
};

function operationOf(spec: RouteSpec): Record<string, unknown> {
  return {
    operationId: spec.name,
    summary: spec.about,
    'x-access': spec.access,
    ...(spec.extension === undefined ? {} : { 'x-extension': spec.extension }),
    parameters: [...pathParameters(spec.path), ...queryParameters(spec)],
    ...(spec.body === undefined
      ? {}
      : { requestBody: { required: true, content: json(bodySchemaOf(spec, spec.body)) } }),
    responses: {
      [spec.success]: {
        description: spec.about,
        content: { ...json(envelopeSchema(schemaOf(spec.answer, 'output'))), ...filesOf(spec) },
      },
      ...faultResponses(spec),
    },
  };
}

const filesOf = ({ files = [] }: RouteSpec) =>
  Object.fromEntries(files.map((type) => [type, { schema: { type: 'string', format: 'binary' } }]));

/** OpenAPI has no word for "any path below": the hole is marked as one that may hold slashes. */
function passThrough(spec: ProxySpec): Record<string, unknown> {
  const parameters = [...pathParameters(spec.path), { ...pathParameters('{path}')[0], 'x-any-path': true }];
  const operation = (method: string) => ({
    operationId: `${spec.name}_${method.toLowerCase()}`,
    summary: spec.about,
    'x-access': spec.access,
    parameters,
    responses: { default: { description: 'What the server answered, as it came' }, ...faultResponses(spec) },
  });
  return Object.fromEntries(proxyMethods.map((method) => [method.toLowerCase(), operation(method)]));
}

const pathParameters = (path: string) =>
  [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

const json = (schema: unknown) => ({ 'application/json': { schema } });

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> => {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
};

const bodySchemaOf = (spec: RouteSpec, body: z.ZodType) =>
  strictFields(spec) === undefined
    ? schemaOf(body, 'input')
    : { ...schemaOf(body, 'input'), additionalProperties: false };

const envelopeSchema = (metadata: unknown) => ({
  type: 'object',
  required: ['type', 'status', 'status_code', 'operation', 'error_code', 'error', 'metadata'],
  properties: { type: { const: 'sync' }, status: { type: 'string' }, status_code: { type: 'integer' }, metadata },
});

function queryParameters(spec: RouteSpec): unknown[] {
  if (spec.query === undefined) return [];
  const schema = schemaOf(spec.query, 'input');
  // A zod object is a JSON Schema object.
  const properties = (schema['properties'] ?? {}) as Record<string, { description?: string }>;
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: 'query',
    required: false,
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

/** Statuses a route can answer beside its success, each with the codes that mean it. */
export function faultsByStatus(
  spec: Pick<RouteSpec, 'access' | 'body' | 'faults' | 'extension'>,
): Map<number, FaultCode[]> {
  const always: FaultCode[] = ['internal_error'];
  if (spec.access !== 'anonymous') always.push('not_authenticated', 'not_authorized');
  if (spec.body !== undefined) always.push('body_invalid', 'body_too_large');
  if (strictFields(spec) !== undefined) always.push('field_unknown');
  const byStatus = new Map<number, FaultCode[]>();
  for (const code of new Set([...spec.faults, ...always])) {
    const { status } = new Fault(code, '');
    byStatus.set(status, [...(byStatus.get(status) ?? []), code].sort());
  }
  return byStatus;
}

function faultResponses(spec: Pick<RouteSpec, 'access' | 'body' | 'faults' | 'extension'>): Record<string, unknown> {
  const entries = [...faultsByStatus(spec)].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    entries.map(([status, codes]) => [
      status,
      { description: codes.join(', '), content: json({ $ref: '#/components/schemas/Fault' }) },
    ]),
  );
}
