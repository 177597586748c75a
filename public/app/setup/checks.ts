import { i18n } from '@kbn/i18n';
import type { SetUpState } from '../../../common/api/setup';
import type { Status } from '../../../common/api/status';

/** One thing that BeTrace needs, and how it is with it. */
export interface Check {
  readonly id: 'encryption' | 'assets' | 'retention' | 'keys' | 'bridge';
  readonly state: 'good' | 'missing' | 'attention';
  readonly title: string;
  /** Sentences. */
  readonly details: readonly string[];
}

/** Whether set-up would change something that is missing. */
export const isIncomplete = ({ assets, access }: SetUpState): boolean =>
  access.missing.length > 0 ||
  namesIn(assets, 'differs').length > 0 ||
  namesIn(assets, 'missing', 'older').some((name) => !isLifecycle(name));

/** Everything that spans need until they are violations, in the order in which it is needed. */
export function checksOf(setUp: SetUpState | undefined, status: Status | undefined): Check[] {
  return [
    ...(setUp ? [encryption(setUp), assets(setUp), retention(setUp), keys(setUp)] : []),
    ...(status ? [bridge(status)] : []),
  ];
}

function encryption({ access: { keysCanBeKept, why, source } }: SetUpState): Check {
  const isNeeded = source !== 'configuration';
  return {
    id: 'encryption',
    state: keysCanBeKept ? 'good' : isNeeded ? 'missing' : 'attention',
    title: i18n.translate('betrace.setup.encryption', { defaultMessage: 'Kibana can keep API keys' }),
    details: keysCanBeKept
      ? []
      : [
          ...(why === null ? [] : [`${why}.`]),
          i18n.translate('betrace.setup.encryptionRemedy', {
            defaultMessage:
              'Set xpack.encryptedSavedObjects.encryptionKey in kibana.yml (bin/kibana-encryption-keys generate makes one), or give betrace.elasticsearch.apiKey a key; then restart Kibana.',
          }),
        ],
  };
}

function assets({ assets: all }: SetUpState): Check {
  const missing = namesIn(all, 'missing').filter((name) => !isLifecycle(name));
  const older = namesIn(all, 'older');
  const foreign = namesIn(all, 'foreign');
  const changed = namesIn(all, 'changed');
  return {
    id: 'assets',
    state: missing.length + older.length > 0 ? 'missing' : foreign.length > 0 ? 'attention' : 'good',
    title: i18n.translate('betrace.setup.assets', { defaultMessage: 'Templates are in Elasticsearch' }),
    details: [
      missing.length > 0 &&
        i18n.translate('betrace.setup.assetsMissing', {
          defaultMessage: 'Not there: {names}.',
          values: { names: missing.join(', ') },
        }),
      older.length > 0 &&
        i18n.translate('betrace.setup.assetsOlder', {
          defaultMessage: 'Of an earlier version: {names}.',
          values: { names: older.join(', ') },
        }),
      foreign.length > 0 &&
        i18n.translate('betrace.setup.assetsForeign', {
          defaultMessage: 'Made by somebody else under the same name, and left alone: {names}.',
          values: { names: foreign.join(', ') },
        }),
      changed.length > 0 &&
        i18n.translate('betrace.setup.assetsChanged', {
          defaultMessage: 'Changed by somebody, and left as they are: {names}.',
          values: { names: changed.join(', ') },
        }),
    ].filter((detail) => detail !== false),
  };
}

