import { Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Why nothing is here, and what fills it. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <section style={{ padding: '24px 0', maxWidth: '64ch' }}>
      <Title order={2} size="lg">
        {title}
      </Title>
      <Text size="sm" mt="xs" component="div">
        {children}
      </Text>
    </section>
  );
}
