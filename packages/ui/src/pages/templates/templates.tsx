import { Code } from '@mantine/core';
import type { ClusterTemplate } from '@operations-center/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { templatesQuery } from '../../data/templates.ts';
import { EmptyState } from '../../parts/empty-state.tsx';
import { LinkButton } from '../../parts/link-button.tsx';
import { Name } from '../../parts/name.tsx';
import type { Column } from '../../parts/table/column.ts';
import { ListPage } from '../../parts/table/list-page.tsx';
import { Age } from '../../parts/time/when.tsx';
import { newTemplate, paths } from '../../paths.ts';

const columns: Column<ClusterTemplate>[] = [
  {
    key: 'name',
    title: 'Name',
    cell: ({ name }) => (
      <Link to={paths.template} params={{ name }}>
        <Name>{name}</Name>
      </Link>
    ),
    value: ({ name }) => name,
  },
  {
    key: 'description',
    title: 'Description',
    width: 3,
    cell: ({ description }) => <bdi title={description}>{description}</bdi>,
    value: ({ description }) => description,
  },
  {
    key: 'variables',
    title: 'Variables',
    isNumber: true,
    from: 'tablet',
    cell: ({ variables }) => Object.keys(variables ?? {}).length,
    value: ({ variables }) => Object.keys(variables ?? {}).length,
  },
  {
    key: 'changed',
    title: 'Changed',
    from: 'tablet',
    cell: ({ last_updated }) => <Age at={last_updated} />,
    value: ({ last_updated }) => last_updated,
  },
];

const route = getRouteApi(paths.templates);

export function TemplatesPage() {
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { data, error } = useQuery(templatesQuery());
  return (
    <ListPage
      title="Templates"
      words={['template', 'templates']}
      rows={data}
      error={error}
      columns={columns}
      keyOf={({ name }) => name}
      search={search}
      onSearch={(next) => void navigate({ search: next, replace: true })}
      actions={
        <LinkButton size="xs" to={paths.editTemplate} params={{ name: newTemplate }}>
          Write a template
        </LinkButton>
      }
      empty={
        <EmptyState title="There is no template">
          A template is a services and an application file with variables in them: many clusters are made from one.
          Write one here, or take one from a cluster that stands:{' '}
          <Code>operations-center provisioning cluster export-template --help</Code>
        </EmptyState>
      }
    />
  );
}
