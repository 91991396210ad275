import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  base: '/ui/',
  plugins: [react()],
  build: {
    outDir: '../../dist/ui',
    emptyOutDir: true,
    // Newer than what browsers of the last two years know is not needed, and light-dark() is left as it is.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The page's policy lets nothing in that is written into the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // React and Mantine's base are needed by every page: parts of them would only be more requests.
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What nearly every page needs, in two files: dozens of small ones are packed worse.
        codeSplitting: {
          groups: [
            { name: 'mantine', test: /node_modules\/(?:@mantine|@floating-ui)\// },
            { name: 'parts', test: /packages\/ui\/src\/(?:parts|data)\// },
          ],
        },
      },
    },
  },
});
