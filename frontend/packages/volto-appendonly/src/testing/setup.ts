import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import config from '@plone/volto/registry';
import { VIEWS } from '../urls';

// Times are those of readers in New York.
process.env.TZ = 'America/New_York';

vi.mock('@plone/volto/components/manage/Toolbar/Toolbar', () => ({
  default: () => null,
}));

beforeEach(() => {
  Object.assign(config.settings, {
    actions_raising_api_errors: ['GET_CONTENT', 'UPDATE_CONTENT'],
    internalApiPath: undefined,
    nonContentRoutes: [/\?.*$/, /\/edit$/, VIEWS],
  });
  if (typeof document !== 'undefined')
    document.body.innerHTML = '<div id="toolbar"></div>';
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
});
