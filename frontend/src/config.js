/** The languages of the add-on. */
export default function applyConfig(config) {
  config.settings.supportedLanguages = [
    'en',
    'de',
    'es',
    'eu',
    'fr',
    'it',
    'ja',
    'nl',
    'pt-br',
  ];
  return config;
}
