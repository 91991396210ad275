import { Page } from './page.tsx';

export const PageLost = () => (
  <Page title="There is no such page">What you look for may have another name, or be gone.</Page>
);
