import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readReport, total } from './jest_report.mjs';

describe('the report of a test run', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'betrace-report-'));
  const file = path.join(folder, 'report.json');
  afterAll(() => rmSync(folder, { recursive: true }));

  function read(testResults: unknown[], error?: string) {
    writeFileSync(file, JSON.stringify({ testResults }));
    return readReport(file, error);
  }

  function suite(status: string, ...statuses: string[]) {
    return { name: 'a.test.ts', status, assertionResults: statuses.map((s) => ({ fullName: `is ${s}`, status: s })) };
  }

  it('counts, and names what failed or was skipped', () => {
    const report = read([suite('failed', 'passed', 'failed', 'pending', 'todo'), suite('passed', 'passed')], 'code 1');
    expect(report.passed).toBe(2);
    expect(report.failed).toEqual([expect.stringMatching(/a\.test\.ts: is failed$/)]);
    expect(report.skipped).toHaveLength(2);
    expect(total(report, report).text).toBe('4 passed, 2 failed, 4 skipped');
  });

  it('says nothing of skipped tests where there are none', () => {
    expect(total(read([suite('passed', 'passed')])).text).toBe('1 passed, 0 failed');
  });

  it('counts a file of tests that could not run as a failure', () => {
    expect(read([suite('failed')], 'code 1').failed).toHaveLength(1);
  });

  it('counts a jest that failed without naming a test as a failure', () => {
    expect(read([suite('passed', 'passed')], 'code 1').failed).toEqual(['jest: code 1']);
    expect(readReport(path.join(folder, 'absent.json'), 'SIGKILL').failed).toHaveLength(1);
  });
});
