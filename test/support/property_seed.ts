import fc from 'fast-check';

/**
 * In `npm test` properties are tried on the same values every time, so that a change is judged by what it changed;
 * `npm run test:full` draws new ones, as many more as it has time for.
 */
if (process.env['BETRACE_TEST_FULL'] !== '1') fc.configureGlobal({ seed: 1 });
