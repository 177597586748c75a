/** Unit tests stand beside the code; tests that cross rooms and start servers are in `test/` (project `integration`). */
const shared = {
  testEnvironment: 'node',
  transform: { '^.+\\.(t|j|mj)s$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  transformIgnorePatterns: ['/node_modules/(?!@noble/)'],
};

export default {
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/common', '<rootDir>/server', '<rootDir>/ingest', '<rootDir>/scripts'],
    },
    {
      ...shared,
      displayName: 'integration',
      roots: ['<rootDir>/test'],
      globalSetup: '<rootDir>/test/support/global_setup.ts',
      globalTeardown: '<rootDir>/test/support/global_teardown.ts',
    },
  ],
};
