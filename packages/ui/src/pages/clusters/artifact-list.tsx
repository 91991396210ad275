import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { artifactsQuery } from '../../data/clusters.ts';
import { ErrorNote } from '../../parts/error-note.tsx';
import styles from './cluster.module.css';

/** Each file can be looked at and kept; what is empty is left out. */
export function ArtifactList({ cluster }: { cluster: string }) {
  const { data, error } = useQuery(artifactsQuery(cluster));
  if (error !== null) return <ErrorNote error={error} />;
  if (data?.length === 0) return <Text size="sm">None.</Text>;
  return (data ?? []).map(({ name, description, files }) => (
    <div key={name}>
      <Text size="sm" mb={2}>
        {description === '' ? name : description}
      </Text>
      <ul className={styles['files']}>
        {files
          .filter(({ size }) => size > 0)
          .map((file) => (
            <li key={file.name}>
              <a href={urlOf(cluster, name, file.name)} download={file.name}>
                {file.name}
              </a>
              <span className={styles['size']}>{sizeWord(file.size)}</span>
            </li>
          ))}
      </ul>
    </div>
  ));
}

const urlOf = (...[cluster, artifact, file]: [string, string, string]): string =>
  `/1.0/provisioning/clusters/${encodeURIComponent(cluster)}/artifacts/${encodeURIComponent(artifact)}/${encodeURIComponent(file)}`;

const sizeWord = (bytes: number): string => (bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(0)} kB`);
