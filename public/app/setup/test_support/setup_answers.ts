import type { SetUpState, UninstallReport } from '../../../../common/api/setup';
import type { Status } from '../../../../common/api/status';

const NAMES = ['betrace@settings', 'betrace-violations@mappings', 'betrace-evidence@mappings'];

const assets = (state: SetUpState['assets'][number]['state']): SetUpState['assets'] => [
  ...NAMES.map((name) => ({ name, kind: 'component_template' as const, state })),
  ...['betrace-violations@lifecycle', 'betrace-evidence@lifecycle'].map((name) => ({
    name,
    kind: 'component_template' as const,
    state,
  })),
  { name: 'betrace-violations', kind: 'index_template', state },
  { name: 'betrace-evidence', kind: 'index_template', state },
];

const retention = (installed: string | null): SetUpState['retention'] => ({
  lifecycles: 'data_stream',
  violations: { wanted: '30d', installed },
  evidence: { wanted: '7d', installed: installed === null ? null : '7d' },
  metrics: { wanted: '14d', installed: installed === null ? null : '14d' },
  streamsOfTheirOwn: [],
});

export const nothingSetUp: SetUpState = {
  version: 4,
  assets: assets('missing'),
  retention: retention(null),
  access: {
    source: 'kibana_user',
    missing: [
      'create_index, index, read on betrace-metadata',
      'auto_configure, create_doc, read on logs-betrace.evidence-*',
      'auto_configure, create_doc on traces-apm.betrace-*',
    ],
    missingForMetrics: ['auto_configure, create_doc on metrics-betrace.bridge-*'],
    keysCanBeKept: true,
    why: null,
    keptSince: null,
    keptBy: null,
  },
  lacking: [],
};

export const allSetUp: SetUpState = {
  version: 4,
  assets: assets('current'),
  retention: retention('30d'),
  access: {
    source: 'set_up',
    missing: [],
    missingForMetrics: [],
    keysCanBeKept: true,
    why: null,
    keptSince: '2026-03-01T12:00:00.000Z',
    keptBy: 'elastic',
  },
  lacking: [],
};

export const withoutEncryption: SetUpState = {
  ...nothingSetUp,
  access: {
    ...nothingSetUp.access,
    keysCanBeKept: false,
    why: 'xpack.encryptedSavedObjects.encryptionKey is not set',
  },
};

/** Set up before there were metrics of the bridge. */
export const withoutMetrics: SetUpState = {
  ...allSetUp,
  access: { ...allSetUp.access, missingForMetrics: nothingSetUp.access.missingForMetrics },
};

/** Somebody has changed one template, another is of an earlier version, a third is somebody else's. */
export const mixedAssets: SetUpState = {
  ...allSetUp,
  assets: allSetUp.assets.map((asset, at) => ({
    ...asset,
    state: (['changed', 'older', 'foreign'] as const)[at] ?? asset.state,
  })),
};

/** As set-up left it before the settings said 30d. */
export const otherRetention: SetUpState = {
  ...allSetUp,
  assets: allSetUp.assets.map((asset) =>
    asset.name === 'betrace-violations@lifecycle' ? { ...asset, state: 'differs' } : asset,
  ),
  retention: { ...retention('90d'), streamsOfTheirOwn: ['traces-apm.betrace-audit'] },
};

export const withoutLifecycles: SetUpState = {
  ...allSetUp,
  assets: allSetUp.assets.map((asset) => (asset.name.endsWith('@lifecycle') ? { ...asset, state: 'missing' } : asset)),
  retention: { ...retention(null), lifecycles: 'none' },
};

export const administratorOfKibanaOnly: SetUpState = {
  ...nothingSetUp,
  lacking: [
    'manage_index_templates on the cluster',
    'auto_configure, create_doc, maintenance, manage, read on logs-betrace.evidence-*',
    'auto_configure, create_doc, index, maintenance, manage, read on traces-apm.betrace-*',
  ],
};

export const running: Status = {
  version: '0.1.0',
  ready: true,
  reasons: [],
  bridge: { state: 'running', accepting: true, counters: null, gauges: null, restarts: { died: 0, hung: 0 } },
  indexer: null,
  emit: null,
  rules: { revision: 1, rejected: [], verdicts: [], notWritten: [] },
};

const notRunning = (state: Status['bridge']['state'], code: string, message: string): Status => ({
  ...running,
  ready: false,
  reasons: [{ code, message }],
  bridge: { ...running.bridge, state, accepting: false },
});

export const forbidden = notRunning(
  'starting',
  'BT_STORE_FORBIDDEN',
  "Kibana's own user lacks privileges: create_doc on traces-apm.betrace-*. Let an administrator run set-up.",
);
export const portTaken = notRunning(
  'starting',
  'BT_BRIDGE_PORT_TAKEN',
  'Another program listens at 127.0.0.1:4319 (betrace.bridge.port).',
);
export const standby = notRunning(
  'standby',
  'BT_BRIDGE_STANDBY',
  'BeTrace stands by: the bridge of another Kibana takes spans (betrace.bridge.routing)',
);

export const removalPlan: UninstallReport = {
  dryRun: true,
  rules: [
    { space: 'default', count: 2, file: 'name: A rule\n' },
    { space: 'shop', count: 1, file: 'name: Another rule\n' },
  ],
  removed: ['traces-apm.betrace-default', 'betrace-metadata', 'betrace-violations', ...NAMES],
  kept: [{ name: 'betrace-evidence', reason: '1 data stream uses it' }],
  keys: ['a', 'b'],
};
