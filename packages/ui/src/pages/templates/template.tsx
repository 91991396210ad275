import { Skeleton, Text } from '@mantine/core';
import type { ClusterTemplate } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { ask } from '../../data/api.ts';
import { templateQuery } from '../../data/templates.ts';
import { ActButton } from '../../parts/act-button.tsx';
import { ConfirmByName } from '../../parts/confirm-by-name.tsx';
import { ErrorNote } from '../../parts/error-note.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Name } from '../../parts/name.tsx';
import { Page } from '../../parts/page.tsx';
import { Raw } from '../../parts/raw.tsx';
import { Rows } from '../../parts/rows.tsx';
import { Section } from '../../parts/section.tsx';
import { paths } from '../../paths.ts';
import { RevisionList } from './revision-list.tsx';

const route = getRouteApi(paths.template);

/** One template: its variables, its files, what it was before; a cluster is made from it by one button. */
export function TemplatePage() {
  const { name } = route.useParams();
  const { data, error } = useQuery(templateQuery(name));
  const [isAsked, setAsked] = useState(false);
  const navigate = useNavigate();
  if (data === undefined) return error === null ? <Skeleton height={240} /> : <Lost error={error} />;
  return (
    <Page
      title={<Name>{data.name}</Name>}
      note={data.description}
      actions={
        <>
          <LinkButton size="xs" to={paths.createCluster} search={{ template: name }}>
            Create a cluster from it
          </LinkButton>
          <LinkButton size="xs" variant="default" to={paths.editTemplate} params={{ name }}>
            Edit
          </LinkButton>
          <ActButton onAct={() => setAsked(true)}>Remove</ActButton>
        </>
      }
    >
      <Section title="Variables">
        <Variables template={data} />
      </Section>
      <Section title="Services of IncusOS">
        <Raw name="Services" document={data.service_config_template} />
      </Section>
      <Section title="Application: Incus">
        <Raw name="Application" document={data.application_config_template} />
      </Section>
      <Section title="Revisions">
        <RevisionList name={name} />
      </Section>
      {isAsked ? (
        <ConfirmByName
          title="Remove template"
          verb="Remove template"
          name={name}
          act={() => ask('cluster_template_delete', { params: { name } })}
          onClose={(isDone) => (isDone ? void navigate({ to: paths.templates }) : setAsked(false))}
        >
          <Text size="sm">
            The template and its revisions are lost. Clusters that were made from it stay as they are.
          </Text>
        </ConfirmByName>
      ) : null}
    </Page>
  );
}

const Lost = ({ error }: { error: Error }) => (
  <Page title="Template">
    <ErrorNote error={error} />
  </Page>
);

function Variables({ template: { variables } }: { template: ClusterTemplate }) {
  const rows = Object.entries(variables ?? {});
  if (rows.length === 0) return <Text size="sm">It has none: all clusters from it are alike.</Text>;
  return (
    <Rows
      name="Variables"
      heads={['Name', 'Type', 'Default', { title: 'About', wide: true }]}
      rows={rows.map(([name, { type = 'text', default: value, description, secret }]) => ({
        key: name,
        cells: [
          <Name key="n">{name}</Name>,
          secret === true ? `${type}, secret` : type,
          <Name key="d">{value}</Name>,
          <bdi key="a" title={description}>
            {description}
          </bdi>,
        ],
      }))}
    />
  );
}
