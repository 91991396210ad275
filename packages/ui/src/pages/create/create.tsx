import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback } from 'react';
import { ask } from '../../data/api.ts';
import { schemaQuery, validationQuery } from '../../data/creation.ts';
import type { ServerBrief } from '../../data/servers.ts';
import { YamlField } from '../../forms/yaml/yaml-field.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { paths } from '../../paths.ts';
import { whatIsMissing } from './choice.rules.ts';
import { ChooseServers } from './choose-servers.tsx';
import styles from './create.module.css';
import { type Draft, dropDraft, useDraft } from './draft.ts';
import { examples } from './examples.ts';
import { ChooseTemplate, TemplateForm } from './template-form.tsx';
import { givenValues, valueProblems } from './values.rules.ts';

const route = getRouteApi(paths.createCluster);

/** Typing is not interrupted by questions. */
const patienceMs = 300;

/** All that a cluster is made of, on one page; nothing is done before the review. */
export function CreatePage() {
  const [draft, change] = useDraft(route.useSearch().template);
  const navigate = useNavigate();
  const [services] = useDebouncedValue(draft.services, patienceMs);
  const [application] = useDebouncedValue(draft.application, patienceMs);
  const checked = useQuery({ ...validationQuery(services, application), placeholderData: (before) => before });
  const isCurrent = services === draft.services && application === draft.application && !checked.isPlaceholderData;
  const schemas = { services: useQuery(schemaQuery('services')), application: useQuery(schemaQuery('application')) };
  const plan = useMutation({
    mutationFn: () => makePlan(draft, checked.data?.read ?? null),
    onSuccess: ({ id }) => navigate({ to: paths.review, params: { id } }),
  });
  const choose = useCallback(
    (servers: string[], first: ServerBrief | undefined) =>
      change({ servers, ...(first !== undefined && { connection_url: first.connection_url }) }),
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- it adds to whatever the draft is then
    [],
  );
  const isValid = draft.template === '' ? (isCurrent ? checked.data?.valid : undefined) : true;
  const missing = whatIsMissing(draft, isValid);
  const field = (file: 'services' | 'application') => ({
    value: draft[file],
    onChange: (text: string) => change({ [file]: text }),
    problems: (checked.data?.problems ?? []).filter((problem) => problem.file === file),
    isFine: isCurrent && (checked.data?.problems ?? []).every((problem) => problem.file !== file),
    schema: schemas[file].data,
    example: examples[file],
  });
  const text = (key: 'name' | 'connection_url' | 'channel' | 'description') => ({
    value: draft[key],
    onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) => change({ [key]: value }),
  });
  return (
    <Page
      title="Create a cluster"
      note="Nothing is done before you have seen the plan."
      actions={
        <Button
          size="xs"
          variant="default"
          onClick={() => {
            dropDraft();
            globalThis.location.reload();
          }}
        >
          Begin anew
        </Button>
      }
    >
      <Section title="What it is called">
        <div className={styles['fields']}>
          <TextInput size="xs" label="Name" {...text('name')} data-autofocus />
          <TextInput
            size="xs"
            label="Address for people"
            placeholder="of the first server"
            {...text('connection_url')}
          />
          <TextInput size="xs" label="Update channel" placeholder="the default for servers" {...text('channel')} />
          <TextInput size="xs" label="Description" {...text('description')} />
        </div>
      </Section>
      <Section title="Servers">
        <ChooseServers chosen={draft.servers} onChange={choose} />
      </Section>
      <Section
        title="Configuration"
        actions={<ChooseTemplate value={draft.template} onChange={(template) => change({ template })} />}
      >
        {draft.template === '' ? (
          <div className={styles['editors']}>
            <YamlField label="Services of IncusOS" {...field('services')} />
            <YamlField label="Application: Incus" {...field('application')} />
          </div>
        ) : (
          <TemplateForm
            template={draft.template}
            values={draft.values}
            onChange={(values) => change({ values })}
            problems={valueProblems(plan.error)}
          />
        )}
      </Section>
      {checked.error === null ? null : <ErrorNote error={checked.error} />}
      {plan.error === null ? null : <ErrorNote error={plan.error} onClose={() => plan.reset()} />}
      <div className={styles['foot']}>
        <ActButton size="sm" variant="filled" loading={plan.isPending} because={missing} onAct={() => plan.mutate()}>
          Review the plan
        </ActButton>
        <span>{missing === undefined ? 'All servers are looked at; nothing is changed.' : `Not yet: ${missing}.`}</span>
      </div>
    </Page>
  );
}

function makePlan(
  { name, connection_url, channel, description, servers, ignore, template, values }: Draft,
  read: { services_config: Record<string, unknown>; application_seed_config: Record<string, unknown> } | null,
) {
  return ask('clusters_plan', {
    body: {
      ...{ name: name.trim(), connection_url, channel, description, server_names: servers },
      ...{ server_type: 'incus', ignore },
      ...(template === ''
        ? read
        : { cluster_template: template, cluster_template_variable_values: givenValues(values) }),
    },
  });
}