function retention({ retention: found, assets: all }: SetUpState): Check {
  const { lifecycles, violations, evidence, metrics, streamsOfTheirOwn } = found;
  const hasLifecycles = lifecycles === 'data_stream';
  const differs = namesIn(all, 'differs').length > 0;
  const forever = i18n.translate('betrace.setup.retentionForever', { defaultMessage: 'for good' });
  const isInstalled = hasLifecycles && !namesIn(all, 'missing').some(isLifecycle);
  return {
    id: 'retention',
    state: differs ? 'missing' : hasLifecycles ? 'good' : 'attention',
    title: i18n.translate('betrace.setup.retention', { defaultMessage: 'Old violations and evidence are deleted' }),
    details: [
      isInstalled &&
        i18n.translate('betrace.setup.retentionInstalled', {
          defaultMessage: 'New streams keep violations {violations}, evidence {evidence}, metrics {metrics}.',
          values: {
            violations: violations.installed ?? forever,
            evidence: evidence.installed ?? forever,
            metrics: metrics.installed ?? forever,
          },
        }),
      differs &&
        i18n.translate('betrace.setup.retentionDiffers', {
          defaultMessage: 'The settings say {violations}, {evidence} and {metrics}: set-up changes it.',
          values: { violations: violations.wanted, evidence: evidence.wanted, metrics: metrics.wanted },
        }),
      streamsOfTheirOwn.length > 0 &&
        i18n.translate('betrace.setup.retentionOwn', {
          defaultMessage: 'Streams that keep documents for another time: {names}.',
          values: { names: streamsOfTheirOwn.join(', ') },
        }),
      lifecycles === 'ilm' &&
        i18n.translate('betrace.setup.retentionPolicy', {
          defaultMessage:
            'This Elasticsearch has no data stream lifecycle; a policy (ILM) of yours in betrace@custom can take old violations away.',
        }),
      lifecycles === 'none' &&
        i18n.translate('betrace.setup.noLifecycle', {
          defaultMessage: 'This Elasticsearch has no data stream lifecycle: nothing takes old violations away.',
        }),
    ].filter((detail) => detail !== false),
  };
}

function keys({ access: { source, missing, missingForMetrics, keptBy, why, keysCanBeKept } }: SetUpState): Check {
  const lacksForMetrics = missing.length === 0 && missingForMetrics.length > 0;
  const lacks = missing.map((each) => `${each}.`);
  return {
    id: 'keys',
    state: missing.length > 0 ? 'missing' : lacksForMetrics ? 'attention' : 'good',
    title: i18n.translate('betrace.setup.keys', { defaultMessage: 'BeTrace may write violations' }),
    details: [
      source === 'set_up' &&
        i18n.translate('betrace.setup.keysKept', {
          defaultMessage: 'With two API keys made for {name}: one that appends, one that marks superseded revisions.',
          values: { name: keptBy ?? '?' },
        }),
      source === 'configuration' &&
        i18n.translate('betrace.setup.keysConfigured', {
          defaultMessage: 'With the key in betrace.elasticsearch.apiKey.',
        }),
      source === 'kibana_user' &&
        missing.length > 0 &&
        i18n.translate('betrace.setup.keysNone', {
          defaultMessage: "There is no key: Kibana's own user may not write violations.",
        }),
      keysCanBeKept && why !== null && why,
      ...(lacks.length > 0
        ? [i18n.translate('betrace.setup.keysLack', { defaultMessage: 'What is lacking:' }), ...lacks]
        : []),
      lacksForMetrics &&
        i18n.translate('betrace.setup.keysLackForMetrics', {
          defaultMessage: 'Metrics of the bridge are not written, which dashboards show: {lacks}.',
          values: { lacks: missingForMetrics.join('; ') },
        }),
    ].filter((detail) => detail !== false),
  };
}

function bridge({ ready, reasons, bridge: { state } }: Status): Check {
  return {
    id: 'bridge',
    state: ready ? 'good' : state === 'standby' || state === 'off' ? 'attention' : 'missing',
    title: i18n.translate('betrace.setup.bridge', { defaultMessage: 'The bridge takes spans' }),
    details: reasons.map(({ code, message }) => `${message} (${code})`),
  };
}

/** Made only where the cluster knows them, and the operator's from then on. */
const isLifecycle = (name: string): boolean => name.endsWith('@lifecycle');

const namesIn = (
  assets: SetUpState['assets'],
  ...states: readonly SetUpState['assets'][number]['state'][]
): readonly string[] => assets.flatMap(({ name, state }) => (states.includes(state) ? name : []));
