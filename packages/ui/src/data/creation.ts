import type { ApplyPlanView, ClusterPlan } from '@operations-center/contract';
import { queryOptions } from '@tanstack/react-query';
import { ask } from './api.ts';
import type { Schema } from './json-schema.ts';

/** What a person wrote, looked through by the daemon: what is wrong, or what it comes to. */
export const validationQuery = (services: string, application: string) =>
  queryOptions({
    queryKey: ['validation', services, application],
    queryFn: ({ signal }) => ask('clusters_validate', { body: { services, application }, signal }),
    gcTime: 60_000,
  });

export const schemaQuery = (name: string) =>
  queryOptions({
    queryKey: ['schemas', name],
    queryFn: ({ signal }) => ask('schema_show', { params: { name }, signal }) as Promise<Schema>, // a JSON Schema, as the route says
  });

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ['plans', id],
    queryFn: ({ signal }) => ask('plan_show', { params: { id }, signal }),
  });

/** A plan of a creation; the other kind applies a file to a cluster that lives. */
export const isCreation = (plan: ClusterPlan | ApplyPlanView): plan is ClusterPlan => 'findings' in plan;
