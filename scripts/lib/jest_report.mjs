import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/** @typedef {{ passed: number, failed: string[], skipped: string[] }} Report */

/**
 * The part of jest's JSON report that we read.
 * @typedef {{ testResults: { name: string, status: string, assertionResults: { fullName: string, status: string }[] }[] }} JestReport
 */

/**
 * Reads jest's JSON report. A file of tests that could not run counts as one failure, and so does a jest that failed
 * without naming a test.
 * @param {string} file
 * @param {string | undefined} error how jest ended, when not well
 * @returns {Report}
 */
export function readReport(file, error) {
  /** @type {Report} */
  const report = { passed: 0, failed: [], skipped: [] };
  /** @type {JestReport} */
  const jest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { testResults: [] };
  for (const { name, status, assertionResults } of jest.testResults) {
    const where = path.relative(ROOT, name);
    const before = report.failed.length;
    for (const test of assertionResults) {
      if (test.status === 'passed') report.passed += 1;
      else if (test.status === 'failed') report.failed.push(`${where}: ${test.fullName}`);
      else report.skipped.push(`${where}: ${test.fullName}`);
    }
    if (status === 'failed' && report.failed.length === before) report.failed.push(where);
  }
  if (error !== undefined && report.failed.length === 0) report.failed.push(`jest: ${error}`);
  return report;
}

/**
 * The last line of a run: `N passed, N failed`, and `, N skipped` where some were.
 * @param {readonly Report[]} reports
 */
export function total(...reports) {
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  const failed = reports.reduce((sum, report) => sum + report.failed.length, 0);
  const skipped = reports.reduce((sum, report) => sum + report.skipped.length, 0);
  return { failed, text: `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}` };
}
