import { Skeleton, Textarea, TextInput } from '@mantine/core';
import type { ClusterTemplate } from '@operations-center/contract';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../data/api.ts';
import { templateQuery } from '../../data/templates.ts';
import { YamlField } from '../../forms/yaml/yaml-field.tsx';
import { ActButton } from '../../parts/act-button.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { Page } from '../../parts/page.tsx';
import { Section } from '../../parts/section.tsx';
import { newTemplate, paths } from '../../paths.ts';
import { examples } from './examples.ts';
import { readVariables } from './variables.rules.ts';

const route = getRouteApi(paths.editTemplate);
const empty: ClusterTemplate = {
  ...{ name: '', description: '', service_config_template: '', application_config_template: '' },
  ...{ variables: {}, last_updated: '' },
};

/** A new template, or one that there is. */
export function EditTemplatePage() {
  const { name } = route.useParams();
  const isNew = name === newTemplate;
  const { data, error } = useQuery({ ...templateQuery(name), enabled: !isNew });
  if (error !== null) return <ErrorNote error={error} />;
  const template = isNew ? empty : data;
  return template === undefined ? (
    <Skeleton height={240} />
  ) : (
    <EditTemplate key={name} template={template} isNew={isNew} />
  );
}

function EditTemplate({ template, isNew }: { template: ClusterTemplate; isNew: boolean }) {
  const [form, setForm] = useState({ ...template, variables: JSON.stringify(template.variables ?? {}, null, 2) });
  const navigate = useNavigate();
  const variables = readVariables(form.variables);
  const save = useMutation({
    mutationFn: async () => {
      const { name, description, service_config_template, application_config_template } = form;
      const body = { description, service_config_template, application_config_template, variables: variables.value };
      const rules = template.rules === undefined ? {} : { rules: [...template.rules] };
      if (isNew) await ask('cluster_templates_create', { body: { name, ...body } });
      else await ask('cluster_template_update', { params: { name: template.name }, body: { ...body, ...rules } });
      await navigate({ to: paths.template, params: { name: isNew ? name : template.name } });
    },
  });
  const file = (key: 'service_config_template' | 'application_config_template') => ({
    value: form[key],
    onChange: (value: string) => setForm((before) => ({ ...before, [key]: value })),
    ...{ problems: [], isFine: false, schema: undefined, example: examples[key] },
  });
  const because = form.name.trim() === '' ? 'it has no name yet' : variables.problem;
  return (
    <Page
      title={isNew ? 'Write a template' : `Edit ${template.name}`}
      note="@NAME@ in the files stands for the variable NAME"
      actions={
        <ActButton variant="filled" because={because} loading={save.isPending} onAct={() => save.mutate()}>
          Save
        </ActButton>
      }
    >
      {save.error === null ? null : <ErrorNote error={save.error} onClose={() => save.reset()} />}
      <Section title="What it is called">
        <TextInput
          size="xs"
          mb="xs"
          label="Name"
          disabled={!isNew}
          value={form.name}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, name: value })}
        />
        <TextInput
          size="xs"
          label="Description"
          value={form.description}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, description: value })}
        />
      </Section>
      <Section title="Files">
        <YamlField label="Services of IncusOS" {...file('service_config_template')} />
        <YamlField label="Application: Incus" {...file('application_config_template')} />
      </Section>
      <Section title="Variables">
        <Textarea
          size="xs"
          label="As JSON, by name"
          autosize
          minRows={6}
          maxRows={24}
          value={form.variables}
          error={variables.problem}
          onChange={({ currentTarget: { value } }) => setForm({ ...form, variables: value })}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      </Section>
    </Page>
  );
}
