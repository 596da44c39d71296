import type { ConfigType } from '@plone/registry';
import historySVG from '@plone/volto/icons/recent-changes.svg';
import ActivityLinks from './components/ActivityLinks';
import BelowContent, { isShownBelow } from './components/block/BelowContent';
import RecentActivityBlock from './components/block/RecentActivityBlock';
import { BLOCK, blockSchema, getBlockData } from './components/block/settings';
import { ExcludedPaths, ExcludedUsers } from './components/ExcludedWidgets';
import WelcomeNote from './components/WelcomeNote';
import reducer from './reducer';
import { routes } from './routes';
import { VIEW, VIEWS } from './urls';

// The types of Volto are narrower than what its documentation lets add-ons do.
function applySettings(settings: any) {
  settings.nonContentRoutes = [...settings.nonContentRoutes, VIEWS, VIEW];
  settings.nonContentRoutesPublic = [
    ...(settings.nonContentRoutesPublic ?? []),
    VIEWS,
    VIEW,
  ];
  settings.apiExpanders = [
    ...settings.apiExpanders,
    { match: '', GET_CONTENT: ['activity'] },
  ];
  settings.appExtras = [
    ...settings.appExtras,
    { match: '', component: ActivityLinks },
    {
      match: ['/controlpanel/addons', '/controlpanel/activity'],
      component: WelcomeNote,
    },
  ];
  settings.controlPanelsIcons = {
    ...settings.controlPanelsIcons,
    activity: historySVG,
  };
  if (__SERVER__) {
    const passThrough = require('./passThrough').default;
    settings.expressMiddleware = [...settings.expressMiddleware, passThrough()];
  }
}

/** Add the activity to a Volto project. */
export default function applyConfig(config: ConfigType): ConfigType {
  applySettings(config.settings);
  config.addonReducers = { ...config.addonReducers, activity: reducer };
  (config as any).addonRoutes = [...routes, ...(config.addonRoutes ?? [])];
  (config.blocks.blocksConfig as any)[BLOCK] = {
    id: BLOCK,
    title: 'Recent activity',
    icon: historySVG,
    group: 'common',
    view: RecentActivityBlock,
    blockSchema,
    restricted: false,
    mostUsed: false,
    sidebarTab: 1,
    getAsyncData: getBlockData,
  };
  Object.assign((config.widgets as any).id, {
    paths_left_out: ExcludedPaths,
    users_left_out: ExcludedUsers,
  });
  config.registerSlotComponent({
    slot: 'belowContent',
    name: 'activity',
    component: BelowContent,
    predicates: [isShownBelow],
  });
  return config;
}
