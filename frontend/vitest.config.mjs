import path from 'path';
import { createRequire } from 'module';
import { defineConfig } from 'vitest/config';
import react from '@vitejs/plugin-react';
import { svgLoader } from '@plone/volto/vite-plugins/svg.mjs';

const require = createRequire(import.meta.url);
const volto = path.dirname(require.resolve('@plone/volto/package.json'));

export default defineConfig({
  plugins: [react(), svgLoader({ svgoConfig: { plugins: [] } })],
  resolve: {
    alias: {
      '@plone/volto': `${volto}/src`,
      '@root': `${volto}/src`,
    },
  },
  test: {
    globals: true,
    environment: 'jsdom',
    include: ['packages/*/src/**/*.test.{ts,tsx}'],
    setupFiles: [
      './packages/volto-appendonly/src/testing/node.ts',
      `${volto}/test-setup-globals-vitest.js`,
      `${volto}/test-setup-config.jsx`,
      './packages/volto-appendonly/src/testing/setup.ts',
    ],
    server: { deps: { inline: [/@plone\/volto/] } },
  },
});
