import type { z } from 'zod';
import type { FaultCode } from './faults.ts';

/**
 * Who may call: an entitlement, or one of the doors that have a rule of their own. `anonymous` everybody ·
 * `registration` a token and a client certificate, or `can_create` · `server` a registered server by its own
 * certificate · `local` the unix socket only.
 */
export type Access =
  | 'anonymous'
  | 'can_view'
  | 'can_edit'
  | 'can_create'
  | 'can_delete'
  | 'registration'
  | 'server'
  | 'local';

export type RouteSpec = {
  /** `tokens_list`: noun_verb, unique. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As people write it: `/1.0/provisioning/tokens/{uuid}`. */
  path: string;
  about: string;
  access: Access;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** The largest body taken, in bytes; more is refused with 413 before it is read. Default 1 MiB. */
  bodyLimit?: number;
  /** Shape of `metadata` in a success. */
  answer: z.ZodType;
  /** Media types of files that a success can be in place of the envelope. */
  files?: readonly string[];
  /** HTTP status of a success. 201 comes with a Location. */
  success: 200 | 201 | 202;
  faults: readonly FaultCode[];
  /** Parameters of the path that are secrets, and `location` if what it makes is named by one: records cut them short. */
  secrets?: readonly string[];
  /** The API extension that announces this route, if OC 0.8.1 has no such route. Its body takes no key that is not named. */
  extension?: string;
};

/** One entry of the contract. Server, client, OpenAPI and help are all made from it. */
export const route = <const Spec extends RouteSpec>(spec: Spec): Spec => spec;

type ParameterNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterNames<Rest>
  : never;

export type RouteParams<Route extends RouteSpec> = { [Name in ParameterNames<Route['path']>]: string };
export type RouteQuery<Route extends RouteSpec> = Route extends { query: infer Q extends z.ZodType }
  ? z.output<Q>
  : Record<string, never>;
export type RouteBody<Route extends RouteSpec> = Route extends { body: infer B extends z.ZodType }
  ? z.output<B>
  : undefined;
export type RouteBodyInput<Route extends RouteSpec> = Route extends { body: infer B extends z.ZodType }
  ? z.input<B>
  : undefined;
export type RouteAnswer<Route extends RouteSpec> = z.output<Route['answer']>;
