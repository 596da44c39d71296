// @vitest-environment node
import path from 'path';
import { gzipSync } from 'zlib';
import { build } from 'esbuild';

/** Kilobytes of JavaScript, compressed, that the whole add-on may bring to a browser. */
const MOST = 50;

test('the add-on is small', async () => {
  const { outputFiles } = await build({
    entryPoints: [path.join(__dirname, 'index.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    jsx: 'automatic',
    logLevel: 'silent',
    outdir: 'out',
    define: { __SERVER__: 'false' },
    // Volto has these anyway.
    packages: 'external',
  });
  const [script] = outputFiles.filter(({ path }) => path.endsWith('.js'));
  const weight = gzipSync(script.contents).length / 1024;
  console.log(`${weight.toFixed(1)} KB, compressed`);
  expect(weight).toBeLessThan(MOST);
});
