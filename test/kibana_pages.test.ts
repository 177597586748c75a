import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { oneSpan } from '../stories/fixtures/evidence';
import { piiRule } from '../stories/fixtures/rules';
import { piiViolation } from '../stories/fixtures/violations';
import type { DashboardsState } from '../common/api/dashboards';
import { allSetUp, running } from '../public/app/setup/test_support/setup_answers';
import { buildZips, install } from './support/kibana/start';
import { sharedNames } from './support/kibana/shared_names.mjs';
import { temporaryFolder } from './support/temporary';

/** The libraries of Kibana 8 are a project of their own, and those of the newest Kibana ours. */
const KIBANA_8 = path.join(__dirname, 'kibana_8');
const NEWEST = path.join(__dirname, '..');

const PAGES = [
  ['/overview', 'Overview'],
  ['/rules', piiRule.name],
  ['/rules/create', 'A trace violates this rule when'],
  [`/rules/${piiRule.id}`, 'Edit rule'],
  ['/violations', 'newest found first'],
  [`/violations/${piiViolation.id}`, 'The signature verifies'],
  ['/setup', 'The bridge takes spans'],
] as const;

const violation = `/api/betrace/violations/${piiViolation.id}`;
const TIME = { from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T00:00:00.000Z', partMs: 3_600_000 };
const DASHBOARDS: DashboardsState = {
  installed: false,
  dashboard: 'betrace-default-dashboard',
  dataView: { id: 'betrace-default-violations', title: 'traces-apm.betrace-default' },
  lens: [],
};
const ANSWERS = {
  'GET /api/betrace/rules': { rules: [piiRule], total: 1 },
  [`GET /api/betrace/rules/${piiRule.id}`]: piiRule,
  'GET /api/betrace/violations': { violations: [piiViolation], total: 1, cursor: null },
  [`GET ${violation}`]: piiViolation,
  [`GET ${violation}/evidence`]: { evidence: oneSpan },
  [`GET ${violation}/verify`]: { status: 'valid', evidence: 'intact', keyId: 'k' },
  'GET /api/betrace/status': running,
  'GET /api/betrace/overview': { ...TIME, count: 1, before: 0, severities: [], rules: [], services: [] },
  'GET /api/betrace/activity': { ...TIME, rules: [], complete: true },
  'GET /api/betrace/stored_traces/attributes': { attributes: [], names: [], services: [], complete: true },
  'GET /api/betrace/setup': allSetUp,
  'GET /api/betrace/dashboards': DASHBOARDS,
};

interface Drawn {
  readonly versions: { readonly react: string; readonly eui: string };
  readonly drawn: Readonly<Record<string, string>>;
  readonly complaints: readonly string[];
}

let folder: string;
beforeAll(async () => {
  const [zip] = (await buildZips(['8.19.21'])).values();
  folder = path.join(install(zip!), 'target/public');
});

async function open(project: string, publicFolder = folder): Promise<Drawn> {
  const file = path.join(temporaryFolder(), 'pages.json');
  writeFileSync(file, JSON.stringify({ folder: publicFolder, project, pages: PAGES, answers: ANSWERS }));
  const script = path.join(__dirname, 'support/kibana/mount_app.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', script, file]);
  return JSON.parse(stdout) as Drawn;
}

test.each([
  ['Kibana 8', KIBANA_8, /^17\./, /^90\./],
  ['the newest Kibana', NEWEST, /^18\./, /^1[12]\d\./],
])('with the libraries that %s shares every page is drawn, and taken away again', async (_, project, react, eui) => {
  const { versions, drawn, complaints } = await open(project);
  expect(versions.react).toMatch(react);
  expect(versions.eui).toMatch(eui);
  for (const [address, text] of PAGES)
    expect([address, drawn[address]]).toEqual([address, expect.stringContaining(text)]);
  expect(complaints).toEqual([]);
});

test('of what Kibana shares only names that every line has are asked for', () => {
  for (const name of ['betrace.plugin.js', 'betrace.app.js']) {
    const asked = [...readFileSync(path.join(folder, name), 'utf8').matchAll(/__kbnSharedDeps__\??\.(\w+)/g)];
    expect(asked.length).toBeGreaterThan(0);
    const foreign = asked.map(([, each]) => each!).filter((each) => !sharedNames.includes(each));
    expect(foreign.filter((each) => each !== 'KbnReactKibanaContextRender')).toEqual([]);
  }
});
