module.exports = {
  addons: ['@plone-collective/volto-appendonly'],
};
