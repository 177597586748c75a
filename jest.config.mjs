import path from 'node:path';

/** Unit tests stand beside the code; tests that cross rooms and start servers are in `test/` (project `integration`). */
const swc = (/** @type {boolean} */ tsx) => [
  '@swc/jest',
  { jsc: { target: 'es2022', parser: { syntax: 'typescript', tsx } } },
];

const shared = {
  testEnvironment: 'node',
  setupFiles: [path.join(import.meta.dirname, 'test/support/property_seed.ts')],
  // jest's own pattern would take scripts/test.mjs for a test, too
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  transform: { '\\.(t|j|mj)s$': swc(false), '\\.tsx$': swc(true) },
  // these are ES modules, which jest's require can't load
  transformIgnorePatterns: ['/node_modules/(?!@noble/|@formatjs/|@storybook/|intl-messageformat/|storybook/|uuid/)'],
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      moduleNameMapper: {
        '^@kbn/i18n$': '<rootDir>/public/standalone/kbn_i18n.ts',
        // EUI's own build for tests: icons at once, ids that count
        '^@elastic/eui$': '<rootDir>/node_modules/@elastic/eui/test-env',
      },
      roots: ['common', 'server', 'ingest', 'scripts', 'public', 'stories', 'test/language'].map(
        (room) => `<rootDir>/${room}`,
      ),
    },
    {
      ...shared,
      displayName: 'integration',
      roots: ['<rootDir>/test'],
      // needs no server: with the unit tests
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/language/'],
      setupFilesAfterEnv: ['<rootDir>/test/support/timeout.ts'],
      globalSetup: '<rootDir>/test/support/global_setup.ts',
      globalTeardown: '<rootDir>/test/support/global_teardown.ts',
    },
  ],
};
