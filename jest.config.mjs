/** Unit tests stand beside the code; tests that cross rooms and start servers are in `test/` (project `integration`). */
const shared = {
  testEnvironment: 'node',
  // jest's own pattern would take scripts/test.mjs for a test, too
  testMatch: ['**/*.test.ts', '**/*.test.tsx'],
  transform: { '^.+\\.(t|j|mj)s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  // these are ES modules, which jest's require can't load
  transformIgnorePatterns: ['/node_modules/(?!@noble/|content-disposition/)'],
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/common', '<rootDir>/server', '<rootDir>/ingest', '<rootDir>/scripts', '<rootDir>/public'],
    },
    {
      ...shared,
      displayName: 'integration',
      roots: ['<rootDir>/test'],
      setupFilesAfterEnv: ['<rootDir>/test/support/timeout.ts'],
      globalSetup: '<rootDir>/test/support/global_setup.ts',
      globalTeardown: '<rootDir>/test/support/global_teardown.ts',
    },
  ],
};
