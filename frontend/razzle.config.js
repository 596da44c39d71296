const path = require('path');
const volto = require('@plone/volto/razzle.config');

const theme = path.join(
  path.dirname(require.resolve('@plone/volto/package.json')),
  'theme/theme.config',
);

module.exports = {
  ...volto,
  modifyWebpackConfig(options) {
    const config = volto.modifyWebpackConfig(options);
    // This project has no theme of its own.
    config.resolve.alias['../../theme.config$'] = theme;
    return config;
  },
};
