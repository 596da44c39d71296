import fs from 'fs';
import path from 'path';
import config from '@plone/volto/registry';
import applyConfig from './index';

const DOCS = path.join(__dirname, '../../../../docs');

/** The examples in JavaScript on a page of the documentation. */
function examples(page: string): string[] {
  const text = fs.readFileSync(path.join(DOCS, page), 'utf-8');
  const block = /^( *)\.\. code-block:: javascript\n\n((?:\1 +.*\n|\n)+)/gm;
  return [...text.matchAll(block)].map(([, , code]) => code);
}

test('the examples of volto.rst do what it says', () => {
  const [addons, slot, ...others] = examples('volto.rst');
  const module = { exports: {} as { addons: string[] } };
  new Function('module', addons)(module);
  const host = require('../../../volto.config.js');
  expect(host.addons).toEqual(expect.arrayContaining(module.exports.addons));

  Object.assign(config.settings, { appExtras: [], apiExpanders: [] });
  applyConfig(config as any);
  expect(config.getSlotComponent('belowContent', 'activity')).toHaveLength(1);
  new Function('config', slot)(config);
  expect(config.getSlotComponent('belowContent', 'activity')).toEqual([]);
  expect(others).toEqual([]);
});
